"""Who may change whom among the staff: an administrator, as far as their own place reaches.

An administrator of a hall looks after those who work in that hall alone; `by` is None for the command line, which
may do everything.
"""

from uuid import UUID

from backend import db, secrecy
from backend.identity.roles import Grant, given_to, scopes_of
from backend.identity.tables import Staff
from backend.refusal import Denied, NotFound, Refusal

EVERYWHERE = Grant("administrator")
_OTHERS = """
SELECT 1 FROM staff s JOIN staff_role r ON r.staff = s.id
 WHERE r.role = 'administrator' AND r.scope_kind = 'all' AND s.id <> $1 AND s.disabled_at IS NULL
   AND NOT s.must_change
"""


async def one_at_a_time() -> None:
    """Part: one change of staff at a time in every process, so that two administrators cannot remove each other."""
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number("staff"))


async def reach(by: UUID | None) -> list[Grant]:
    """Where they are administrator. Refuses: Denied, where nowhere."""
    held = [EVERYWHERE] if by is None else await scopes_of(by, "administrator")
    if not held:
        raise Denied
    return held


def within(held: list[Grant], grants: list[Grant]) -> bool:
    """Every grant lies where these are administrator; somebody without any belongs to the whole city."""
    return all(any(each.covers(grant.kind, grant.scope) for each in held) for grant in grants or [EVERYWHERE])


async def refuse_beyond(by: UUID | None, grants: list[Grant]) -> None:
    """Part. Refuses: Denied, a role in a place that is not theirs to give."""
    if not within(await reach(by), grants):
        raise Denied("你只能给自己管的大厅安排岗位，其他地方请找全市管理员")


async def member(username: str, by: UUID | None) -> tuple[Staff, list[Grant]]:
    """Part: the member of staff and their roles. Refuses: Denied, NotFound, also one of another place."""
    held = await reach(by)
    found = await Staff.objects().where(Staff.username == username).first()
    grants = await given_to(found.id) if found else []
    if found is None or not within(held, grants):
        raise NotFound(f"没有用户名为 {username} 的工作人员")
    return found, grants


async def refuse_the_last(staff: Staff, grants: list[Grant]) -> None:
    """Part: somebody must be left who can let others in. Refuses: the last administrator of everything who can
    work; one with a temporary password cannot.
    """
    works = staff.disabled_at is None and not staff.must_change
    if works and EVERYWHERE in grants and not await db.rows(_OTHERS, staff.id):
        raise Refusal("这是最后一位全市管理员，请先添加另一位，等对方登录并改好密码再来")

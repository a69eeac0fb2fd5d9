"""Who works here: added, reset, disabled, let in again. `by` is an administrator, or None for the command line."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.catalog.tables import Department, Hall, Village
from backend.db import transaction
from backend.identity import administrators, checks, passwords
from backend.identity.events import record
from backend.identity.reasons import reason
from backend.identity.roles import ROLES, Grant, give, listed
from backend.identity.sessions import revoke_all
from backend.identity.tables import Staff
from backend.refusal import Refusal

OF_DEPARTMENTS = {"officer", "supervisor", "auditor"}
OF_VILLAGES = {"agent"}
PLACES: dict[str, tuple[Any, str]] = {
    "hall": (Hall, "大厅"),
    "department": (Department, "部门"),
    "village": (Village, "村社区"),
}
LAST_PASSWORD = """
SELECT id FROM identity_event
 WHERE staff = $1 AND what IN ('staff-added', 'password-reset', 'password-changed') ORDER BY at DESC, id LIMIT 1
"""


class Added(msgspec.Struct, frozen=True):
    """A new member of staff and the password to hand over once; it must be changed at first sign-in."""

    staff: UUID
    password: str


async def add_staff(username: str, name: str, grants: list[Grant], by: UUID | None = None) -> Added:
    """Add a member of staff with a temporary password. Refuses: Denied, an odd or taken username,
    an odd name, a hall or department that does not exist, a role that makes no sense there.
    """
    password = passwords.temporary()
    person = Staff(
        username=_judged(checks.username, username),
        name=_judged(checks.name, name),
        password_hash=await passwords.hashed(password),
        created_at=await clock.now(),
    )
    async with transaction({"staff_username_key": Refusal("这个用户名已经有人用了，请换一个")}):
        await administrators.one_at_a_time()
        await administrators.refuse_beyond(by, grants)
        await refuse_odd_places(grants)
        await person.save()
        await give(person.id, grants)
        await record("staff-added", staff=person.id, by_staff=by, after=listed(grants))
    return Added(person.id, password)


async def refuse_odd_places(grants: list[Grant]) -> None:
    """Part. Refuses: a place that does not exist, a department or a village for those who do not work in one."""
    for grant in grants:
        if grant.kind in PLACES:
            table, called = PLACES[grant.kind]
            if not await table.exists().where(table.code == grant.scope):
                raise Refusal(f"没有代码为 {grant.scope} 的{called}")
        if grant.kind == "department" and grant.role not in OF_DEPARTMENTS:
            place = "村社区" if grant.role in OF_VILLAGES else "大厅"
            raise Refusal(f"{ROLES[grant.role]}在{place}工作，请选一个{place}或“全市”")
        if grant.kind == "village" and grant.role not in OF_VILLAGES:
            raise Refusal(f"只有网格代办员分到村社区，请给“{ROLES[grant.role]}”选别的地方")


async def last_password(staff: UUID) -> str:
    """The event that gave them the password they have; empty where none is kept."""
    found = await db.rows(LAST_PASSWORD, staff)
    return str(found[0]["id"]) if found else ""


async def reset_staff(
    username: str, by: UUID | None = None, why: str = "", *, seen: str | None = None
) -> str:
    """A new temporary password; every session ends, a lock is lifted. Their authenticator stays. `seen` is the
    `last_password` that whoever decides had before their eyes; None asks for none.

    Refuses: Denied, NotFound, one's own, somebody disabled, a password that is not the one seen, no reason `why`
    (the command line needs none).
    """
    said = reason(why, by)
    password = passwords.temporary()
    hashed = await passwords.hashed(password)
    async with transaction():
        staff, _ = await _another(username, by, "自己的密码请在“改密码”里换")
        if staff.disabled_at:
            raise Refusal("这个账号已停用，请先重新启用")
        await _refuse_unseen(staff, seen)
        fresh: dict[Any, Any] = {
            "must_change": True,
            "failures": 0,
            "locked_until": None,
            "password_hash": hashed,
        }
        await Staff.update(fresh).where(Staff.id == staff.id)
        await revoke_all(staff=staff.id)
        await record("password-reset", staff=staff.id, by_staff=by, why=said)
    return password


async def _refuse_unseen(staff: Staff, seen: str | None) -> None:
    # The answer that shows a password is the answer to a form: loading it again sends the form again.
    await db.rows("SELECT 1 FROM staff WHERE id = $1 FOR UPDATE", staff.id)
    if seen not in (None, await last_password(staff.id)):
        raise Refusal("刚刚已经换过密码，这次没有再换。没抄下临时密码的，请重新写明原因再给一次")


async def disable_staff(username: str, by: UUID | None = None) -> None:
    """They are out at once and cannot sign in any more; their deeds stay theirs.

    Refuses: Denied, NotFound, oneself, the last administrator, and somebody disabled already.
    """
    now = await clock.now()
    async with transaction():
        staff, grants = await _another(username, by, "不能停用自己的账号，请让另一位管理员来做")
        await administrators.refuse_the_last(staff, grants)
        left = Staff.update({Staff.disabled_at: now}).where(Staff.id == staff.id, Staff.disabled_at.is_null())
        if not await left.returning(Staff.id):
            raise Refusal("这个账号已经停用了")
        await revoke_all(staff=staff.id)
        await record("staff-disabled", staff=staff.id, by_staff=by)


async def enable_staff(username: str, by: UUID | None = None) -> None:
    """Let somebody in again with the password and the roles they had. Refuses: Denied, NotFound, who is not out."""
    async with transaction():
        await administrators.one_at_a_time()
        staff, _ = await administrators.member(username, by)
        back = Staff.update({Staff.disabled_at: None, Staff.failures: 0, Staff.locked_until: None}).where(
            Staff.id == staff.id, Staff.disabled_at.is_not_null()
        )
        if not await back.returning(Staff.id):
            raise Refusal("这个账号没有停用")
        await record("staff-enabled", staff=staff.id, by_staff=by)


def _judged(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except ValueError as odd:
        raise Refusal(str(odd)) from None


async def _another(username: str, by: UUID | None, sentence: str) -> tuple[Staff, list[Grant]]:
    await administrators.one_at_a_time()
    staff, grants = await administrators.member(username, by)
    if staff.id == by:
        raise Refusal(sentence)
    return staff, grants

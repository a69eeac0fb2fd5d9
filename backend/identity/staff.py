"""Who works here: added, reset, disabled. `by` is an administrator, or None for the command line."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from backend import clock
from backend.catalog.tables import Hall
from backend.db import transaction
from backend.identity import checks, passwords
from backend.identity.events import record
from backend.identity.roles import Grant, give, require
from backend.identity.sessions import revoke_all
from backend.identity.tables import Staff
from backend.refusal import NotFound, Refusal


class Added(msgspec.Struct, frozen=True):
    """A new member of staff and the password to hand over once; it must be changed at first sign-in."""

    staff: UUID
    password: str


async def add_staff(username: str, name: str, grants: list[Grant], by: UUID | None = None) -> Added:
    """Add a member of staff with a temporary password. Refuses: Denied, an odd or taken username,
    an odd name, a hall that does not exist.
    """
    password = passwords.temporary()
    person = Staff(
        username=_judged(checks.username, username),
        name=_judged(checks.name, name),
        password_hash=await passwords.hashed(password),
        created_at=await clock.now(),
    )
    async with transaction({"staff_username_key": Refusal("这个用户名已经有人用了，请换一个")}):
        await _refuse_strangers(by)
        await _refuse_unknown_halls(grants)
        await person.save()
        await give(person.id, grants)
        await record("staff-added", staff=person.id, by_staff=by)
    return Added(person.id, password)


async def _refuse_unknown_halls(grants: list[Grant]) -> None:
    for hall in (grant.scope for grant in grants if grant.kind == "hall"):
        if not await Hall.exists().where(Hall.code == hall):
            raise Refusal(f"没有代码为 {hall} 的大厅")


async def reset_staff(username: str, by: UUID | None = None) -> str:
    """A new temporary password; every session ends, a lock is lifted. Refuses: Denied, NotFound."""
    password = passwords.temporary()
    fresh = {"must_change": True, "failures": 0, "locked_until": None}
    hashed = await passwords.hashed(password)
    async with transaction():
        await _refuse_strangers(by)
        staff = await _changed(username, {**fresh, "password_hash": hashed})
        await revoke_all(staff=staff)
        await record("password-reset", staff=staff, by_staff=by)
    return password


async def disable_staff(username: str, by: UUID | None = None) -> None:
    """They cannot sign in any more; their deeds stay theirs. Refuses: Denied, NotFound."""
    now = await clock.now()
    async with transaction():
        await _refuse_strangers(by)
        staff = await _changed(username, {"disabled_at": now})
        await revoke_all(staff=staff)
        await record("staff-disabled", staff=staff, by_staff=by)


def _judged(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except ValueError as odd:
        raise Refusal(str(odd)) from None


async def _refuse_strangers(by: UUID | None) -> None:
    if by is not None:
        await require(by, "administrator")


async def _changed(username: str, values: dict) -> UUID:
    found = await Staff.update(values).where(Staff.username == username).returning(Staff.id)
    if not found:
        raise NotFound(f"没有用户名为 {username} 的工作人员")
    return found[0]["id"]

"""Who may do what to a case: the hall that took it in, the department that decides it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend import identity
from backend.refusal import Refusal

TAKERS = ("clerk", "manager", "officer", "desk")  # take cases in, hold papers and hand them on
ACCEPTERS = ("clerk", "manager", "officer")
HOLDERS = ("clerk", "manager", "desk")  # of what still lies in another city
AWAY = "4"  # the channel of the desk in another city
MISSING = "没有找到这个办件"
NOT_HANDED = "收件的办事点还没有把这个办件交过来"
MOVED = "这个办件已经往下走了，请看最新的状态"
Power = Callable[[dict[str, Any], UUID], Awaitable[None]]  # who may: `takes`, `accepts` or `decides`


async def may(case: dict[str, Any], by: UUID, *roles: str) -> None:
    """A part: let pass who works in the hall that took the case in, or in the department that decides it.
    Refuses: Denied, and NotFound where the case is none of theirs.
    """
    places = [("department", case["department_code"]), ("hall", case["hall_code"])]
    officers = await identity.scopes_of(by, "officer") if "officer" in roles else []
    if any(grant.covers(*place) for grant in officers for place in places):
        return
    await identity.require(
        by, *(role for role in roles if role != "officer"), hall=case["hall_code"], missing=MISSING
    )


async def accepts(case: dict[str, Any], by: UUID) -> None:
    """A part: let pass who accepts the case, declines it or asks for corrections. What was taken in far away (收受分离)
    is for the officers of its department alone: the power to decide never moves. Refuses: Denied, NotFound.
    """
    if case["channel"] == AWAY:
        await decides(case, by)
        if case["handed_at"] is None:
            raise Refusal(NOT_HANDED)
    else:
        await may(case, by, *ACCEPTERS)


async def takes(case: dict[str, Any], by: UUID) -> None:
    """A part: let pass who takes in and holds papers there. Refuses: Denied, NotFound."""
    await may(case, by, *TAKERS)


async def decides(case: dict[str, Any], by: UUID) -> None:
    """A part: let pass an officer (审批人员), of the department where it was taken in far away. Refuses: Denied,
    NotFound.
    """
    if case["channel"] == AWAY:
        await identity.require(by, "officer", department=case["department_code"], missing=MISSING)
    else:
        await may(case, by, "officer")


async def returns(case: dict[str, Any], by: UUID) -> None:
    """A part: let pass who gives back what is no case of theirs (退件): who takes it in, in another city its
    desk, and after a hand-over the department alone. Refuses: Denied, NotFound.
    """
    if case["handed_at"]:
        await accepts(case, by)
    elif case["channel"] == AWAY:
        await may(case, by, *HOLDERS)
    else:
        await takes(case, by)


def in_state(case: dict[str, Any], *states: str) -> None:
    """A part: the case is in one of the states. Refuses: one that went on."""
    if case["state"] not in states:
        raise Refusal(MOVED)

"""结果到办事点: what was made for somebody far away is sent to the desk, and collected there once it is there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend import catalog, clock, db
from backend.cases.askers import AWAY, in_state, may
from backend.cases.record import Asker, change, locked
from backend.refusal import Refusal

HOLDERS = ("clerk", "manager", "desk")
NOT_COMING = "没有要从启东寄来的结果，请看最新的状态"
NOT_HERE = "结果还没到办事点，先点“结果到了”"
HOURS = "SELECT weekday, opens, closes, booking_only FROM opening WHERE hall = $1"


def coming(case: Mapping[str, Any]) -> bool:
    """Whether the result is made, is to be collected at the desk, and is not there yet."""
    away, collected = case["channel"] == AWAY, case["way"] in ("", "counter")
    return bool(away and collected and case["state"] == "finished" and case["result_here_at"] is None)


def refuse_coming(case: Mapping[str, Any]) -> None:
    """A part: nobody hands over what is not here. Refuses: a result that is on its way to the desk."""
    if coming(case):
        raise Refusal(NOT_HERE)


@db.retrying
async def receive_result(case: UUID, by: UUID) -> None:
    """结果到了: the desk has it, and the applicant is told where and when to collect it. Refuses: Denied, NotFound,
    also to the officers of the department; a result that is not on its way to the desk, or is here.
    """
    async with db.transaction():
        found = await locked(case)
        await may(found, by, *HOLDERS)
        in_state(found, "finished")
        if not coming(found):
            raise Refusal(NOT_COMING)
        hours = "；".join(catalog.said(await db.rows(HOURS, found["hall"])))
        values = {"result_here_at": await clock.now()}
        await change(found, "arrived-here", "finished", Asker(staff=by), values, hours)

"""约时间: the agent has called, and both know when."""

import datetime as dt
from uuid import UUID

from backend import clock, db
from backend.refusal import Refusal
from backend.visits.askers import its_own
from backend.visits.record import Asker, change, in_state, locked

MINUTES = (10, 480)
BUSY = Refusal("这段时间你已经约了另一家，请换个时间")
FURTHEST = dt.timedelta(days=60)


@db.retrying
async def agree(visit: UUID, starts: dt.datetime, minutes: int, by: UUID, later: bool = False) -> None:
    """Agree a time, or another one. `later`: who asked wishes it after the term of the visit.

    Refuses: Denied, NotFound, a colleague, a time that is over or far off, one after the term without `later`, one at
    which the agent is at another door.
    """
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        raise Refusal(f"一次上门 {MINUTES[0]} 到 {MINUTES[1]} 分钟")
    async with db.transaction(refusing={"visit_one_at_a_time": BUSY}):
        found, now = await locked(visit), await clock.now()
        await its_own(found, by)
        in_state(found, "taken", "agreed")
        if not now <= starts <= now + FURTHEST:
            raise Refusal("请选往后 60 天里的时间")
        ends, due = starts + dt.timedelta(minutes=minutes), found["visit_by"]
        if due and ends > due and not later:
            raise Refusal("这个时间过了上门期限。是申请人自己要晚一点的，请勾上再约")
        values = {"starts_at": starts, "ends_at": ends, "visit_by": max(due, ends) if due else ends}
        await change(found, "agreed", "agreed", Asker(staff=by), values, later=later, starts=starts)

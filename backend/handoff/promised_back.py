"""What the applicant has in writing of a call-back: it stands in the history of their case, and they are told."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import cases, clock, db, notify
from backend.web.words import clock_time, date

WANTED = "谁什么时候回电还没定下来"
WHY = {"broken": "这次连上以后断了"}
NOBODY = "启东这次没有人接"
NOTICES = ["case-callback", "case-recalled", "case-uncalled"]
FACTS = "SELECT s.name AS officer, l.name AS hall FROM staff s, hall l WHERE s.id = $1 AND l.id = $2"


async def tell_applicant(
    one: dict[str, Any], kind: str, officer: UUID, at: dt.datetime | None = None, by: UUID | None = None
) -> None:
    """A part: call-booked, call-moved or called: who calls where, and when they do, if they did not yet; nothing of a
    case that is over. What they were told of it before is told no more.
    """
    await _untell(one)
    [known] = await db.rows(FACTS, officer, one["hall"])
    state = (await cases.seen(one["case"]))["state"]
    if state not in cases.OPEN:
        return
    told = f"启东{known['officer']}给{known['hall']}回过电了"
    if at:
        when = f"{date(clock.local(at).date())}{clock_time(at)}"
        told = f"{when} 启东{known['officer']}打电话到{known['hall']}"
    await cases.record(one["case"], kind, state, state, cases.Asker(staff=by), told, at)


async def tell_wanted(one: dict[str, Any], kind: str) -> None:
    """A part: nobody came, or it broke off (`kind`), and nobody can be named yet who calls back; nothing of a case that
    is over.
    """
    await _untell(one)
    state = (await cases.seen(one["case"]))["state"]
    if state in cases.OPEN:
        await cases.record(
            one["case"], "call-wanted", state, state, cases.Asker(), f"{WHY.get(kind, NOBODY)}，{WANTED}"
        )


async def _untell(one: dict[str, Any]) -> None:
    await notify.withdraw(one["case"], kinds=NOTICES)

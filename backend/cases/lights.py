"""亮灯: the sweep that reckons every running term anew, as the days go by and the nation's calendar changes."""

from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.cases.legal_clock import Days, Due, days_from, due_of
from backend.cases.record import Asker, locked, record
from backend.cases.tables import Case

RUNNING = "SELECT min(accepted_at) AS since FROM service_case WHERE state = 'accepted'"
SOME = "SELECT * FROM service_case WHERE state = 'accepted' AND id > $1 ORDER BY id LIMIT $2"
FIRST = UUID(int=0)
BATCH = 500


async def light_up(most: int = 100_000) -> int:
    """Reckon the terms of all running cases; how many changed. A case whose light changed has an event that says so."""
    since = (await db.rows(RUNNING))[0]["since"]
    if since is None:
        return 0
    days, changed, last = await days_from(clock.local(since).date()), 0, FIRST
    for _ in range(0, most, BATCH):
        rows = await db.rows(SOME, last, BATCH)
        for row in rows:
            if _differs(row, await due_of(row, days)):
                changed += await _reckon(row["id"], days)
        if len(rows) < BATCH:
            break
        last = rows[-1]["id"]
    return changed


def _differs(case: dict[str, Any], due: Due) -> bool:
    return any(case[name] != value for name, value in msgspec.structs.asdict(due).items())


@db.retrying
async def _reckon(case: UUID, days: Days) -> bool:
    async with db.transaction():
        found = await locked(case)
        due = await due_of(found, days)
        if found["state"] != "accepted" or not _differs(found, due):
            return False
        values: dict[Any, Any] = msgspec.structs.asdict(due)
        await Case.update(values).where(Case.id == case)
        if found["light"] != due.light:
            await record(case, "light", "accepted", "accepted", Asker(), was=found["light"], light=due.light)
        elif found["promised_due"] != due.promised_due or found["statutory_due"] != due.statutory_due:
            await record(case, "recomputed", "accepted", "accepted", Asker())
        return True

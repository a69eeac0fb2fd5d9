"""亮灯: the sweep that reckons every running term anew, as the days go by and the nation's calendar changes."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.cases.legal_clock import Days, Due, correct_by, days_from, due_of
from backend.cases.record import Asker, locked, record
from backend.cases.tables import Case

RUNNING = "SELECT min(accepted_at) AS since FROM service_case WHERE state = 'accepted'"
SOME = "SELECT * FROM service_case WHERE state = 'accepted' AND id > $1 ORDER BY id LIMIT $2"
WAITING = """
SELECT c.id, coalesce(c.handed_at, c.received_at) AS since, c.correct_by, i.type
FROM service_case c JOIN item i ON i.id = c.item
WHERE c.state = 'received' AND c.correct_by > $1 ORDER BY c.id
"""
PUT_OFF = """
UPDATE service_case SET correct_by = $3 WHERE id = $1 AND state = 'received' AND correct_by = $2 RETURNING id
"""
FIRST = UUID(int=0)
BATCH = 500


async def light_up(most: int = 100_000) -> int:
    """Reckon the terms of all running cases, and the days for a notice of those that wait for one; how many changed. A
    case whose light changed has an event that says so.
    """
    return await _put_off() + await _light_up(most)


async def _put_off() -> int:
    """The time for a notice that is ahead goes with the calendar; one that is over stays what the law made it."""
    changed = 0
    for row in await db.rows(WAITING, await clock.now()):
        until = await correct_by(row["type"], clock.local(row["since"]).date())
        if until is not None and until != row["correct_by"]:
            changed += await _move(row, until)
    return changed


@db.retrying
async def _move(row: dict[str, Any], until: dt.datetime) -> bool:
    async with db.transaction():
        if not await db.rows(PUT_OFF, row["id"], row["correct_by"], until):
            return False
        await record(row["id"], "recomputed", "received", "received", Asker())
        return True


async def _light_up(most: int) -> int:
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

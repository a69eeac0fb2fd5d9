"""容缺待补: the sweep that reminds of papers that are still to come, and says when their time is over."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.cases.record import Asker, change, locked

# Those whose next light may be due: tomorrow's deadlines are those of a weekend and a holiday away, too.
LAPSING = """
SELECT id FROM service_case WHERE gaps_light IN ('open', 'soon') AND state IN ('accepted', 'paused')
AND gaps_until < CASE gaps_light WHEN 'soon' THEN $1::timestamptz ELSE $2::timestamptz END ORDER BY gaps_until LIMIT $3
"""
TURNS = {"soon": "gaps-soon", "lapsed": "gaps-lapsed"}


async def lapsing(most: int = 200) -> list[UUID]:
    """Cases of which the light of the gaps must turn, the most urgent first."""
    now = await clock.now()
    tomorrow = await clock.working_day_after(clock.local(now).date(), 1)
    ends = clock.at(tomorrow, dt.time.max)
    return [row["id"] for row in await db.rows(LAPSING, now, ends, most)]


@db.retrying
async def watch_gaps(case: UUID) -> bool:
    """The applicant is reminded one working day before the gaps' deadline, and told when it is over. Returns whether
    something was said; safe to run twice and at once.
    """
    async with db.transaction():
        found = await locked(case)
        light = await _light(found)
        if found["state"] not in ("accepted", "paused") or light in ("", "open", found["gaps_light"]):
            return False
        await change(found, TURNS[light], found["state"], Asker(), {"gaps_light": light})
        return True


async def _light(case: dict[str, Any]) -> str:
    """What it should be: nothing where nothing is missing, and nothing comes after lapsed."""
    now, until = await clock.now(), case["gaps_until"]
    if case["gaps_light"] in ("", "lapsed"):
        return str(case["gaps_light"])
    if now > until:
        return "lapsed"
    tomorrow = await clock.working_day_after(clock.local(now).date(), 1)
    return "soon" if tomorrow >= clock.local(until).date() else str(case["gaps_light"])

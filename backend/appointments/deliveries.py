"""What a hall's notices of a day became: how many of each kind arrived by which way, and which did not, and why."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, identity, notify
from backend.appointments.standing import LOOKERS

MOST = 5000  # notices of a hall and day that are counted
# A notice is about a booking or about somebody's place on a waiting list: the hall is theirs.
TOLD = """
SELECT n.id, n.delivered_at, a.id AS appointment, a.number FROM notice n
LEFT JOIN appointment a ON a.id = n.about LEFT JOIN slot s ON s.id = a.slot LEFT JOIN waiting w ON w.id = n.about
JOIN hall h ON h.id = coalesce(s.hall, w.hall)
WHERE h.code = $1 AND n.delivered_at >= $2 AND n.delivered_at < $3 AND n.withdrawn_at IS NULL
ORDER BY n.delivered_at DESC LIMIT $4
"""


class Tally(msgspec.Struct):
    """One kind's day."""

    name: str
    told: int = 0
    read: int = 0
    pushed: int = 0
    push_lost: int = 0
    written: int = 0
    sms_lost: int = 0
    waiting: int = 0
    lost: int = 0


async def deliveries(hall: str, day: dt.date, by: UUID) -> dict[str, Any]:
    """`kinds`: a tally of each, most told first; `lost`: what did not arrive, latest first, with its reasons.

    Refuses: Denied, somebody who may not look into this hall.
    """
    await identity.require(by, *LOOKERS, hall=hall)
    first, last = clock.at(day, dt.time.min), clock.at(day + dt.timedelta(days=1), dt.time.min)
    rows = await db.rows(TOLD, hall, first, last, MOST)
    fared = await notify.reach([row["id"] for row in rows])
    kinds: dict[str, Tally] = {}
    for one in fared.values():
        _count(kinds.setdefault(one.kind, Tally(one.name)), one)
    lost = [{**row, "reach": fared[row["id"]]} for row in rows if fared[row["id"]].outcome == "lost"]
    return {
        "kinds": sorted(kinds.values(), key=lambda one: -one.told),
        "lost": lost,
        "cut": len(rows) == MOST,
    }


def _count(tally: Tally, one: notify.Reach) -> None:
    tally.told += 1
    tally.read += one.outcome == "read"
    tally.pushed += one.push == "arrived"
    tally.push_lost += one.push == "lost"
    tally.written += one.sms == "arrived"
    tally.sms_lost += one.sms == "lost"
    tally.waiting += one.outcome == "waiting"
    tally.lost += one.outcome == "lost"

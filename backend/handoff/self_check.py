"""设备自检: what a counter's computer can do of what a session needs, kept with when and where.

Only outcomes and speeds are kept: the name or number of a camera would tell a computer, and who sits before it.
"""

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, identity
from backend.catalog.tables import Department, Hall
from backend.handoff.check_words import KINDS, ORDER, outcome, worst
from backend.handoff.rules import handoff_rules
from backend.handoff.tables import DeviceCheck

SITTING = ("desk", "officer")
READERS = ("manager", "supervisor")
ONE = """
SELECT c.*, s.name AS staff_name, h.name AS hall_name, h.code AS hall_code,
       d.name AS department_name, d.code AS department_code
FROM device_check c JOIN staff s ON s.id = c.staff LEFT JOIN hall h ON h.id = c.hall
LEFT JOIN department d ON d.id = c.department
"""
MINE = f"{ONE} WHERE c.staff = $1 ORDER BY c.at DESC LIMIT 1"
LATEST = f"""
SELECT DISTINCT ON (hall, department, staff, place) * FROM ({ONE}) one
WHERE $1::bool OR hall_code = ANY($2) OR department_code = ANY($3) OR hall IS NULL AND $4::bool
ORDER BY hall, department, staff, place, at DESC
"""  # noqa: S608  # our own words
OLD = "DELETE FROM device_check WHERE staff = $1 AND at < $2"


async def keep(place: str, results: dict[str, str], speeds: dict[str, int | None], by: UUID) -> UUID:
    """What came out at a place, such as 3 号窗口, said by who sits there: an outcome for each of KINDS. Their own that
    are older than `check_days` go. Refuses: Denied.
    """
    hall, department = await _where(by)
    now = await clock.now()
    row = DeviceCheck(
        id=uuid4(), staff=by, hall=hall, department=department, place=place, at=now, results=json.dumps(results),
        down=speeds["down"], up=speeds["up"], rtt=speeds["rtt"],
    )  # fmt: skip
    async with db.transaction():
        await db.rows(OLD, by, now - dt.timedelta(days=handoff_rules().check_days))
        await DeviceCheck.insert(row)
    return UUID(str(row.id))


async def _where(by: UUID) -> tuple[UUID | None, UUID | None]:
    """The desk's hall or the officer's department; neither for who works everywhere. Refuses: Denied."""
    await identity.require(by, *SITTING)
    grants = [grant for role in SITTING for grant in await identity.scopes_of(by, role)]
    halls = [grant.scope for grant in grants if grant.kind == "hall"]
    offices = [grant.scope for grant in grants if grant.kind == "department"]
    return await _id(Hall, halls), None if halls else await _id(Department, offices)


async def _id(table: Any, codes: list[str]) -> UUID | None:
    found = await table.select(table.id).where(table.code == codes[0]).first() if codes else None
    return found["id"] if found else None


async def last(by: UUID) -> dict[str, Any] | None:
    """Their latest."""
    found = await db.rows(MINE, by)
    return _told(found[0]) if found else None


async def latest(by: UUID) -> list[dict[str, Any]]:
    """The latest of each place that somebody leads or supervises, the worst first; who leads a hall sees those of every
    department, for its desk may call any. Refuses: Denied.
    """
    await identity.require(by, *READERS)
    grants = [grant for role in READERS for grant in await identity.scopes_of(by, role)]
    codes = [[grant.scope for grant in grants if grant.kind == kind] for kind in ("hall", "department")]
    found = await db.rows(LATEST, any(grant.kind == "all" for grant in grants), *codes, bool(codes[0]))
    told = sorted((_told(row) for row in found), key=lambda one: one["at"], reverse=True)
    return sorted(told, key=lambda one: ORDER.index(one["light"]))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    results = json.loads(row["results"])
    said = [(kind.label, outcome(name, results.get(name, ""))) for name, kind in KINDS.items()]
    return {**row, "results": results, "light": worst(results), "said": said}

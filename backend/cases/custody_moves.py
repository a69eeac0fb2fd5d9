"""Parts of every hand-over: originals taken from a place and laid in another, and what is written down of it."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from stdnum.iso7064 import mod_11_10

from backend import clock, db
from backend.cases.askers import TAKERS, may
from backend.cases.custody_places import Place, works_at
from backend.cases.custody_tables import CustodyEvent
from backend.cases.record import locked
from backend.refusal import Refusal

FILED = "这个办件已经归档，原件不再交接"
NOT_HERE = "这些原件不在你这里，要由放着的那一边交出去"
NONE = "请写明交几份"
TRACK = """
INSERT INTO custody_original (id, paper, position, place, hall, since)
SELECT gen_random_uuid(), p.id, n, 'hall', c.hall, p.added_at
FROM case_paper p JOIN service_case c ON c.id = p."case" CROSS JOIN generate_series(1, p.originals) AS n
WHERE p.id = $1 AND p."case" = $2 AND p.form = 'paper' AND p.removed_at IS NULL ON CONFLICT (paper, position) DO NOTHING
"""
# The guard is in the UPDATE itself, so two people cannot both take the same original. Which ones is asked once: a plan
# may look a subquery up again for each row, and then finds others.
TAKE = """
WITH these AS MATERIALIZED (
  SELECT id FROM custody_original
  WHERE paper = $1 AND coalesce(hall, department) = $2 AND place IN ('hall', 'department')
  ORDER BY position LIMIT $3 FOR UPDATE)
UPDATE custody_original o SET place = $4, hall = NULL, department = NULL, parcel = $5, since = $6
FROM these WHERE o.id = these.id AND o.place IN ('hall', 'department') RETURNING o.id
"""
LAY = """
WITH these AS MATERIALIZED (
  SELECT id FROM custody_original WHERE parcel = $1 AND paper = $2 AND place = $7 ORDER BY position LIMIT $8 FOR UPDATE)
UPDATE custody_original o SET place = $3::varchar, hall = $4, department = $5, since = $6,
  parcel = CASE WHEN $3::varchar IN ('missing', 'lost') THEN o.parcel END, damaged = o.damaged OR $9
FROM these WHERE o.id = these.id RETURNING o.id
"""
LIES = """
SELECT 1 FROM custody_original o JOIN case_paper p ON p.id = o.paper
WHERE p."case" = $1 AND coalesce(o.hall, o.department) = $2
UNION ALL SELECT 1 FROM service_case WHERE id = $1 AND hall = $2 LIMIT 1
"""
NAME = 'SELECT name FROM case_paper WHERE id = $1 AND "case" = $2'


async def next_number(day: dt.date) -> str:
    """The next number of a package: year month day, five of a sequence, a check digit."""
    [row] = await db.rows("SELECT nextval('custody_number') AS digits")
    digits = f"{day:%y%m%d}{row['digits']:05d}"
    return digits + mod_11_10.calc_check_digit(digits)


async def held(case: UUID, place: Place, by: UUID) -> dict[str, Any]:
    """A part: the case, locked, for who works where originals of it lie. Refuses: NotFound, Denied, who works
    elsewhere, a case that is filed.
    """
    found = await locked(case)
    if not (await works_at(by, place.kind, place.code) and await db.rows(LIES, case, place.id)):
        await may(found, by, *TAKERS)
        raise Refusal(NOT_HERE)
    if found["state"] == "filed":
        raise Refusal(FILED)
    return found


async def take(
    case: UUID, place: Place, counts: dict[UUID, int], to: str, parcel: UUID | None = None
) -> None:
    """A part: so many originals of each paper leave the place. Refuses: none at all, more than lie there."""
    if not counts or min(counts.values()) < 1:
        raise Refusal(NONE)
    now = await clock.now()
    for paper, count in sorted(counts.items()):
        await db.rows(TRACK, paper, case)
        named = await db.rows(NAME, paper, case)
        taken = await db.rows(TAKE, paper, place.id, count, to, parcel, now) if named else []
        if len(taken) < count:
            name = named[0]["name"] if named else "这样材料"
            raise Refusal(f"{name}在{place.name}没有 {count} 份原件了，请看它们现在在哪里")


async def lay(  # noqa: PLR0917  # one after the other as the sentence goes
    parcel: UUID, paper: UUID, count: int, place: str, where: Place | None = None, out_of: str = "parcel",
    *, damaged: bool = False,
) -> int:  # fmt: skip
    """A part: so many originals of a package (or that are missing out of it) are somewhere now; how many there were."""
    columns = where.columns() if where else {"hall": None, "department": None}
    where_to = (place, columns["hall"], columns["department"], await clock.now())
    return len(await db.rows(LAY, parcel, paper, *where_to, out_of, count, damaged))


async def note(
    counts: dict[UUID, int], kind: str, by: UUID | None, parcel: UUID | None = None, why: str = ""
) -> None:
    """A part: write down what happened to so many originals of each paper."""
    now = await clock.now()
    rows = [
        CustodyEvent(
            id=uuid4(), paper=paper, parcel=parcel, at=now, kind=kind, amount=count, by_staff=by, why=why
        )
        for paper, count in counts.items()
        if count
    ]
    if rows:
        await CustodyEvent.insert(*rows)

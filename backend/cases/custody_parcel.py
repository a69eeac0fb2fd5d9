"""Parts of a package's way: the package as it stands, who is on which side of it, and its contents laid down."""

from typing import Any
from uuid import UUID

from backend import db
from backend.cases.custody_moves import FILED, lay, note
from backend.cases.custody_places import Place, place_of, works_at
from backend.cases.custody_tables import Parcel
from backend.cases.record import Asker, locked, record
from backend.refusal import NotFound, Refusal

OTHER_SIDE = "这一步要由另一边来做"
GONE = "没有找到这个包"
MOVED = "这个包刚刚有人动过，请看最新的状态"
PARCEL = """
SELECT k.*, c.number AS case_number, c.state AS case_state, i.name AS item_name, c.name_sealed, c.organisation,
       coalesce(fh.name, fd.name) AS from_name, coalesce(fh.code, fd.code) AS from_code,
       CASE WHEN fh.id IS NULL THEN 'department' ELSE 'hall' END AS from_kind,
       coalesce(th.name, td.name, '申请人') AS to_name, coalesce(th.code, td.code, '') AS to_code,
       p.name AS packed_name, s.name AS sent_name, t.name AS to_staff_name, e.name AS ended_name
FROM custody_parcel k JOIN service_case c ON c.id = k."case" JOIN item i ON i.id = c.item
LEFT JOIN hall fh ON fh.id = k.from_hall LEFT JOIN department fd ON fd.id = k.from_department
LEFT JOIN hall th ON th.id = k.to_hall LEFT JOIN department td ON td.id = k.to_department
JOIN staff p ON p.id = k.packed_by LEFT JOIN staff s ON s.id = k.sent_by LEFT JOIN staff t ON t.id = k.to_staff
LEFT JOIN staff e ON e.id = k.ended_by
"""
# Of a package `k`: something is wrong that a word about it ends (处理了); and all that is on the list of exceptions, on
# which what is looked for, what is on its way back and what lies here after it came back stay until it has moved.
HERE = "(EXISTS (SELECT 1 FROM custody_original o WHERE o.parcel = k.id AND o.place = '{}'))"
MISSING = HERE.format("missing")
UNSETTLED = f"""(({HERE.format("lost")} OR k.intact = false OR EXISTS (
    SELECT 1 FROM custody_line l WHERE l.parcel = k.id AND l.damaged > 0))
  AND NOT EXISTS (SELECT 1 FROM custody_line l JOIN custody_event e ON e.paper = l.paper AND e.parcel = k.id
    WHERE l.parcel = k.id AND e.kind = 'settled'))"""  # noqa: S608  # our own words
ODD = f"""((k.state = 'refused' OR {MISSING} OR {UNSETTLED} OR k.state = 'back' AND EXISTS (
    SELECT 1 FROM custody_line l JOIN custody_original o ON o.paper = l.paper WHERE l.parcel = k.id
      AND coalesce(o.hall, o.department) = coalesce(k.from_hall, k.from_department) AND o.since >= k.ended_at))
  AND (SELECT state FROM service_case s WHERE s.id = k."case") <> 'filed')"""  # noqa: S608  # our own words
LINES = """
SELECT l.paper, p.name, l.amount AS count, l.arrived, l.damaged, (SELECT count(*) FROM custody_original o
  WHERE o.parcel = l.parcel AND o.paper = l.paper AND o.place = 'missing') AS missing,
  (SELECT count(*) FROM custody_original o
  WHERE o.parcel = l.parcel AND o.paper = l.paper AND o.place = 'lost') AS lost
FROM custody_line l JOIN case_paper p ON p.id = l.paper WHERE l.parcel = $1 ORDER BY p.name, l.paper
"""


async def parcel_of(parcel: UUID) -> dict[str, Any]:
    """A package and what stands around it. Refuses: NotFound."""
    found = await db.rows(PARCEL + "WHERE k.id = $1", parcel)
    if not found:
        raise NotFound(GONE)
    return found[0]


async def lines_of(parcel: UUID) -> list[dict[str, Any]]:
    """What is in a package; for a caller who has asked whose it is."""
    return await db.rows(LINES, parcel)


async def held_parcel(parcel: UUID) -> dict[str, Any]:
    """A part: the package and its case, locked. Refuses: NotFound, a case that is filed."""
    await locked((await parcel_of(parcel))["case"])
    found = await parcel_of(parcel)
    if found["case_state"] == "filed":
        raise Refusal(FILED)
    return found


async def sides(parcel: dict[str, Any], by: UUID) -> list[str]:
    """On which sides of a package (from, to) somebody works."""
    found = [("from", parcel["from_kind"], parcel["from_code"]), ("to", parcel["to_kind"], parcel["to_code"])]
    return [side for side, kind, code in found if code and await works_at(by, kind, code)]


async def side(parcel: dict[str, Any], by: UUID, *wanted: str) -> str:
    """A part: the side on which they act. Refuses: who works on none (NotFound), or on the other."""
    theirs = await sides(parcel, by)
    if not theirs:
        raise NotFound(GONE)
    for one in wanted:
        if one in theirs:
            return one
    raise Refusal(OTHER_SIDE)


async def move(parcel: dict[str, Any], to: str, **values: Any) -> None:
    """A part: the package goes on to a state. Refuses: one that is not any more in the state in which it was seen."""
    wanted: dict[Any, Any] = {"state": to, **values}
    moved = Parcel.update(wanted).where(Parcel.id == parcel["id"], Parcel.state == parcel["state"])
    if not await moved.returning(Parcel.id):
        raise Refusal(MOVED)


def counts(lines: list[dict[str, Any]]) -> dict[UUID, int]:
    """Of each paper so many, as they were packed."""
    return {line["paper"]: line["count"] for line in lines}


async def place_at(parcel: dict[str, Any], side: str) -> Place:
    """Where the package comes from, or goes to."""
    return await place_of(f"{parcel[f'{side}_kind']}:{parcel[f'{side}_code']}")


async def lay_all(
    parcel: dict[str, Any], place: Place | None, kind: str, by: UUID | None, why: str = ""
) -> int:
    """A part: everything in the package lies there now; without a place it is what the kind says."""
    lines, where = await lines_of(parcel["id"]), place.kind if place else kind
    moved = {
        line["paper"]: await lay(parcel["id"], line["paper"], line["count"], where, place) for line in lines
    }
    await note(moved, kind, by, parcel["id"], why)
    return sum(moved.values())


async def tell(parcel: dict[str, Any], kind: str, asker: Asker, why: str = "") -> None:
    """A part: the case's own history, and its applicant is told."""
    state = parcel["case_state"]
    await record(parcel["case"], kind, state, state, asker, why)

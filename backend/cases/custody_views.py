"""What staff and applicants see of custody: where each original is, what happened to it, and the packages."""

from typing import Any
from uuid import UUID

from backend import db, identity, secrecy, signature
from backend.cases.askers import TAKERS
from backend.cases.custody_moves import FILED, NOT_HERE
from backend.cases.custody_parcel import GONE, MISSING, ODD, PARCEL, UNSETTLED, lines_of, parcel_of, sides
from backend.cases.custody_places import Spot, place_of, said, spots_of, works_at
from backend.cases.views import READERS, show_to_staff
from backend.pager import Listed, listed
from backend.refusal import NotFound, Refusal

EVENTS = """
SELECT e.paper, a.name AS paper_name, e.kind, e.amount, e.at, e.why, s.name AS by_name, k.number, k.id AS parcel,
       coalesce(fh.name, fd.name) AS from_name, coalesce(th.name, td.name, '申请人') AS to_name
FROM custody_event e JOIN case_paper a ON a.id = e.paper LEFT JOIN staff s ON s.id = e.by_staff
LEFT JOIN custody_parcel k ON k.id = e.parcel
LEFT JOIN hall fh ON fh.id = k.from_hall LEFT JOIN department fd ON fd.id = k.from_department
LEFT JOIN hall th ON th.id = k.to_hall LEFT JOIN department td ON td.id = k.to_department
"""
COUNT = "(SELECT sum(amount) FROM custody_line l WHERE l.parcel = k.id) AS count"
GROUPS = {
    "open": "k.state IN ('packed', 'sent', 'refused')",
    "odd": ODD,
    "over": "k.state IN ('received', 'back', 'opened', 'lost')",
}
BETWEEN = """
FROM custody_parcel k LEFT JOIN hall fh ON fh.id = k.from_hall LEFT JOIN department fd ON fd.id = k.from_department
LEFT JOIN hall th ON th.id = k.to_hall LEFT JOIN department td ON td.id = k.to_department
"""
MINE = "($1::bool OR fd.code = ANY($2) OR td.code = ANY($2) OR fh.code = ANY($3) OR th.code = ANY($3))"
OF_CASE = 'EXISTS (SELECT 1 FROM case_paper p WHERE p.id = e.paper AND p."case" = $1)'
COLLEAGUES = """
SELECT DISTINCT s.id, s.name, coalesce(h.name, d.name) AS place FROM staff s JOIN staff_role r ON r.staff = s.id
LEFT JOIN hall h ON r.scope_kind = 'hall' AND h.code = r.scope
LEFT JOIN department d ON r.scope_kind = 'department' AND d.code = r.scope
WHERE s.disabled_at IS NULL AND s.id <> $1 AND r.role = ANY($2) AND coalesce(h.code, d.code) = ANY($3)
ORDER BY place, s.name, s.id LIMIT 60
"""
ELSEWHERE = """
SELECT 'hall:' || code AS place, name, 0 AS rank FROM hall
UNION ALL SELECT 'department:' || code, name, 1 FROM department ORDER BY rank, place
"""
Options = list[tuple[str, list[tuple[str, str]]]]


async def _mine(by: UUID) -> tuple[bool, list[str], list[str]]:
    grants = [grant for role in READERS for grant in await identity.scopes_of(by, role)]
    of = {kind: [grant.scope for grant in grants if grant.kind == kind] for kind in ("department", "hall")}
    return any(grant.kind == "all" for grant in grants), of["department"], of["hall"]


async def originals_of(case: UUID) -> list[dict[str, Any]]:
    """Each paper with originals: where they are, and what happened to them; for who has asked whose it is."""
    events = await db.rows(f"{EVENTS} WHERE {OF_CASE} ORDER BY e.at DESC, e.id DESC", case)
    found: dict[UUID, dict[str, Any]] = {}
    for spot in await spots_of(case):
        one = found.setdefault(spot.paper, {"name": spot.name, "spots": []})
        one["spots"].append({**spot.row, "count": spot.count, "damaged": spot.damaged, "said": said(spot)})
    return [
        {**one, "events": [event for event in events if event["paper"] == paper]}
        for paper, one in found.items()
    ]


async def here(case: UUID, by: UUID) -> list[Spot]:
    """Originals of a case that lie where somebody works. Refuses: NotFound, also a case that is none of theirs."""
    spots = [spot for spot in await spots_of(case) if spot.at]
    mine = [spot for spot in spots if await works_at(by, *spot.at.split(":", 1))]
    if not mine:
        await show_to_staff(case, by)
        raise Refusal(NOT_HERE)
    [row] = await db.rows("SELECT state FROM service_case WHERE id = $1", case)
    if row["state"] == "filed":
        raise Refusal(FILED)
    return mine


async def ways(spots: list[Spot], case: UUID, by: UUID) -> Options:
    """To whom they can go from there, as groups of a list to choose from."""
    [row] = await db.rows(
        "SELECT h.code AS hall, d.code AS department FROM service_case c JOIN hall h ON h.id = c.hall"
        " JOIN department d ON d.id = c.department WHERE c.id = $1",
        case,
    )
    codes = [row["hall"], row["department"], *(spot.row["at_code"] for spot in spots)]
    known = {spot.at for spot in spots}
    places = [one for one in await db.rows(ELSEWHERE) if known != {one["place"]}]
    staff = await db.rows(COLLEAGUES, by, list(TAKERS), codes)
    return [
        ("还给申请人", [("counter", "当面还给申请人"), ("applicant", "寄给申请人")]),
        ("当面交给同事", [(f"staff:{one['id']}", f"{one['name']}（{one['place']}）") for one in staff]),
        ("封包寄到", [(one["place"], one["name"]) for one in places]),
        ("不再交接", [("kept", "按规定留在案卷里"), ("lost", "找不到了，登记丢失")]),
    ]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    name = secrecy.mask_name(secrecy.unseal(row["name_sealed"]))
    receiver = secrecy.unseal(row["receiver_sealed"])
    return {
        **row,
        "who": row["organisation"] or name,
        "receiver": secrecy.mask_name(receiver) if receiver else "",
    }


async def show_parcel(parcel: UUID, by: UUID) -> dict[str, Any]:
    """A package with its contents and history, and on which sides of it somebody works (`sides`). Refuses: NotFound,
    also one that is none of theirs.
    """
    row = await parcel_of(parcel)
    if not await db.rows(f"{PARCEL} WHERE k.id = $4 AND {MINE}", *await _mine(by), parcel):
        await _of_their_case(row["case"], by)
    lines = await lines_of(parcel)
    return {
        **_shown(row), "lines": lines, "missing": sum(line["missing"] for line in lines),
        "lost": sum(line["lost"] for line in lines), "unsettled": await _unsettled(parcel),
        "sides": await sides(row, by), "signature": signature.opened(row["signature_sealed"]),
        "events": await db.rows(f"{EVENTS} WHERE e.parcel = $1 ORDER BY e.at DESC, e.id DESC", parcel),
        "held": await _still_there(row, by),
    }  # fmt: skip


async def _unsettled(parcel: UUID) -> bool:
    found = await db.rows(f"SELECT 1 FROM custody_parcel k WHERE k.id = $1 AND {UNSETTLED}", parcel)  # noqa: S608
    return bool(found)


async def _of_their_case(case: UUID, by: UUID) -> None:
    try:
        await show_to_staff(case, by)
    except NotFound:
        raise NotFound(GONE) from None


async def _still_there(row: dict[str, Any], by: UUID) -> bool:
    """Whether originals of its case lie where it came to, so that whoever works there can hand them on."""
    if row["state"] != "received" or row["to_kind"] == "applicant":
        return False
    place = await place_of(f"{row['to_kind']}:{row['to_code']}")
    at = [spot for spot in await spots_of(row["case"]) if spot.at == str(place)]
    return bool(at) and await works_at(by, place.kind, place.code)


async def work(by: UUID, group: str, page: int = 1) -> Listed:
    """A page of the packages from and to where somebody works, of one of GROUPS; of those that are over, the latest
    first.
    """
    order = "coalesce(k.ended_at, k.sent_at, k.packed_at) DESC" if group == "over" else "k.packed_at"
    whole = PARCEL.replace("SELECT k.*,", f"SELECT k.*, {COUNT}, {MISSING} AS missing,", 1)
    chosen = f"{BETWEEN} WHERE {MINE} AND {GROUPS[group]}"
    found = await listed(whole, chosen, f"{order}, k.id", page, *await _mine(by))
    return Listed([_shown(row) for row in found.rows], found.page, found.total)


def coming(originals: list[dict[str, Any]]) -> list[tuple[UUID, str]]:
    """Packages on their way to the applicant, who may say that they are here."""
    spots = [spot for one in originals for spot in one["spots"]]
    sent = [spot for spot in spots if spot["place"] == "parcel" and spot["to_kind"] == "applicant"]
    return list({(spot["parcel"], spot["number"]) for spot in sent if spot["state"] == "sent"})

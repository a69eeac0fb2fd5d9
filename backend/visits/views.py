"""What staff and applicants see of visits."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, secrecy
from backend.pager import Listed, listed
from backend.refusal import NotFound
from backend.visits.askers import CENTRE, READERS, SEEN, STAFF, covers, reach
from backend.visits.calls import CALLERS
from backend.visits.photos import photos_of
from backend.visits.record import MISSING, VISIT, seen
from backend.visits.rules import visit_rules
from backend.visits.terms import due_of, light_of

OPEN = ("requested", "taken", "agreed", "done", "paused", "submitted")
OVER = ("delivered", "withdrawn", "terminated")
# What who asked thinks of it (评价, 回访): for supervisors and managers, never for who went there.
FELT = ("rated", "called")
UNFELT: dict[str, Any] = {"rating": None, "rating_words": "", "rated_at": None}
GROUPS = {"open": OPEN, "new": ("requested",), "mine": OPEN, "over": OVER}
DUE = """CASE v.state WHEN 'requested' THEN v.take_by WHEN 'taken' THEN v.agree_by
  WHEN 'agreed' THEN v.starts_at END NULLS LAST, v.requested_at, v.id"""
LATEST = "coalesce(v.delivered_at, v.requested_at) DESC, v.id"
FROM = VISIT[VISIT.index("FROM visit") :]
WORK = f"{FROM} WHERE {SEEN} AND v.state = ANY($5) AND ($6::uuid IS NULL OR v.agent = $6)"
OWN = VISIT + "WHERE v.account = $1 ORDER BY v.requested_at DESC, v.id LIMIT 100"
EVENTS = """
SELECT e.kind, e.at, e.why, e.says, s.name AS by_name, e.by_account IS NOT NULL AS by_applicant
FROM visit_event e LEFT JOIN staff s ON s.id = e.by_staff WHERE e.visit = $1 ORDER BY e.at DESC, e.id DESC
"""
VILLAGES = """
SELECT g.code, g.name, h.area AS town FROM village g JOIN hall h ON h.id = g.hall
WHERE $1::bool OR h.code = ANY($2) OR g.code = ANY($3) ORDER BY h.code, g.code
"""
PLACES = """
SELECT name FROM hall WHERE code = ANY($1) UNION ALL SELECT name FROM village WHERE code = ANY($2) ORDER BY 1
"""
CASE = "SELECT number, state FROM service_case WHERE id = $1"
PAPERS = "SELECT id, kind, why, at, ended_at FROM visit_paper WHERE visit = $1 ORDER BY at"


async def villages(by: UUID | None = None) -> dict[str, list[tuple[str, str]]]:
    """The villages by their town, as code and name; of a member of staff, those for which they may ask."""
    values = list(await reach(by, *STAFF))[:3] if by else [True, [], []]
    found: dict[str, list[tuple[str, str]]] = {}
    for row in await db.rows(VILLAGES, *values):
        found.setdefault(row["town"], []).append((row["code"], row["name"]))
    return found


async def places(by: UUID) -> list[str]:
    """The names of what they see, for the page that lists it."""
    there = await reach(by, *READERS)
    if there.everywhere:
        return ["全市"]
    return [row["name"] for row in await db.rows(PLACES, there.halls, there.villages)]


async def work(by: UUID, group: str = "open", page: int = 1) -> Listed:
    """The visits that they see, of one of GROUPS, what is due first, first."""
    there = await reach(by, *READERS)
    now, mine = await clock.now(), by if group == "mine" else None
    order = LATEST if group == "over" else DUE
    found = await listed(VISIT, WORK, order, page, *there, list(GROUPS[group]), mine)
    return Listed([_shown(row, now) for row in found.rows], found.page, found.total)


def _shown(row: dict[str, Any], now: Any) -> dict[str, Any]:
    reason = visit_rules().reasons.get(row["reason"])
    return {
        **row, "who": secrecy.mask_name(secrecy.unseal(row["name_sealed"])), "due": due_of(row),
        "light": light_of(row, now), "reason_name": reason.name if reason else "",
    }  # fmt: skip


async def own(by: UUID) -> list[dict[str, Any]]:
    """上门代办: what the account asked for, the latest first."""
    now = await clock.now()
    return [_shown(row, now) for row in await db.rows(OWN, by)]


async def show_own(visit: UUID, by: UUID) -> dict[str, Any]:
    """One of the account's visits, with where they are awaited. Refuses: NotFound, also a stranger's."""
    found = await seen(visit)
    if found["account"] != by:
        raise NotFound(MISSING)
    return {**await _whole(found), **_full(found)}


async def show_to_staff(visit: UUID, by: UUID) -> dict[str, Any]:
    """A visit with all that was done to it. `own`: it is theirs; `goes`: and not over, so that they read where to
    go and whom to call. Others read it masked. `stops`: they may stop it, see `askers.decides`. Refuses:
    NotFound, also one that is none of theirs.
    """
    found = await db.rows(VISIT + f"WHERE {SEEN} AND v.id = $5", *await reach(by, *READERS), visit)
    if not found:
        raise NotFound(MISSING)
    one = found[0]
    mine = one["agent"] == by
    goes = mine and one["state"] not in OVER
    there = one["village_code"], one["hall_code"]
    felt = {} if not mine and await covers(by, *there, *CALLERS) else UNFELT
    acts, centre = mine or await covers(by, *there, *STAFF), await covers(by, *there, *CENTRE)
    return {
        **await _whole({**one, **felt}, FELT if felt else ()), **(_full(one) if goes else _masked(one)), "own": mine,
        "goes": goes, "acts": acts, "centre": centre, "stops": acts if one["agent"] is None else mine or centre,
    }  # fmt: skip


async def _whole(row: dict[str, Any], hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    events = [_event(one) for one in await db.rows(EVENTS, row["id"]) if one["kind"] not in hidden]
    case = await db.rows(CASE, row["case"]) if row["case"] else []
    return {
        **_shown(row, await clock.now()), "events": events, "papers": await db.rows(PAPERS, row["id"]),
        "photos": await photos_of(row["id"]), "case_state": case[0]["state"] if case else "",
        "case_number": case[0]["number"] if case else "",
    }  # fmt: skip


def _event(row: dict[str, Any]) -> dict[str, Any]:
    """`starts`: the time that was agreed, by the town's clock; None where none was, or it was not kept."""
    says = msgspec.json.decode(row["says"])
    starts = clock.local(dt.datetime.fromisoformat(says["starts"])) if "starts" in says else None
    return {**row, "says": says, "starts": starts}


def _full(row: dict[str, Any]) -> dict[str, Any]:
    return {"phone": secrecy.unseal(row["phone_sealed"]), "address": secrecy.unseal(row["address_sealed"])}


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    return {"phone": secrecy.mask_phone(secrecy.unseal(row["phone_sealed"])), "address": row["village_name"]}

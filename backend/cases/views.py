"""What staff and applicants see of cases."""

import datetime as dt
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import msgspec

from backend import db, identity, secrecy
from backend.cases.askers import MISSING, accepts, decides, returns, takes
from backend.cases.custody_places import OWED
from backend.cases.legal_clock import answer_by
from backend.cases.mailings import mailing_of
from backend.cases.overtaken import version_of
from backend.cases.questions import ASKED
from backend.cases.record import seen
from backend.cases.result_here import coming
from backend.cases.results import results_of
from backend.cases.verifications import OPEN, commitment_of
from backend.pager import Listed, listed
from backend.refusal import NotFound, Refusal

READERS = ("clerk", "manager", "officer", "desk", "supervisor", "auditor")
# A day beyond the last that the nation has published may still move (调休).
PUBLISHED = "coalesce((SELECT max(day) FROM calendar_day WHERE NOT provisional), '-infinity')"
ROWS = f"""
SELECT c.id, c.number, c.state, c.received_at, c.promised_due, c.statutory_due, c.correct_by, c.light,
       c.organisation, c.external_case_no, c.handed_at, c.deemed, c.decision, c.corrected_at, c.way, c.gaps_until,
       c.gaps_light, c.channel, c.result_here_at,
       (c.promised_due AT TIME ZONE 'Asia/Shanghai')::date > {PUBLISHED} AS promised_moves,
       (c.statutory_due AT TIME ZONE 'Asia/Shanghai')::date > {PUBLISHED} AS statutory_moves,
       v.light AS verify_light, v.outcome, coalesce(v.mend_by, v.verify_by) AS verify_by,
       i.name AS item_name, d.name AS department_name, h.name AS hall_name,
       c.name_sealed, c.id_sealed, EXISTS (SELECT 1 FROM case_gap g WHERE g."case" = c.id AND g.filled_at IS NULL
         AND g.answered_at IS NOT NULL) AS answered,
       {ASKED} AS asked, {OWED} AS owed
FROM service_case c JOIN item i ON i.id = c.item JOIN department d ON d.id = c.department
JOIN hall h ON h.id = c.hall LEFT JOIN case_commitment v ON v."case" = c.id
"""  # noqa: S608  # our own words
# What was taken in far away is its department's from the hand-over on.
# Ids in so many words, so that a plan knows how few of all cases they are.
THEIRS = """($1::bool OR c.department = ANY($2) AND (c.channel <> '4' OR c.handed_at IS NOT NULL)
  OR c.hall = ANY($3))"""
GROUPS = {
    "open": ("received", "correcting", "accepted", "paused"),
    "result": ("decided", "finished", "mailed"),
    "over": ("delivered", "filed", "declined", "withdrawn", "terminated", "returned", "revoked"),
}
IDS = """
SELECT ARRAY(SELECT id FROM department WHERE code = ANY($1)) AS departments,
       ARRAY(SELECT id FROM hall WHERE code = ANY($2)) AS halls
"""
LISTS = (*GROUPS, "owed", "verify")
# What is due first stands first, what was corrected among it; then what was answered; what no clock runs for, by its
# receipt. What is over: the latest first.
DUE = """coalesce(c.promised_due, c.correct_by, CASE c.state WHEN 'received' THEN c.corrected_at END, 'infinity'),
  (c.state = 'correcting' OR c.gaps_light <> '') AND EXISTS (SELECT 1 FROM case_gap g WHERE g."case" = c.id
    AND g.filled_at IS NULL AND g.answered_at IS NOT NULL) DESC, c.received_at, c.id"""
ORDERS = {"over": "coalesce(c.ended_at, c.decided_at, c.received_at) DESC, c.id"}
# 原件待还: over, and cannot be filed before each original is back; what has waited longest, first.
OWING = f"FROM service_case c WHERE {THEIRS} AND {OWED}"
OWING_ORDER = "coalesce(c.ended_at, c.decided_at, c.received_at), c.id"
# 待核查: commitments, what is to be verified first, first.
VERIFY = f'FROM service_case c JOIN case_commitment v ON v."case" = c.id WHERE {THEIRS} AND {OPEN}'
VERIFY_ORDER = "coalesce(v.mend_by, v.verify_by), c.id"
# What a desk far away handed on, and waits to be accepted; and what another department passed on (转办), until somebody
# of this one has done something to it. `rings`: how often it came; each time is news.
RINGS = """(SELECT count(*) FROM case_event e
  WHERE e."case" = c.id AND e.kind IN ('handed', 'transferred', 'filled'))"""
ARRIVED = (
    ROWS.replace("SELECT c.id,", f"SELECT {RINGS} AS rings, passed.at AS passed_at, c.id,", 1)  # noqa: S608  # our own words
    + """
LEFT JOIN (SELECT "case", max(at) AS at FROM case_event WHERE kind = 'transferred' GROUP BY "case") passed
  ON passed."case" = c.id
WHERE ($1::bool OR d.code = ANY($2)) AND c.state IN ('received', 'correcting', 'accepted', 'paused')
  AND (c.channel <> '4' OR c.handed_at IS NOT NULL)
  AND (c.channel = '4' AND c.state = 'received' OR passed.at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM case_event e JOIN staff_role r ON r.staff = e.by_staff
      WHERE e."case" = c.id AND e.at > passed.at AND r.role = 'officer'
        AND e.kind NOT IN ('call-booked', 'call-moved', 'called')
        AND (r.scope_kind = 'all' OR r.scope_kind = 'department' AND r.scope = d.code)))
ORDER BY coalesce(passed.at, c.handed_at), c.id LIMIT 50
"""
)
FOUND = f"""FROM service_case c
WHERE {THEIRS} AND (c.number = $4 OR c.person_index = ANY($5)
       OR c.external_case_no <> '' AND lower(replace(c.external_case_no, ' ', '')) = lower($4))"""
EVENTS = """
SELECT e.id, e.kind, e.at, e.why, e.says, s.name AS by_name, e.by_account IS NOT NULL AS by_applicant
FROM case_event e LEFT JOIN staff s ON s.id = e.by_staff WHERE e."case" = $1 ORDER BY e.at DESC, e.id DESC
"""
GAPS = """
SELECT id, kind, what, how, ways, answer, answered_at, filled_at FROM case_gap WHERE "case" = $1 ORDER BY kind, position
"""
STOPS = """
SELECT procedure, reason, document, approver, days, since, until FROM case_stop WHERE "case" = $1 ORDER BY since
"""


async def _places(by: UUID) -> tuple[bool, list[UUID], list[UUID]]:
    """Whether they see the whole city, else which departments and halls."""
    grants = [grant for role in READERS for grant in await identity.scopes_of(by, role)]
    of = {kind: [grant.scope for grant in grants if grant.kind == kind] for kind in ("department", "hall")}
    [found] = await db.rows(IDS, of["department"], of["hall"])
    return any(grant.kind == "all" for grant in grants), found["departments"], found["halls"]


async def places(by: UUID) -> list[str]:
    """The names of what they see, for the page that lists it."""
    everywhere, departments, halls = await _places(by)
    if everywhere:
        return ["全市"]
    found = await db.rows(
        "SELECT name FROM hall WHERE id = ANY($1) UNION ALL SELECT name FROM department WHERE id = ANY($2)",
        halls,
        departments,
    )
    return [row["name"] for row in found]


async def work(by: UUID, group: str = "open", page: int = 1) -> Listed:
    """A page of the work list of a member of staff, of one of LISTS, what is due first, first."""
    if group == "owed":
        return await _listed(OWING, OWING_ORDER, page, *await _places(by))
    if group == "verify":
        return await _listed(VERIFY, VERIFY_ORDER, page, *await _places(by))
    # The states stand in the words of it, so that the index of those that are open is known to hold them all.
    chosen = f"FROM service_case c WHERE {THEIRS} AND c.state IN {GROUPS[group]}"
    return await _listed(chosen, ORDERS.get(group, DUE), page, *await _places(by))


async def _listed(chosen: str, order: str, page: int, *values: Any) -> Listed:
    found = await listed(ROWS, chosen, order, page, *values)
    return Listed([_named(row) for row in found.rows], found.page, found.total)


async def arrivals(by: UUID) -> list[dict[str, Any]]:
    """新交来的: what desks far away handed to their departments and nobody accepted yet, and what other departments
    passed on and nobody of this one has touched, the oldest first.
    """
    grants = await identity.scopes_of(by, "officer")
    everywhere = any(grant.kind == "all" for grant in grants)
    departments = [grant.scope for grant in grants if grant.kind == "department"]
    return [_named(row) for row in await db.rows(ARRIVED, everywhere, departments)]


async def find(sought: str, by: UUID, page: int = 1) -> Listed:
    """A page of those of theirs with this number, number of another system, or ID of the applicant, the latest
    first.
    """
    words = sought.strip()
    values = (*await _places(by), words.replace(" ", ""), identity.any_id_indexes(words))
    return await _listed(FOUND, "c.received_at DESC, c.id", page, *values)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    masked = secrecy.mask_name(secrecy.unseal(row["name_sealed"]))
    tail = secrecy.mask_id(secrecy.unseal(row["id_sealed"]))
    return {**row, "who": row["organisation"] or masked, "applicant": f"{masked}（{tail}）"}


TOLD = """
SELECT e.id, e.kind, e.at, CASE WHEN e.kind IN ('received', 'light', 'recomputed') THEN '' ELSE e.why END AS why,
       e.says, e.by_staff IS NOT NULL AS by_staff
FROM case_event e WHERE e."case" = $1
  AND e.kind NOT IN ('light', 'recomputed', 'printed', 'looked', 'verify-light', 'numbered', 'fetched')
ORDER BY e.at DESC, e.id DESC
"""


async def show_own(case: UUID, by: UUID) -> dict[str, Any]:
    """One of the account's cases, as its applicant sees it. Refuses: NotFound, also a stranger's."""
    if not await db.rows("SELECT 1 FROM service_case WHERE id = $1 AND account = $2", case, by):
        raise NotFound(MISSING)
    return await told(case)


async def told(case: UUID) -> dict[str, Any]:
    """A case as its applicant is told of it, without names of staff; for a caller who has asked whose it is."""
    [row] = await db.rows(ROWS + "WHERE c.id = $1", case)
    events = [{**one, "says": msgspec.json.decode(one["says"])} for one in await db.rows(TOLD, case)]
    return {
        **await seen(case),
        **_named(row),
        "coming": coming(row),
        "answer_by": await answer_by(row),
        "gaps": await db.rows(GAPS, case),
        "events": events,
        "commitment": await commitment_of(case),
        "mailing": await mailing_of(case),
        "results": await results_of(case),
    }


async def sees(case: UUID, by: UUID) -> bool:
    """Whether a member of staff sees the case."""
    return bool(await db.rows(ROWS + f"WHERE {THEIRS} AND c.id = $4", *await _places(by), case))


async def show_to_staff(case: UUID, by: UUID) -> dict[str, Any]:
    """A case with all that was done to it. `acts`: may they hold its papers and hand them on; `accepts`: may they
    accept it; `returns`: give it back; `decides`: may they decide it; `seen`: what `having_seen` takes. Refuses:
    NotFound, also a case that is none of theirs.
    """
    found = await db.rows(ROWS + f"WHERE {THEIRS} AND c.id = $4", *await _places(by), case)
    if not found:
        raise NotFound(MISSING)
    return await _whole(found[0], by)


async def show_lent(case: UUID, by: UUID) -> dict[str, Any]:
    """As `show_to_staff`, masked alike, for a caller who has asked that they are put through to its applicant (屏对屏):
    then the department sees what lies at a desk far away before it is handed on.
    """
    [found] = await db.rows(ROWS + "WHERE c.id = $1", case)
    return await _whole(found, by)


async def _whole(found: dict[str, Any], by: UUID) -> dict[str, Any]:
    case = found["id"]
    whole = await seen(case)
    events = [{**row, "says": msgspec.json.decode(row["says"])} for row in await db.rows(EVENTS, case)]
    began = whole["accepted_at"]
    return {
        **whole, **_named(found), "gaps": await db.rows(GAPS, case), "stops": await db.rows(STOPS, case),
        "commitment": await commitment_of(case), "mailing": await mailing_of(case),
        "results": await results_of(case),
        "events": events, "accepted_by": began and department_at({**whole, "events": events}, began),
        "acts": await _allowed(takes(whole, by)), "accepts": await _allowed(accepts(whole, by)),
        "returns": await _allowed(returns(whole, by)),
        "decides": await _allowed(decides(whole, by)), "coming": coming(whole), "seen": await version_of(case),
    }  # fmt: skip


def department_at(case: dict[str, Any], at: dt.datetime) -> str:
    """The name of the department that had the case then: what was sealed before a transfer (转办) stays as it was."""
    later = [one for one in case["events"] if one["kind"] == "transferred" and one["at"] > at]
    return str(later[-1]["says"]["was"] if later else case["department_name"])


async def _allowed(asked: Awaitable[None]) -> bool:
    try:
        await asked
    except Refusal:
        return False
    return True

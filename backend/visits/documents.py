"""文书: what is printed of a visit, for who goes there and for the town's centre."""

from typing import Any
from uuid import UUID

from backend import db, secrecy
from backend.refusal import NotFound
from backend.visits import signed
from backend.visits.done import IDENTITY, record_of
from backend.visits.mandate import last_of
from backend.visits.views import show_to_staff

NAMES = {
    "intake": "受理单", "mandate": "代办服务委托书", "handover": "材料交接清单", "reassignment": "改派单",
    "pause": "中止单",
    "renewal": "续办委托书", "end": "终止单", "closing": "办结单",
}  # fmt: skip
GIVEN = """
SELECT e.at, e.why, s.name AS was FROM visit_event e LEFT JOIN staff s ON s.id::text = e.says ->> 'was'
WHERE e.visit = $1 AND e.kind = 'reassigned' ORDER BY e.at DESC, e.id DESC LIMIT 1
"""


async def documents_of(one: dict[str, Any]) -> list[tuple[str, str]]:
    """Those that there are of a visit as `show_to_staff` shows it, by code and name."""
    paper_kinds = {paper["kind"] for paper in one["papers"]}
    there = {
        "intake": True, "mandate": bool(await last_of(one["id"])),
        "handover": bool(await record_of(one["id"])), "reassignment": bool(await db.rows(GIVEN, one["id"])),
        "pause": "pause" in paper_kinds, "renewal": "pause" in paper_kinds, "end": "termination" in paper_kinds,
        "closing": one["state"] == "delivered",
    }  # fmt: skip
    return [(code, name) for code, name in NAMES.items() if there[code]]


async def document(visit: UUID, name: str, by: UUID) -> dict[str, Any]:
    """What a document says. Refuses: NotFound, also one that there is not, and who neither goes there nor is of the
    centre: it names people in full.
    """
    one = await show_to_staff(visit, by)
    if not (one["own"] or one["centre"]) or name not in dict(await documents_of(one)):
        raise NotFound("没有这份文书，或不归你打印")
    mandate, record = await last_of(visit), await record_of(visit)
    given = await db.rows(GIVEN, visit)
    return {
        **one, "title": NAMES[name], "name": secrecy.unseal(one["name_sealed"]),
        "mandate": _mandate(mandate) if mandate else None, "record": _record(record) if record else None,
        "given": given[0] if given else None,
        "stopped": next((one for one in reversed(one["papers"]) if one["kind"] == "pause"), None),
        "ended": next((one for one in one["papers"] if one["kind"] == "termination"), None),
    }  # fmt: skip


def _mandate(row: dict[str, Any]) -> dict[str, Any]:
    text = secrecy.unseal(row["text_sealed"])
    return {**row, "lines": text.splitlines()[1:], "signature": signed.shown(row)}


def _record(row: dict[str, Any]) -> dict[str, Any]:
    papers = [str(paper) for paper in signed.papers_of(row["papers"])]
    return {
        **row,
        "list": papers,
        "returns": any(one.originals for one in signed.papers_of(row["papers"])),
        "signature": signed.shown(row),
        "known": IDENTITY[row["identity"]],
    }

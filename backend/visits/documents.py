"""文书: what is printed of a visit, for who goes there and for the town's centre."""

from typing import Any
from uuid import UUID

from backend import db, secrecy
from backend.refusal import NotFound
from backend.visits import signed
from backend.visits.done import IDENTITY, record_of
from backend.visits.views import show_to_staff

NAMES = {
    "intake": "受理单", "mandate": "代办服务委托书", "handover": "材料交接清单", "reassignment": "改派单",
    "pause": "中止单",
    "renewal": "续办委托书", "end": "终止单", "closing": "办结单",
}  # fmt: skip
GIVEN = """
SELECT e.at, e.why, s.name AS was FROM visit_event e LEFT JOIN staff s ON s.id::text = e.says ->> 'was'
WHERE e.visit = $1 AND e.kind = 'reassigned' ORDER BY e.at, e.id
"""
MANDATES = "SELECT * FROM visit_mandate WHERE visit = $1 ORDER BY signed_at, id"
Rows = list[dict[str, Any]]


async def _written(one: dict[str, Any]) -> dict[str, Rows]:
    """By NAMES, what each document is made of, the earliest first: a second 中止 has a 中止单 of its own."""
    pauses = [paper for paper in one["papers"] if paper["kind"] == "pause"]
    record = await record_of(one["id"])
    return {
        "intake": [one], "mandate": await db.rows(MANDATES, one["id"]), "handover": [record] if record else [],
        "reassignment": await _given(one), "pause": pauses, "renewal": pauses,
        "end": [paper for paper in one["papers"] if paper["kind"] == "termination"],
        "closing": [one] if one["state"] == "delivered" else [],
    }  # fmt: skip


async def _given(one: dict[str, Any]) -> Rows:
    """Each reassignment, with who goes there from then on."""
    rows = await db.rows(GIVEN, one["id"])
    heirs = [*(row["was"] for row in rows), one["agent_name"]][1:]
    return [{**row, "to": to} for row, to in zip(rows, heirs, strict=True)]


async def documents_of(one: dict[str, Any]) -> list[tuple[str, str]]:
    """Those that there are of a visit as `show_to_staff` shows it, by code and name; several of a kind by number."""
    found = []
    for code, rows in (await _written(one)).items():
        if len(rows) == 1:
            found.append((code, NAMES[code]))
        else:
            found += [(f"{code}-{n}", f"{NAMES[code]}（第 {n} 次）") for n in range(1, len(rows) + 1)]
    return found


async def document(visit: UUID, name: str, by: UUID) -> dict[str, Any]:
    """What a document says; of several of a kind its code alone is the last. Refuses: NotFound, also one that there is
    not, and who neither goes there nor is of the centre: it names people in full.
    """
    one = await show_to_staff(visit, by)
    kind, _, count = name.partition("-")
    numbered = {str(n): row for n, row in enumerate((await _written(one)).get(kind, []), 1)}
    row = numbered.get(count or str(len(numbered)))
    if not (one["own"] or one["centre"]) or row is None:
        raise NotFound("没有这份文书，或不归你打印")
    record = await record_of(visit)
    return {
        **one, "kind": kind, "title": NAMES[kind], "name": secrecy.unseal(one["name_sealed"]),
        "mandate": _mandate(row) if kind == "mandate" else None, "record": _record(record) if record else None,
        "given": row, "stopped": row, "ended": row,
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

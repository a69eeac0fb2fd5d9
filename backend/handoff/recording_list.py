"""Which recordings there are: for who supervises and audits, of their halls; for the applicant, that there is one."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.handoff.recording_keep import until
from backend.handoff.recording_look import CHUNKS, LOOKERS, OPEN, OPENED, may_look
from backend.handoff.recording_views import stands
from backend.refusal import NotFound

MOST = 200
# The officer who answered, and their department: who has the case since 不归我们 may be another.
ALL = """
SELECT r.*, h.state, h.way, h.ended_at, i.name AS item_name, l.name AS hall_name, l.code AS hall_code,
  c.number AS case_number,
  h."case", o.name AS officer_name, k.name AS held_name, coalesce((SELECT v.says ->> 'was' FROM case_event v
    WHERE v."case" = c.id AND v.kind = 'transferred' AND v.at > a.at ORDER BY v.at LIMIT 1), d.name) AS department_name
FROM handoff_recording r JOIN handoff h ON h.id = r.handoff JOIN item i ON i.id = h.item JOIN hall l ON l.id = h.hall
JOIN department d ON d.id = h.department JOIN service_case c ON c.id = h."case"
LEFT JOIN LATERAL (SELECT e.by_staff, e.at FROM handoff_event e WHERE e.handoff = h.id AND e.why = '审批人员'
  AND e.kind IN ('rec-agreed', 'rec-refused') ORDER BY e.at DESC LIMIT 1) a ON true
LEFT JOIN staff o ON o.id = coalesce(a.by_staff, h.officer)
LEFT JOIN staff k ON k.id = r.held_by
"""
# When it began, not when the first of it came.
DONE = """
SELECT CASE e.kind WHEN 'rec-begun' THEN coalesce((SELECT min(k.until_at) FROM handoff_chunk k
  JOIN handoff_recording r ON r.id = k.recording WHERE r.handoff = $1), e.at) ELSE e.at END AS at,
  e.kind, e.why, s.name AS by_name FROM handoff_event e LEFT JOIN staff s ON s.id = e.by_staff
WHERE e.handoff = $1 AND e.kind LIKE 'rec-%' ORDER BY 1, e.id
"""


async def all_of(by: UUID) -> list[dict[str, Any]]:
    """Those of their halls with something in them, the latest first. Refuses: Denied."""
    await identity.require(by, *LOOKERS)
    grants = [grant for role in LOOKERS for grant in await identity.scopes_of(by, role)]
    found = await db.rows(f"{ALL} WHERE r.next > 0 ORDER BY r.last_at DESC LIMIT $1", MOST)
    return [_told(one) for one in found if any(grant.covers("hall", one["hall_code"]) for grant in grants)]


async def shown(handoff: UUID, by: UUID) -> dict[str, Any]:
    """One: its parts with their times, its pauses, all that was done to it, whether it is open to them now. Refuses:
    Denied, NotFound.
    """
    await may_look(handoff, by)
    found = await db.rows(f"{ALL} WHERE r.handoff = $1", handoff)
    if not found:
        raise NotFound("这次屏对屏没有录像，或者已经删除了")
    its, now = found[0], await clock.now()
    sql = "SELECT * FROM handoff_recording_pause WHERE recording = $1 ORDER BY from_at"
    pauses = _joined(await db.rows(sql, its["id"]))
    return {
        **_told(its), "parts_of": _parts(await db.rows(CHUNKS, its["id"])), "done": await db.rows(DONE, handoff),
        "pauses": pauses, "open": bool(await db.rows(OPENED, handoff, by, now - OPEN)),
    }  # fmt: skip


def _told(its: dict[str, Any]) -> dict[str, Any]:
    return {**its, "stands": stands(its, its), "until": until(its)}


def _parts(chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for one in chunks:
        part = found.setdefault(one["part"], {"part": one["part"], "from_at": one["until_at"], "size": 0})
        part["until_at"], part["size"] = one["until_at"], part["size"] + one["size"]
    return list(found.values())


def _joined(pauses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The whiles in which nothing was recorded: those that overlap are one, with every reason."""
    found: list[dict[str, Any]] = []
    for one in pauses:
        if not found or one["from_at"] > found[-1]["until_at"]:
            found.append({**one, "why": [one["why"]]})
            continue
        last = found[-1]
        last["until_at"] = max(last["until_at"], one["until_at"])
        last["why"] += [] if one["why"] in last["why"] else [one["why"]]
        last["itself"] = last["itself"] and one["itself"]
    return [{**one, "why": "、".join(one["why"])} for one in found]


async def own(account: UUID) -> list[dict[str, Any]]:
    """That there are recordings of one's cases, and after when they go; nobody is shown one."""
    sql = f"{ALL} WHERE c.account = $1 AND r.next > 0 AND r.erasing_at IS NULL ORDER BY r.last_at"
    return [_told(one) for one in await db.rows(sql, account)]


async def export_of(account: UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """Part: the same, for the copy of one's data; no name of staff."""
    told = [
        {"事项": one["item_name"], "办件": one["case_number"], "最后录到": one["last_at"],
         "什么时候删除": one["until"] or "依法留存"}
        for one in await own(account)
    ]  # fmt: skip
    return [("屏对屏的录音录像", told)]

"""What an applicant is told (通知), in the transaction of the fact: each step that changes what they wait for."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import db, notify
from backend.cases.legal_clock import answer_by

KINDS = {
    "received": "case-received", "accepted": "case-accepted", "deemed": "case-accepted",
    "correcting": "case-correcting", "declined": "case-declined", "stopped": "case-stopped",
    "resumed": "case-resumed", "extended": "case-extended", "decided": "case-decided",
    "finished": "case-finished", "mailed": "case-mailed", "bounced": "case-bounced", "served": "case-served",
    "tolerated": "case-tolerated", "gaps-soon": "case-lagging", "gaps-lapsed": "case-lapsed",
    "committed": "case-committed", "kept": "case-kept", "mending": "case-mending", "broken": "case-broken",
    "revoked": "case-revoked", "transferred": "case-transferred",
    "handed": "case-handed", "arrived-here": "case-arrived", "posted": "case-posted", "ready": "case-collect",
    "astray": "case-astray", "answered": "case-answered",
    "call-booked": "case-callback", "call-moved": "case-recalled", "call-wanted": "case-uncalled",
    "withdrawn": "case-over", "terminated": "case-over", "returned": "case-over",
}  # fmt: skip
NOW = """
SELECT c.number, c.account, c.person, c.state, c.decision, c.promised_due AS due_at, c.provisional,
       c.correct_by AS correct_at, i.name AS item, h.name AS hall, h.phone, c.way, c.channel, c.gaps_until AS until_at,
       c.handed_at, c.corrected_at, c.correct_by, d.name AS department, coalesce(v.mend_by, v.verify_by) AS verify_at,
       (SELECT count(*) FROM case_gap g WHERE g."case" = c.id AND g.filled_at IS NULL) AS "left"
FROM service_case c JOIN item i ON i.id = c.item JOIN hall h ON h.id = c.hall
JOIN department d ON d.id = c.department LEFT JOIN case_commitment v ON v."case" = c.id WHERE c.id = $1
"""


async def tell(case: UUID, kind: str, event: UUID, why: str, until: dt.datetime | None = None) -> None:
    """A part: what this step means to the applicant, whose account is known, of no use from `until` on; nobody where it
    was closed.
    """
    if kind not in KINDS:
        return
    found: dict[str, Any] = (await db.rows(NOW, case))[0]
    if found["account"] is None:
        return
    promise = notify.Promise(KINDS[kind], f"{KINDS[kind]}:{event}", useless_after=until)
    found["answer_at"] = await answer_by(found)
    facts = {
        name: value
        for name, value in found.items()
        if name not in ("account", "person", "handed_at", "corrected_at", "correct_by") and value is not None
    }
    await notify.tell(
        found["account"], [promise], about=case, facts={**facts, "why": why}, person=found["person"]
    )

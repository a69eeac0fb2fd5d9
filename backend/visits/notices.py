"""What who asked is told (通知), in the transaction of the fact: each step that changes what they wait for."""

from typing import Any
from uuid import UUID

from backend import db, notify

KINDS = {
    "requested": "visit-requested", "taken": "visit-taken", "agreed": "visit-agreed", "reassigned": "visit-taken",
    "paused": "visit-paused", "resumed": "visit-resumed", "done": "visit-done", "submitted": "visit-submitted",
    "delivered": "visit-delivered", "terminated": "visit-over",
}  # fmt: skip
NOW = """
SELECT v.number, v.account, v.person, v.state, v.take_by AS until_at, v.starts_at, v.ends_at, i.name AS item,
       h.name AS hall, h.phone, s.name AS agent
FROM visit v JOIN item i ON i.id = v.item JOIN village g ON g.id = v.village JOIN hall h ON h.id = g.hall
LEFT JOIN staff s ON s.id = v.agent WHERE v.id = $1
"""


async def tell(visit: UUID, kind: str, event: UUID, why: str) -> None:
    """A part: what this step means to who asked; nobody where the account was closed."""
    if kind not in KINDS:
        return
    found: dict[str, Any] = (await db.rows(NOW, visit))[0]
    account, person = found.pop("account"), found.pop("person")
    if account is None:
        return
    promise = notify.Promise(KINDS[kind], f"{KINDS[kind]}:{event}")
    facts = {name: value for name, value in found.items() if value is not None}
    await notify.tell(account, [promise], about=visit, facts={**facts, "why": why}, person=person)

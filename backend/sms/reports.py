"""Delivery reports (状态报告): what the network told the provider, and the provider tells us."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend import clock, db, hints
from backend.sms.record import record


class Report(msgspec.Struct, frozen=True):
    """About one message, by its idempotency key. `reason` is a code of `words.py` or the network's own."""

    id: UUID
    state: Literal["delivered", "undelivered"]
    reason: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9:._-]{0,40}$")] = ""


# Who was asked in vain may have sent it after all: that it arrived counts from everybody who ever had it.
DELIVERED = """
UPDATE sms SET state = 'delivered', delivered_at = $3, ended_at = $3, why = '', claimed_until = NULL,
       sent_at = coalesce(sent_at, $3)
FROM (SELECT id, state FROM sms WHERE id = $1 FOR UPDATE) AS before
WHERE sms.id = before.id AND before.state <> 'delivered' AND attempts > 0
  AND (provider = $2 OR EXISTS (SELECT 1 FROM sms_event e WHERE e.sms = $1 AND e.provider = $2))
RETURNING before.state
"""
# That it did not arrive counts only from the one who has it: another may be about to send it.
UNDELIVERED = """
UPDATE sms SET state = 'undelivered', ended_at = $3, why = $4, claimed_until = NULL
FROM (SELECT id, state FROM sms WHERE id = $1 FOR UPDATE) AS before
WHERE sms.id = before.id AND before.state IN ('waiting', 'sent') AND attempts > 0 AND provider = $2
RETURNING before.state
"""


@db.retrying
async def report(provider: str, reports: list[Report]) -> int:
    """Take in a provider's reports; how many said something new. The same again, one about a message we do not know
    or have forgotten, and "not delivered" after "delivered" change nothing.
    """
    async with db.transaction():
        moved = sum([await _one(provider, each) for each in sorted(reports, key=lambda one: one.id)])
        if moved:
            db.after_commit(partial(hints.publish, "messages"))
    return moved


async def _one(provider: str, told: Report) -> bool:
    now, why = await clock.now(), ""
    if told.state == "delivered":
        moved = await db.rows(DELIVERED, told.id, provider, now)
    else:
        why = f"report:{told.reason}"
        moved = await db.rows(UNDELIVERED, told.id, provider, now, why)
    for row in moved:
        move = (row["state"], told.state)
        await record(told.id, told.state, now, moved=move, provider=provider, why=why)
    return bool(moved)

"""What was quarantined is looked at by who leads there: tried again, or settled with a note. It is never deleted."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.refusal import NotFound, Refusal
from backend.sync import devices, opening

AGAIN = "again"
DECISIONS = {AGAIN: "重新办一次", "settled": "已经核对处理"}
RETRY = """
UPDATE sync_record SET state = 'stored', settled_at = $2, settled_by = $3, settled_why = $4
WHERE id = $1 AND state = 'quarantined' AND genuine AND receipt <> '' RETURNING id
"""
SETTLE = """
UPDATE sync_record SET state = 'settled', answer = 200, settled_at = $2, settled_by = $3, settled_why = $4
WHERE id = $1 AND state = 'quarantined' RETURNING id
"""
OTHER = {"sync_record_kept": Refusal("同一编号的另一份已经收下，这一份只能核对后留档")}


async def review(row: UUID, decision: str, why: str, by: UUID) -> str:
    """Returns why it is still not taken in; empty where it is, or is settled.

    Refuses: NotFound, Denied, Refusal (already looked at; not all here; another content was taken).
    """
    await device_of(row, by)
    async with db.transaction(refusing=OTHER):
        done = await db.rows(RETRY if decision == AGAIN else SETTLE, row, await clock.now(), by, why)
        if not done:
            raise Refusal("这条记录现在不能这样处理：可能已经处理过，或者材料还没传完")
    if decision != AGAIN:
        return ""
    await opening.open_record(row, looked_at=True)
    [found] = await db.rows("SELECT state, reason FROM sync_record WHERE id = $1", row)
    return str(found["reason"]) if found["state"] == "quarantined" else ""


async def device_of(row: UUID, by: UUID) -> UUID:
    """The device that it came from, for who may look at it. Refuses: Denied, NotFound."""
    found: list[dict[str, Any]] = await db.rows("SELECT device FROM sync_record WHERE id = $1", row)
    if not found:
        raise NotFound("没有找到这条记录")
    one = await devices.show(found[0]["device"], by)
    await identity.require(by, *devices.REVIEWERS[one["role"]])
    return UUID(str(found[0]["device"]))

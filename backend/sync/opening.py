"""What a record holds is opened and done by its kind; what cannot be is kept, with the reason."""

from typing import Any
from uuid import UUID

from backend import db
from backend.gently import gently
from backend.refusal import Refusal
from backend.sync import chain, kinds

STORED = """
SELECT k.id, k.body, d.staff FROM sync_record k JOIN sync_device d ON d.id = k.device
WHERE k.state = 'stored' AND ($1::uuid IS NULL OR k.id = $1) ORDER BY k.received_at LIMIT $2
"""
# A record of a newer app, which was kept until this version came.
READABLE = """
UPDATE sync_record SET state = 'stored', reason = '', answer = 200
WHERE state = 'quarantined' AND reason = $1 AND schema <= $2 AND kind = ANY($3) AND receipt <> ''
"""
TOO_NEW = "这条记录是更新的应用做的，系统更新后会自动再办"
BECOMES = "UPDATE sync_record SET state = $2, reason = $3, answer = $4 WHERE id = $1 AND state = 'stored'"
BATCH = 50


async def open_record(row: UUID, *, looked_at: bool = False) -> None:
    """Open one record that is all here. Twice is as once. `looked_at`: by who of the office lets it pass."""
    for found in await db.rows(STORED, row, 1):
        await _open(found, looked_at=looked_at)


async def sweep() -> int:
    """Those that a killed process left unopened, and those that an older version could not read; how many."""
    await db.rows(READABLE, TOO_NEW, chain.SCHEMA, list(kinds.KINDS))
    found = await db.rows(STORED, None, BATCH)
    for one in found:
        await gently(open_record, one["id"])
    return len(found)


async def _open(found: dict[str, Any], *, looked_at: bool = False) -> None:
    state = ("accepted", "", 200)
    try:
        record, facts = chain.read(found["body"]), kinds.facts_of(found["body"])
        opened = kinds.Opened(record, facts, UUID(str(found["staff"])), looked_at)
        await kinds.KINDS[record.kind].complete(opened)
    except Refusal as refusal:
        state = ("quarantined", refusal.sentence[:200], 422)
    await db.rows(BECOMES, found["id"], *state)

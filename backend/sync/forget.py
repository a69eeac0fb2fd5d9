"""What is sealed is not kept for ever: the record leaves its place in the chain. By `retention.toml`."""

import datetime as dt

from backend import db, pieces, retention

PAPERS = """
DELETE FROM sync_attachment WHERE id IN (SELECT a.id FROM sync_attachment a JOIN sync_record k ON k.id = a."row"
  WHERE k.state IN ('accepted', 'settled') AND k.received_at < $1 LIMIT $2) RETURNING sha256"""
BODIES = """
UPDATE sync_record SET body = '' WHERE id IN (SELECT id FROM sync_record
  WHERE state IN ('accepted', 'settled') AND received_at < $1 AND length(body) > 0 LIMIT $2) RETURNING id"""


async def forget(now: dt.datetime) -> int:
    """One batch; how many rows."""
    sealed = await db.rows(PAPERS, retention.before(now, "records"), retention.BATCH)
    for row in sealed:
        await pieces.drop(pieces.SYNC, row["sha256"])
    return len(sealed) + await retention.forget({"records": BODIES}, now)

"""`python -m e2e.faults.truth`: what the server holds of each record, and whether its documents are really there."""

import hashlib
import json
from typing import Any

from backend import db, pieces
from backend.commands import ground
from backend.sync import chain, seal

ROWS = """
SELECT id, record, device, seq, hash, prev, genuine, state, receipt <> '' AS signed FROM sync_record ORDER BY seq
"""
PAPERS = 'SELECT sha256, size FROM sync_attachment WHERE "row" = $1'


async def _told() -> None:
    rows = await db.rows(ROWS)
    links = [chain.Link(row["seq"], row["hash"], row["prev"], row["genuine"]) for row in rows]
    print(
        json.dumps(
            {"records": [await _of(row) for row in rows], "flaws": [str(one) for one in chain.flaws(links)]}
        )
    )


async def _of(row: dict[str, Any]) -> dict[str, Any]:
    papers = await db.rows(PAPERS, row["id"])
    whole = [_whole(paper["sha256"], str(row["record"])) for paper in papers]
    told = {"id": str(row["record"]), "state": row["state"], "signed": row["signed"]}
    return {**told, "papers": len(papers), "missing": whole.count(False)}


def _whole(sha256: bytes, record: str) -> bool:
    """All there, right, readable for us, and without a word of where it was taken."""
    try:
        data = pieces.read(pieces.SYNC, sha256)
    except FileNotFoundError:
        return False
    picture = seal.opened(data, f"attachment {record}")
    return (
        hashlib.sha256(data).digest() == sha256
        and picture[:2] == b"\xff\xd8"
        and b"Exif" not in picture[:4096]
    )


if __name__ == "__main__":
    with ground.ground():
        ground.run(_told)

"""What notify holds of an account: taken away as a copy, erased when its owner leaves."""

from typing import Any
from uuid import UUID

from backend import db

SEEN = """
SELECT title, body, delivered_at, read_at FROM notice WHERE account = $1 AND delivered_at IS NOT NULL
ORDER BY delivered_at, id
"""


async def export_of(account: UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """Part: every message that arrived."""
    found = await db.rows(SEEN, account)
    told = [
        {"时间": row["delivered_at"], "标题": row["title"], "内容": row["body"], "读过": row["read_at"]}
        for row in found
    ]
    return [("消息", told)]


async def erase(account: UUID) -> None:
    """Part: messages, and promises not yet kept: there is nobody left to tell."""
    db.inside()
    await db.rows("DELETE FROM notice WHERE account = $1", account)

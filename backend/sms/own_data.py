"""What is held of the messages to one person, by their keys: a copy of it, and erasing it when they leave."""

from typing import Any

from backend import clock, db, secrecy
from backend.sms.log_gateway import NAME
from backend.sms.words import said

SENT = """
SELECT text_sealed, state, provider, created_at, sent_at, delivered_at FROM sms WHERE key = ANY($1)
ORDER BY created_at, id
"""
ERASE = """
UPDATE sms SET phone_sealed = '', text_sealed = '',
       state = CASE state WHEN 'waiting' THEN 'withdrawn' ELSE state END, ended_at = coalesce(ended_at, $2)
WHERE key = ANY($1)
"""


async def export_of(keys: list[str]) -> list[dict[str, Any]]:
    """Part: every message of these keys, its words as long as they are kept."""
    return [
        {"内容": secrecy.unseal(row["text_sealed"]), "现在": said(row["state"], row["provider"] == NAME),
         "时间": row["created_at"], "发出": row["sent_at"], "送达": row["delivered_at"]}
        for row in await db.rows(SENT, keys)
    ]  # fmt: skip


async def erase(keys: list[str]) -> None:
    """Part: phones and words are emptied, what has not been sent is not sent any more."""
    db.inside()
    await db.rows(ERASE, keys, await clock.now())

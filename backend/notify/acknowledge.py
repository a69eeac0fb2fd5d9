"""A phone says what it showed, and that somebody opened it. It needs no session: its dispatch's id is its word."""

from functools import partial
from uuid import UUID

from backend import clock, db, hints
from backend.notify.rules import rules
from backend.refusal import NotFound

SHOWN = """
UPDATE dispatch d SET shown_at = coalesce(d.shown_at, $2) FROM notice n
WHERE d.id = $1 AND d.channel = 'push' AND n.id = d.notice RETURNING n.account, n.kind
"""
OPENED = """
UPDATE dispatch SET shown_at = coalesce(shown_at, $2), opened_at = coalesce(opened_at, $2)
WHERE id = $1 AND channel = 'push' RETURNING notice
"""
READ = """
UPDATE notice SET read_at = $2 WHERE id = $1 AND read_at IS NULL AND delivered_at IS NOT NULL RETURNING account
"""


async def acknowledge(token: UUID) -> None:
    """This phone showed it. Twice is once. Refuses: NotFound, a token that we never gave."""
    found = await db.rows(SHOWN, token, await clock.now())
    if not found:
        raise NotFound
    if rules().kind(found[0]["kind"]).every_channel:
        await hints.publish(f"account:{found[0]['account']}")  # somebody is looking at 通知测试


async def opened(token: UUID) -> None:
    """Somebody tapped it on this phone: the notice counts as read. Refuses: NotFound."""
    now = await clock.now()
    async with db.transaction():
        found = await db.rows(OPENED, token, now)
        if not found:
            raise NotFound
        for row in await db.rows(READ, found[0]["notice"], now):
            db.after_commit(partial(hints.publish, f"account:{row['account']}"))

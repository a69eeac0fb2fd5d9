"""What an account finds under 消息."""

from typing import Any
from uuid import UUID

from backend import clock, db
from backend.notify.tables import Notice
from backend.refusal import NotFound

SHOWN = 100
# For whom is told here only: a notice's own words also go out by push, and name nobody.
INBOX = """
SELECT n.id, n.kind, n.about, n.title, n.body, n.delivered_at, n.read_at, n.useless_after <= $3 IS TRUE AS stale,
       CASE WHEN p.relation <> 'self' THEN p.name END AS person_name
FROM notice n LEFT JOIN person p ON p.id = n.person
WHERE n.account = $1 AND n.delivered_at IS NOT NULL ORDER BY n.delivered_at DESC, n.due_at DESC LIMIT $2
"""


async def unread(account: UUID | None) -> int:
    """How many delivered notices the account has not read."""
    if account is None:
        return 0
    found = await db.rows(
        "SELECT count(*) AS n FROM notice WHERE account = $1"
        " AND delivered_at IS NOT NULL AND read_at IS NULL AND withdrawn_at IS NULL",
        account,
    )
    return int(found[0]["n"])


async def inbox(by: UUID) -> list[dict[str, Any]]:
    """The account's latest notices, newest first: `person_name` for whom, where that is not oneself, and whether each
    is `stale` (its words are true no more).
    """
    return await db.rows(INBOX, by, SHOWN, await clock.now())


async def read(notice: UUID, by: UUID) -> Notice:
    """Mark one of the account's notices as read and return it. Refuses: NotFound."""
    found = await Notice.objects().where(Notice.id == notice, Notice.account == by).first()
    if found is None or found.delivered_at is None:
        raise NotFound("没有找到这条消息")
    await Notice.update({Notice.read_at: await clock.now()}).where(
        Notice.id == notice, Notice.read_at.is_null()
    )
    return found


async def read_all(by: UUID) -> None:
    """Mark everything in the account's inbox as read."""
    await Notice.update({Notice.read_at: await clock.now()}).where(
        Notice.account == by, Notice.delivered_at.is_not_null(), Notice.read_at.is_null()
    )

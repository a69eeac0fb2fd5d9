"""Writing a promise down: the outbox row that is committed together with its fact."""

import datetime as dt
from uuid import UUID

import msgspec

from backend import clock, db, hints
from backend.notify.tables import Notice


async def tell(
    account: UUID,
    kind: str,
    *,
    about: UUID,
    key: str,
    facts: dict[str, object],
    due_at: dt.datetime | None = None,
    person: UUID | None = None,
) -> None:
    """Promise an account a notice of this kind (a text in `templates/notices/`), now or at `due_at`.

    A part: needs an open transaction. `facts` is what the text needs, and nothing personal. `key` names
    the promise: the same key again (a retried verb) is the same promise.
    """
    db.inside()
    now = await clock.now()
    written = await Notice.insert(
        Notice(
            account=account,
            person=person,
            kind=kind,
            about=about,
            key=key,
            facts=msgspec.json.encode(facts).decode(),
            created_at=now,
            due_at=due_at or now,
        )
    ).on_conflict(action="DO NOTHING", target=Notice.key)
    if written and (due_at is None or due_at <= now):
        notice = written[0]["id"]
        db.after_commit(lambda: hints.wake("deliver", notice))


async def withdraw(about: UUID) -> None:
    """Take back what was promised about this row and has not been delivered yet. A part."""
    db.inside()
    await Notice.update({Notice.withdrawn_at: await clock.now()}).where(
        Notice.about == about, Notice.delivered_at.is_null(), Notice.withdrawn_at.is_null()
    )

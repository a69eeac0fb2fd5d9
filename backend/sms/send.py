"""Promising a text message: the row that is committed together with its fact."""

import datetime as dt
from functools import partial

from backend import clock, db, hints, secrecy
from backend.settings import settings
from backend.sms.record import record

LONGEST = 500  # characters; longer ones are several messages that the provider joins again
WRITE = """
INSERT INTO sms (id, key, kind, phone_sealed, text_sealed, state, created_at, due_at, useless_after)
VALUES (gen_random_uuid(), $1, $2, $3, $4, 'waiting', $5, $6, $7)
ON CONFLICT (key) DO NOTHING RETURNING id, due_at <= $5 AS due
"""


def available() -> bool:
    """Messages can be sent at all: a provider is named, or this is a demo or a test."""
    return bool(settings().sms_providers) or settings().playful


async def send(
    phone: str,
    text: str,
    *,
    key: str,
    kind: str,
    useless_after: dt.datetime | None = None,
    due_at: dt.datetime | None = None,
) -> None:
    """Promise a phone one text message, now or at `due_at`, and not after `useless_after`.

    A part: needs an open transaction. The same `key` again is the same message. `kind` names what it is about
    (`code` overtakes all others) and carries nothing personal. Refuses: ValueError, a text without words or
    longer than 500 characters.
    """
    db.inside()
    if not 0 < len(text.strip()) <= LONGEST:
        raise ValueError("a text message has from 1 to 500 characters")
    now = await clock.now()
    sealed = secrecy.seal(phone), secrecy.seal(text.strip())
    for row in await db.rows(WRITE, key, kind, *sealed, now, due_at or now, useless_after):
        if row["due"]:
            db.after_commit(partial(hints.wake, "send_sms", row["id"]))


WITHDRAW = """
UPDATE sms SET state = 'withdrawn', ended_at = $2 WHERE key = $1 AND state = 'waiting' RETURNING id
"""


async def withdraw(key: str) -> None:
    """Take back what has not been sent yet; what is on its way just now may still arrive, and then counts as sent.
    A part.
    """
    db.inside()
    now = await clock.now()
    for row in await db.rows(WITHDRAW, key, now):
        await record(row["id"], "withdrawn", now, moved=("waiting", "withdrawn"))

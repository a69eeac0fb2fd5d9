"""Writing a promise down: the outbox row that is committed together with its fact."""

import datetime as dt
from functools import partial
from uuid import UUID

import msgspec

from backend import clock, db, hints, sms


class Promise(msgspec.Struct, frozen=True):
    """One thing to be told: a kind (a text in `templates/notices/`), when (None: now), and until when it is true.

    `key` names the promise: the same key again (a retried verb) is the same promise.
    """

    kind: str
    key: str
    due_at: dt.datetime | None = None
    useless_after: dt.datetime | None = None


WRITE = """
INSERT INTO notice (id, account, person, kind, about, key, facts, created_at, due_at, useless_after)
SELECT gen_random_uuid(), $1, $2, u.kind, $3, u.key, $4, $5, u.due_at, u.useless_after
FROM unnest($6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[]) AS u (kind, key, due_at, useless_after)
ON CONFLICT (key) DO NOTHING RETURNING id, due_at
"""
SILENCE = """
UPDATE dispatch d SET state = 'withdrawn' FROM notice n
WHERE n.id = d.notice AND n.about = ANY($1) AND ($2::text[] IS NULL OR n.kind = ANY($2)) AND d.state = 'waiting'
RETURNING d.id
"""
HANDED = """
SELECT d.notice FROM dispatch d JOIN notice n ON n.id = d.notice
WHERE n.about = ANY($1) AND ($2::text[] IS NULL OR n.kind = ANY($2)) AND d.channel = 'sms' AND d.state = 'sent'
ORDER BY d.notice
"""
TAKEN_BACK = """
UPDATE notice SET withdrawn_at = $3
WHERE about = ANY($1) AND ($2::text[] IS NULL OR kind = ANY($2)) AND delivered_at IS NULL AND withdrawn_at IS NULL
"""
SOON = dt.timedelta(seconds=30)  # what is due within is woken by a timer; what is later, the sweep finds


def sms_key(notice: UUID) -> str:
    """By this key a notice's SMS is one message, however often it is handed over."""
    return f"notice:{notice}"


async def tell(
    account: UUID,
    promises: list[Promise],
    *,
    about: UUID,
    facts: dict[str, object],
    person: UUID | None = None,
) -> None:
    """Promise an account some notices about one row.

    A part: needs an open transaction. `facts` is what the texts need, and nothing personal.
    """
    db.inside()
    now = await clock.now()
    columns = [
        [one.kind for one in promises],
        [one.key for one in promises],
        [one.due_at or now for one in promises],
        [one.useless_after for one in promises],
    ]
    known = msgspec.json.encode(facts).decode()
    for row in await db.rows(WRITE, account, person, about, known, now, *columns):
        if row["due_at"] <= now:
            db.after_commit(partial(hints.wake, "deliver", row["id"]))
        elif row["due_at"] - now <= SOON:
            db.after_commit(partial(hints.later, "deliver", row["id"], 0, row["due_at"] - now))


async def withdraw(*about: UUID, kinds: list[str] | None = None) -> None:
    """Take back what was promised about these rows and has not been delivered yet, all or of these kinds; what lies in
    an inbox stays there, but rings no phone any more, and an SMS that waits for its provider is not sent. A part.
    """
    db.inside()
    if not about:
        return
    await db.rows(SILENCE, about, kinds)
    for row in await db.rows(HANDED, about, kinds):
        await sms.withdraw(sms_key(row["notice"]))
    await db.rows(TAKEN_BACK, about, kinds, await clock.now())

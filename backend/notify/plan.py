"""What goes beyond the inbox, written down in the transaction in which a notice arrives there."""

import datetime as dt
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from backend import db, hints
from backend.notify.rules import Kind, awake, rules

# One row for each device that may be rung. Something unseen about the same row lends its topic, so that the
# newer takes its place on the screen; the same words a moment ago need no second ring.
PUSHES = """
INSERT INTO dispatch (id, notice, channel, subscription, topic, urgent, created_at, due_at, until_at, state)
SELECT gen_random_uuid(), n.id, 'push', s.id, coalesce(before.topic, n.id), u.urgent, $1, u.push_at, u.push_until,
       CASE WHEN {twin} THEN 'merged' ELSE 'waiting' END
FROM {plan} JOIN notice n ON n.id = u.id
JOIN push_subscription s ON s.account = n.account AND s.revoked_at IS NULL
JOIN session v ON v.id = s.session AND v.revoked_at IS NULL AND v.expires_at > $1
LEFT JOIN notice_preference p ON p.account = n.account AND p."group" = u.kinds
LEFT JOIN LATERAL (
  SELECT d.topic FROM notice o JOIN dispatch d ON d.notice = o.id
  WHERE o.account = n.account AND o.about = n.about AND o.id <> n.id AND d.subscription = s.id
    AND d.state IN ('waiting', 'sent') AND d.shown_at IS NULL
  ORDER BY d.created_at DESC LIMIT 1) before ON true
WHERE u.always OR coalesce(p.push, true)
ON CONFLICT DO NOTHING
"""
# The SMS waits for the phones' word, and for nothing where no phone is rung.
MESSAGES = """
INSERT INTO dispatch (id, notice, channel, topic, urgent, created_at, due_at, until_at, state)
SELECT gen_random_uuid(), n.id, 'sms', n.id, u.urgent, $1,
       CASE WHEN EXISTS (SELECT 1 FROM dispatch d WHERE d.notice = n.id AND d.state = 'waiting')
            THEN u.sms_at ELSE u.push_at END, n.useless_after,
       CASE WHEN {twin} THEN 'merged' ELSE 'waiting' END
FROM {plan} JOIN notice n ON n.id = u.id
LEFT JOIN notice_preference p ON p.account = n.account AND p."group" = u.kinds
WHERE u.must OR coalesce(p.sms, false)
ON CONFLICT DO NOTHING RETURNING notice, due_at
"""
PLAN = """
unnest($2::uuid[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::timestamptz[], $8::timestamptz[],
       $9::timestamptz[]) AS u (id, kinds, must, urgent, always, push_at, push_until, sms_at)
"""
TWIN = """
EXISTS (SELECT 1 FROM notice o WHERE o.account = n.account AND o.about = n.about AND o.id <> n.id
        AND o.title = n.title AND o.body = n.body AND o.delivered_at > $1::timestamptz - $10::interval
        AND (o.delivered_at < n.delivered_at OR o.id < n.id) AND NOT u.always)
"""
# Several about one row that nobody was told yet: the latest goes out, on each channel that it takes itself.
MERGE = """
UPDATE dispatch d SET state = 'merged' FROM dispatch newer JOIN notice n ON n.id = newer.notice, notice o
WHERE newer.notice = ANY($1::uuid[]) AND newer.state = 'waiting' AND d.state = 'waiting' AND d.id <> newer.id
  AND d.channel = newer.channel AND d.subscription IS NOT DISTINCT FROM newer.subscription AND o.id = d.notice
  AND o.account = n.account AND o.about = n.about
  AND (o.delivered_at, o.due_at, o.id) < (n.delivered_at, n.due_at, n.id)
RETURNING d.id
"""
PUSHES, MESSAGES = (sql.format(plan=PLAN, twin=TWIN) for sql in (PUSHES, MESSAGES))
SOON = dt.timedelta(seconds=30)  # an SMS that is due within has no time to wait for the sweep


class _Way(NamedTuple):
    """One notice's way out, in the order of `PLAN`."""

    id: UUID
    kinds: str
    must: bool
    urgent: bool
    always: bool
    push_at: dt.datetime
    push_until: dt.datetime
    sms_at: dt.datetime


async def plan(arrived: list[dict[str, Any]], now: dt.datetime) -> bool:
    """Write what is to be pushed, and which SMS follows where nobody sees it. True when there is any.

    A part. `arrived`: rows of notices (id, kind, useless_after), delivered at `now`.
    """
    db.inside()
    ways = [_way(row, rules().kind(row["kind"]), now) for row in arrived]
    columns = [list(column) for column in zip(*ways, strict=True)]
    same = dt.timedelta(minutes=rules().same.minutes)
    await db.rows(PUSHES, now, *columns, same)
    _hasten(await db.rows(MESSAGES, now, *columns, same), {way.id for way in ways if way.urgent}, now)
    ids = [way.id for way in ways]
    await db.rows(MERGE, ids)
    return bool(await db.rows("SELECT 1 FROM dispatch WHERE notice = ANY($1::uuid[]) LIMIT 1", ids))


def _hasten(messages: list[dict[str, Any]], urgent: set[UUID], now: dt.datetime) -> None:
    for row in messages:
        if row["notice"] in urgent and row["due_at"] - now <= SOON:
            db.after_commit(partial(hints.later, "fall_back", row["notice"], 0, row["due_at"] - now))


def _way(row: dict[str, Any], kind: Kind, now: dt.datetime) -> _Way:
    start = start_of(row["useless_after"], kind, now)
    until = start + dt.timedelta(minutes=kind.ttl_minutes)
    return _Way(
        row["id"],
        kind.group,
        kind.must_reach,
        kind.urgent,
        kind.every_channel,
        start,
        min(until, row["useless_after"] or until),
        start_of(row["useless_after"], kind, start + kind.limit),
    )


def start_of(useless_after: dt.datetime | None, kind: Kind, now: dt.datetime) -> dt.datetime:
    """From when somebody may be disturbed: now, or the morning, unless the kind breaks the quiet hours or its words
    would be false by then.
    """
    morning = awake(now)
    false_by_then = useless_after is not None and useless_after <= morning
    return now if kind.breaks_quiet or false_by_then else morning

"""Carrying pushes out: claimed by one worker, sent many at once, and taken over if that worker died.

Sending and recording cannot be one act, so a push goes out at least once; its topic makes a second copy replace
the first.
"""

import asyncio
import datetime as dt
import time
from typing import Any

import msgspec
import structlog

from backend import clock, db, hints, secrecy
from backend.notify import push, texts
from backend.notify.devices import Keys
from backend.notify.leads import leads
from backend.notify.plan import start_of
from backend.notify.push import Answer
from backend.notify.rules import rules

log = structlog.get_logger()
CLAIM = dt.timedelta(seconds=30)  # longer than a push may take; after this a claim belongs to a dead worker
WIDTH = 100  # pushes under way at once
STINT = 3.0  # seconds after which no more is claimed, so that a job ends within its ten

CLAIM_DUE = """
WITH due AS (
    SELECT id FROM dispatch
    WHERE channel = 'push' AND state = 'waiting' AND due_at <= $1
      AND (claimed_until IS NULL OR claimed_until < $1)
    ORDER BY urgent DESC, due_at LIMIT $3 FOR UPDATE SKIP LOCKED
), mine AS (
    UPDATE dispatch d SET claimed_until = $1 + $2::interval, attempts = attempts + 1
    FROM due WHERE d.id = due.id RETURNING d.*
)
SELECT $1 AS now, m.id, m.topic, m.until_at, m.attempts, m.subscription, n.account, n.kind, n.facts, n.about, n.read_at,
       n.withdrawn_at, s.sealed, s.key_id,
       s.revoked_at IS NULL AND s.account = n.account AND v.revoked_at IS NULL AND v.expires_at > $1 AS live
FROM mine m JOIN notice n ON n.id = m.notice JOIN push_subscription s ON s.id = m.subscription
JOIN session v ON v.id = s.session ORDER BY m.urgent DESC, m.due_at
"""
RECORD = """
WITH said AS (
    SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) AS u (id, state, error, due_at)
), done AS (
    UPDATE dispatch d SET state = u.state, error = u.error, claimed_until = NULL, due_at = coalesce(u.due_at, d.due_at),
           sent_at = CASE WHEN u.state = 'sent' THEN $1 ELSE d.sent_at END
    FROM said u WHERE d.id = u.id AND d.state = 'waiting' RETURNING d.notice, d.subscription, d.state
), dead AS (
    UPDATE push_subscription s SET revoked_at = $1, revoked_why = done.state
    FROM done WHERE s.id = done.subscription AND done.state = 'gone' AND s.revoked_at IS NULL
)
SELECT DISTINCT notice FROM done WHERE state IN ('gone', 'refused', 'failed', 'exhausted', 'ended')
"""
# Nobody's phone can be rung any more: the SMS need not wait for one.
HURRY = """
UPDATE dispatch d SET due_at = $1 WHERE d.notice = ANY($2::uuid[]) AND d.channel = 'sms'
  AND d.state = 'waiting' AND d.due_at > $1
  AND NOT EXISTS (SELECT 1 FROM dispatch p WHERE p.notice = d.notice AND p.channel = 'push'
                  AND p.state IN ('waiting', 'sent', 'merged'))
RETURNING d.id
"""


Done = tuple[dict[str, Any], Answer]


class _Turn:
    """One round at a time in a process: what is asked meanwhile is done by the round that runs."""

    running = False
    again = False


async def carry() -> int:
    """Send what is due, the urgent first, for some seconds; how many were sent. What is left is hinted at again."""
    _Turn.again = True
    if _Turn.running:
        return 0
    _Turn.running, sent, until = True, 0, time.monotonic() + STINT
    try:
        async with push.line(WIDTH) as over:
            while _Turn.again and time.monotonic() < until:
                _Turn.again = False
                sent += await _round(over, until)
    finally:
        _Turn.running = False
    return sent


async def _round(over: Any, until: float) -> int:
    """Keep up to WIDTH pushes under way until nothing is due, or the time is over."""
    under_way: set[asyncio.Task[Done]] = set()
    sent = 0
    while True:
        room = WIDTH - len(under_way) if time.monotonic() < until else 0
        if room >= WIDTH / 2:
            claimed = await db.rows(CLAIM_DUE, await clock.now(), CLAIM, room)
            under_way |= {asyncio.create_task(_one(row, over)) for row in claimed}
        if not under_way:
            break
        done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        sent += await record([task.result() for task in done])
        if not room and not under_way:  # stopped by the clock, not for want of work
            await hints.wake("push", done.pop().result()[0]["id"])
    return sent


async def _one(row: dict[str, Any], over: Any) -> Done:
    try:
        return row, await _rung(row, over)
    except Exception:  # one that breaks must not hold up the others; it is our bug, and it is in the log
        log.exception("push-broken", kind=row["kind"])
        return row, Answer("failed", "broken")


async def _rung(row: dict[str, Any], over: Any) -> Answer:
    left = (row["until_at"] - row["now"]).total_seconds()
    if moot := _moot(row, left):
        return Answer(moot)
    title, body = texts.push(row["kind"], row["facts"])
    keys = msgspec.json.decode(secrecy.unseal(row["sealed"]), type=Keys)
    ring = push.Ring(
        id=row["id"],
        title=title,
        body=body,
        leads=leads(row["kind"], row["about"]),
        topic=row["topic"],
        urgency=rules().kind(row["kind"]).urgency,
        ttl=int(left),
        keys=keys,
        key_id=row["key_id"],
    )
    return await push.ring(ring, over)


def _moot(row: dict[str, Any], left: float) -> str:
    """Why it need not be sent any more; empty where it must."""
    if row["withdrawn_at"]:
        return "withdrawn"
    if not row["live"]:
        return "ended"
    if row["read_at"] and not rules().kind(row["kind"]).every_channel:
        return "read"
    return "late" if left <= 0 else ""


async def record(outcomes: list[Done]) -> int:
    """Write down what became of pushes; how many were sent. What cannot arrive any way hurries its SMS."""
    now = await clock.now()
    rows = [_outcome(row, answer, now) for row, answer in outcomes]
    lost = await db.rows(RECORD, now, *([one[n] for one in rows] for n in range(4)))
    if lost:
        for row in await db.rows(HURRY, now, [row["notice"] for row in lost]):
            await hints.wake("fall_back", row["id"])
    for account in {row["account"] for row, _ in outcomes if rules().kind(row["kind"]).every_channel}:
        await hints.publish(f"account:{account}")  # somebody is looking at 通知测试
    return sum(answer.state == "sent" for _, answer in outcomes)


def _outcome(
    row: dict[str, Any], answer: Answer, now: dt.datetime
) -> tuple[Any, str, str, dt.datetime | None]:
    if answer.state != "again":
        return row["id"], answer.state, answer.error, None
    city = rules().push
    pause = min(city.first_pause_seconds * 2 ** (row["attempts"] - 1), city.most_pause_minutes * 60)
    due = start_of(
        row["until_at"], rules().kind(row["kind"]), now + dt.timedelta(seconds=max(pause, answer.pause))
    )
    over = row["attempts"] >= city.tries or due >= row["until_at"]
    return row["id"], "exhausted" if over else "waiting", answer.error, None if over else due

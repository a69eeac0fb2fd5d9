"""What the console shows of text messages. Parts: who asks is checked by the page's verb (`notify.messages`)."""

import datetime as dt
from typing import Any

import msgspec

from backend import db, secrecy
from backend.sms.log_gateway import NAME
from backend.sms.rules import rules
from backend.sms.ways import gateways
from backend.sms.words import KINDS, reason, said

LATEST = 100
LOST = ("undelivered", "failed", "lapsed")
FIND = """
SELECT id, kind, phone_sealed, text_sealed, state, why, provider, attempts, created_at, due_at,
       coalesce(ended_at, sent_at, created_at) AS at
FROM sms WHERE $1::text[] IS NULL OR state = ANY($1) ORDER BY created_at DESC, id LIMIT $2
"""


class Shown(msgspec.Struct, frozen=True):
    """One message as the console shows it; `text` only where it may be seen, and not erased yet."""

    phone: str
    kind: str
    text: str
    state: str
    said: str
    reason: str
    provider: str
    attempts: int
    created_at: dt.datetime
    due_at: dt.datetime


async def latest(texts: bool, lost: bool = False) -> list[Shown]:
    """The latest messages, the newest first; with `lost`, those that will not arrive."""
    rows = await db.rows(FIND, list(LOST) if lost else None, LATEST)
    return [_shown(row, texts) for row in rows]


def _shown(row: dict[str, Any], texts: bool) -> Shown:
    same = {name: row[name] for name in ("state", "attempts", "created_at", "due_at")}
    return Shown(
        phone=secrecy.mask_phone(_opened(row["phone_sealed"])) if row["phone_sealed"] else "已清除",
        kind=KINDS.get(row["kind"], "通知"),
        text=f"【{rules().sign}】{_opened(row['text_sealed'])}" if texts and row["text_sealed"] else "",
        said=said(row["state"], row["provider"] == NAME),
        reason=reason(row["why"]),
        provider=row["provider"] or "",
        **same,
    )


def _opened(sealed: bytes) -> str:
    # A key that is gone must not hide the other ninety-nine.
    try:
        return secrecy.unseal(sealed)
    except secrecy.Unreadable:
        return "读不出来"


# Of the same events as the providers' counts: a report of today counts today, whenever its message was sent.
COUNTS = """
SELECT (SELECT count(*) FROM sms WHERE state = 'waiting') AS waiting,
       count(*) FILTER (WHERE what = 'accepted') AS sent, count(*) FILTER (WHERE what = 'delivered') AS delivered,
       count(*) FILTER (WHERE e.to_state = ANY($2::text[]) AND s.state = e.to_state) AS lost
FROM sms_event e LEFT JOIN sms s ON s.id = e.sms WHERE e.at >= $1
"""


class Counts(msgspec.Struct, frozen=True):
    """Messages that wait, and those that were sent, arrived, or turned out lost in some time."""

    waiting: int
    sent: int
    delivered: int
    lost: int


async def counts(since: dt.datetime) -> Counts:
    """What happened since, to messages of any age; and all that wait."""
    [found] = await db.rows(COUNTS, since, list(LOST))
    return Counts(**found)


PROVIDERS = """
SELECT e.provider AS name,
       count(*) FILTER (WHERE what = 'accepted') AS accepted, count(*) FILTER (WHERE what = 'final') AS refused,
       count(*) FILTER (WHERE what = 'temporary') AS failed, count(*) FILTER (WHERE what = 'demoted') AS demotions,
       count(*) FILTER (WHERE what = 'delivered') AS delivered,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms) AS p95_ms
FROM sms_event e WHERE e.at >= $1 AND e.provider <> '' GROUP BY e.provider
"""
STANDING = "SELECT name, demoted_until, busy_until FROM sms_provider"


async def providers(since: dt.datetime, now: dt.datetime) -> list[dict[str, Any]]:
    """What each provider did since: counts, the time within which 95 % of its answers came (milliseconds, None where
    it was not asked), and until when it is asked last or not at all. Those in use first, in their order.
    """
    did = {row["name"]: row for row in await db.rows(PROVIDERS, since)}
    stand = {row["name"]: row for row in await db.rows(STANDING)}
    nothing = dict.fromkeys(("accepted", "refused", "failed", "demotions", "delivered"), 0) | {"p95_ms": None}
    names = [*gateways(), *sorted(did.keys() - gateways().keys())]
    return [
        {
            "name": name,
            **nothing,
            **did.get(name, {}),
            **{when: _ahead(stand.get(name, {}).get(when), now) for when in ("demoted_until", "busy_until")},
        }
        for name in names
    ]


def _ahead(until: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    return until if until and until > now else None

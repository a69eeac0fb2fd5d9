"""Whether notices reached anybody, and where not, why: for the hall that sent them."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, sms
from backend.notify.rules import rules
from backend.notify.tell import sms_key
from backend.notify.words import said

FIND = """
SELECT n.id, n.kind, n.read_at IS NOT NULL AS read,
       coalesce(jsonb_agg(jsonb_build_object('channel', d.channel, 'state', d.state, 'error', d.error,
         'device', s.device, 'sent_at', d.sent_at, 'shown_at', d.shown_at, 'opened_at', d.opened_at)
         ORDER BY d.channel, d.created_at)
         FILTER (WHERE d.id IS NOT NULL), '[]') AS ways
FROM notice n LEFT JOIN dispatch d ON d.notice = n.id LEFT JOIN push_subscription s ON s.id = d.subscription
WHERE n.id = ANY($1::uuid[]) GROUP BY n.id
"""
NEEDLESS = {"merged", "read", "spared", "withdrawn", "ended"}


class Reach(msgspec.Struct, frozen=True):
    """How one notice fared. `outcome`: read, shown (a phone showed it), sms (handed to a provider, or delivered),
    waiting, inbox (no other way came through, and none had to) or lost. Of each channel: "" (not tried), arrived,
    waiting or lost; and why.
    """

    kind: str
    name: str
    outcome: str
    push: str
    sms: str
    reasons: list[str]


async def reach(notices: list[UUID]) -> dict[UUID, Reach]:
    """How these notices fared."""
    rows, now = await db.rows(FIND, notices), await clock.now()
    messages = await sms.outcomes([sms_key(row["id"]) for row in rows])
    return {row["id"]: _reach(row, messages.get(sms_key(row["id"])), now) for row in rows}


def _reach(row: dict[str, Any], message: sms.Outcome | None, now: dt.datetime) -> Reach:
    kind = rules().kind(row["kind"])
    ways = [way for way in msgspec.json.decode(row["ways"]) if way["state"] not in NEEDLESS]
    pushes, written = ([way for way in ways if way["channel"] == name] for name in ("push", "sms"))
    push = _pushed(pushes, now - kind.limit)
    text = _written(written, message)
    why = [f"{way['device'] or '设备'}：{said(way)}" for way in pushes] if push == "lost" else []
    if text == "lost":
        why.append(f"短信：{(message.reason or message.said) if message else said(written[0])}")
    outcome = _outcome(row["read"], push, text)
    return Reach(kind=row["kind"], name=kind.name, outcome=outcome, push=push, sms=text, reasons=why)


def _outcome(read: bool, push: str, text: str) -> str:
    if read:
        return "read"
    if push == "arrived":
        return "shown"
    if text == "arrived":
        return "sms"
    if "waiting" in (push, text):
        return "waiting"
    return "lost" if text == "lost" else "inbox"


def _pushed(ways: list[dict[str, Any]], patient: dt.datetime) -> str:
    """A phone that a push service rang before `patient` and that did not say so is a phone that did not."""
    if any(way["shown_at"] for way in ways):
        return "arrived"
    for way in ways:
        rung = way["sent_at"] and dt.datetime.fromisoformat(way["sent_at"]) > patient
        if way["state"] == "waiting" or (way["state"] == "sent" and rung):
            return "waiting"
    return "lost" if ways else ""


def _written(ways: list[dict[str, Any]], message: sms.Outcome | None) -> str:
    if not ways:
        return ""
    if message is None:
        return "waiting" if ways[0]["state"] == "waiting" else "lost"
    return "arrived" if message.arrived else "lost" if message.lost else "waiting"

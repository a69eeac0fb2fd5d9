"""通知测试: one notice through every channel of an account, and which of them it came through."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, sms
from backend.notify.rules import rules
from backend.notify.tell import Promise, sms_key, tell
from backend.notify.words import said
from backend.refusal import NotFound, Refusal

KIND = "trial-notice"
PATIENCE = dt.timedelta(seconds=30)  # after this a phone that a push service has taken on is called silent
COUNT = "SELECT count(*) AS n FROM notice WHERE account = $1 AND kind = $2 AND created_at >= $3"
FIND = """
SELECT id, created_at, delivered_at FROM notice WHERE about = $1 AND account = $2 AND kind = $3
"""
PUSHES = """
SELECT s.device, s.session, d.state, d.error, d.sent_at, d.shown_at, d.opened_at
FROM dispatch d JOIN push_subscription s ON s.id = d.subscription
WHERE d.notice = $1 AND d.channel = 'push' ORDER BY s.seen_at DESC
"""
NOTHING = {"arrived": False, "lost": False, "pretended": False, "handed": False, "settled": False}
MESSAGE = "SELECT state, error FROM dispatch WHERE notice = $1 AND channel = 'sms'"


async def try_out(by: UUID) -> UUID:
    """Send a test notice through the inbox, to every phone that may be rung, and by SMS; returns its id.

    Refuses: Refusal, more than `notices.toml` allows on a day (each costs an SMS).
    """
    trial, now, most = uuid4(), await clock.now(), rules().trials.a_day
    midnight = clock.at(clock.local(now).date(), dt.time.min)
    async with db.transaction():
        await db.rows("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", by)  # two taps are counted one by one
        if (await db.rows(COUNT, by, KIND, midnight))[0]["n"] >= most:
            raise Refusal(f"今天已经测试了 {most} 次。明天再试，或先看看下面的办法")
        await tell(by, [Promise(KIND, f"{KIND}:{trial}")], about=trial, facts={})
    return trial


async def trial(id: UUID, by: UUID) -> dict[str, Any]:
    """What came through so far: `inbox`, `pushes` with their words, `sms`; whether all is `handed` over (nothing is
    ours to do any more, though a phone or a provider may still say that it arrived), and whether all is `settled`.

    Refuses: NotFound, one that is not theirs.
    """
    found = await db.rows(FIND, id, by, KIND)
    if not found:
        raise NotFound("没有找到这次测试")
    row, now = found[0], await clock.now()
    pushes = [_push(one, now) for one in await db.rows(PUSHES, row["id"])]
    message = await _message(row["id"])
    handed, settled = (
        bool(row["delivered_at"]) and all(one[so] for one in (message, *pushes))
        for so in ("handed", "settled")
    )
    over = now - row["created_at"] > dt.timedelta(minutes=3)  # nobody watches for ever
    return {
        **row,
        "trial": id,
        "pushes": pushes,
        "sms": message,
        "handed": handed,
        "settled": settled or over,
    }


def _push(row: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    silent = row["state"] == "sent" and not row["shown_at"] and now - row["sent_at"] > PATIENCE
    words = "推送服务收下了，但这台设备没有动静" if silent else said(row)
    lost = silent or row["state"] not in ("waiting", "sent")
    handed, settled = row["state"] != "waiting", bool(row["shown_at"]) or lost
    return {**row, "words": words, "lost": lost, "handed": handed, "settled": settled}


async def _message(notice: UUID) -> dict[str, Any]:
    """The SMS: handed over or not, and what became of it."""
    rows = await db.rows(MESSAGE, notice)
    if not rows or rows[0]["state"] == "waiting":
        return {**NOTHING, "words": "正在发"}
    key = sms_key(notice)
    outcome = (await sms.outcomes([key])).get(key)
    if outcome is None:
        words = said({**rows[0], "shown_at": None, "opened_at": None})
        return {**NOTHING, "words": words, "lost": True, "handed": True, "settled": True}
    words = f"{outcome.said}{'：' if outcome.reason else ''}{outcome.reason}"
    return {
        "words": words,
        "arrived": outcome.arrived,
        "lost": outcome.lost,
        "pretended": outcome.pretended,
        "handed": outcome.state != "waiting",
        "settled": outcome.lost or outcome.pretended or outcome.state == "delivered",
    }

"""What runs by itself: the worker, the outbox, the days ahead, the calendar, the city's data."""

import datetime as dt
from collections.abc import AsyncIterator

from redis.exceptions import RedisError

from backend import clock, db, health, notify, reference, sms, state
from backend.commands import prepare
from backend.commands.examine.finding import Finding, bad, good, mind
from backend.settings import settings

LATE = 60.0  # seconds
DAYS_AHEAD = 60
PUBLISHED_BY = (11, 30)  # month and day: next year's schedule is published in November
SLOTS = """
SELECT (SELECT count(*) FROM capacity_template) AS templates,
       (SELECT max(day) FROM slot WHERE offered > 0) AS last,
       (SELECT max(window_working_days) FROM appointment_policy) AS days
"""


async def examine() -> AsyncIterator[Finding]:
    """Each question in turn."""
    yield await _worker()
    yield _behind("outbox", "消息", await notify.lag())
    yield _behind("sms-outbox", "短信", await sms.lag())
    yield await _calendar()
    yield await _next_year()
    yield await _reference()
    yield await _slots()


async def _worker() -> Finding:
    try:
        age = await health.heartbeat_age()
    except (RedisError, OSError):
        age = None
    if age is None:
        return bad("worker", "没有 worker 在跑：提醒不会发，号源不会放", "python -m backend worker")
    return good("worker", f"worker {age:.0f} 秒前报过平安")


def _behind(id: str, what: str, lag: float) -> Finding:
    if lag > LATE:
        return bad(
            id,
            f"{what}积压了 {lag:.0f} 秒",
            "多开 worker：docker compose up -d --scale worker=3；看 worker 的日志",
        )
    return good(id, f"{what}没有积压")


async def _today() -> dt.date:
    return clock.local(await clock.now()).date()


async def _calendar() -> Finding:
    today = await _today()
    found = await db.rows(
        "SELECT count(*) AS n FROM calendar_day WHERE day > $1 AND day <= $1::date + $2::int",
        today,
        DAYS_AHEAD,
    )
    if found[0]["n"] < DAYS_AHEAD:
        return bad("calendar", f"工作日历没有排满今后 {DAYS_AHEAD} 天", "python -m backend load")
    return good("calendar", f"工作日历排满了今后 {DAYS_AHEAD} 天")


async def _next_year() -> Finding:
    today = await _today()
    found = await db.rows(
        "SELECT bool_or(provisional) AS open FROM calendar_day WHERE extract(year FROM day) = $1::int",
        today.year + 1,
    )
    said = f"{today.year + 1} 年的放假安排还是按周末推算的"
    if found[0]["open"] is not False and (today.month, today.day) >= PUBLISHED_BY:
        return mind(
            "calendar-next-year",
            said,
            "国务院办公厅公布后升级 chinesecalendar：make lock，再 python -m backend load",
        )
    return good(
        "calendar-next-year", said + "，十一月公布" if found[0]["open"] is not False else "明年的放假安排已定"
    )


async def _reference() -> Finding:
    try:
        reference.rules.judge(settings().reference)
    except reference.BadReference as wrong:
        return bad(
            "reference",
            f"城市数据不能用：{wrong}",
            f"改好 {settings().reference} 里的这一处，再 python -m backend load",
        )
    if await state.digest_loaded() != prepare.digest():
        return mind("reference", "城市数据改过，还没有载入", "python -m backend load")
    return good("reference", "城市数据和数据库一致")


async def _slots() -> Finding:
    row = (await db.rows(SLOTS))[0]
    if not row["templates"]:
        return mind("slots", "没有号源模板，网上约不到", "python -m backend load")
    until = await clock.working_day_after(await _today(), min(row["days"] or 1, 200))
    if row["last"] is None or row["last"] < await clock.working_day_after(await _today(), 1):
        return bad("slots", "今后没有放号", "python -m backend worker")
    if row["last"] < until:
        return mind(
            "slots",
            f"号只放到 {row['last']}，规则允许约到 {until}",
            "看看这些天有没有号源模板：/console/week",
        )
    return good("slots", f"号已放到 {row['last']}")

"""Jinja filters: days, times and names as people say them. Never ISO, never seconds.

Relative words (今天, 明天, 后天, 昨天) count from the page's own `now`, in Asia/Shanghai. A macro that is
imported without context knows no `now` and gets the full date, which is true on any day.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from backend import clock, secrecy

WEEKDAYS = "一二三四五六日"
NEAR = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def weekday(day: dt.date) -> str:
    """周二."""
    return f"周{WEEKDAYS[day.weekday()]}"


def date(day: dt.date) -> str:
    """11 月 24 日（周二）."""
    return f"{day.month} 月 {day.day} 日（{weekday(day)}）"


def _local_day(when: dt.date) -> dt.date:
    return clock.local(when).date() if isinstance(when, dt.datetime) else when


def said(when: dt.date, today: dt.date) -> str:
    """A day as said on `today`: 明天, or 11 月 24 日（周二）; another year is named."""
    day = _local_day(when)
    if (day - today).days in NEAR:
        return NEAR[(day - today).days]
    return date(day) if day.year == today.year else f"{day.year} 年 {date(day)}"


def near(when: dt.date, today: dt.date) -> str:
    """A day ahead in few words: 今天, 周四 (of this week), 下周四, 12 月 8 日."""
    weeks = (when - dt.timedelta(days=when.weekday()) - today + dt.timedelta(days=today.weekday())).days // 7
    if (when - today).days in NEAR:
        return NEAR[(when - today).days]
    return f"{'下' * weeks}{weekday(when)}" if weeks in (0, 1) else f"{when.month} 月 {when.day} 日"


def clock_time(when: dt.datetime | dt.time) -> str:
    """09:30."""
    return f"{clock.local(when) if isinstance(when, dt.datetime) else when:%H:%M}"


@pass_context
def day(context: Context, when: dt.date) -> str:
    """今天, 明天, 后天, or 11 月 24 日（周二）."""
    now = context.get("now")
    return said(when, now.date()) if now else date(_local_day(when))


@pass_context
def moment(context: Context, when: dt.datetime) -> str:
    """明天 09:30, 11 月 26 日（周四）09:30."""
    words = day(context, when)
    return f"{words}{'' if words.endswith('）') else ' '}{clock_time(when)}"


def greeting(now: dt.datetime) -> str:
    """What one says at this hour."""
    hours = [(5, "夜深了"), (11, "上午好"), (13, "中午好"), (18, "下午好"), (24, "晚上好")]
    return next(word for until, word in hours if now.hour < until)


def days_later(day: dt.date, count: int) -> dt.date:
    """The day so many days later, for a link; negative is earlier."""
    return day + dt.timedelta(days=count)


def spaced(number: str) -> str:
    """A number in threes, as one reads it aloud: 100 000 082."""
    return " ".join(number[n : n + 3] for n in range(0, len(number), 3))


def within(html: str, name: str) -> Markup:
    """The same fields, under ids of their own: many dialogs of one page may each have a field `why`."""

    def renamed(found: re.Match[str]) -> str:
        return f'{found[1]}="' + re.sub(r"(^|[# ])(f|hint|wrong)-", rf"\1\2-{name}-", found[2]) + '"'

    return Markup(re.sub(r'\b(id|for|href|aria-describedby)="([^"]*)"', renamed, html))  # noqa: S704  # our own markup


def spaced_case(number: str) -> str:
    """A case's number as one copies it: 320681 261123 1 000001 5."""
    return " ".join((number[:6], number[6:12], number[12:13], number[13:19], number[19:]))


def dated(when: dt.date) -> str:
    """2026 年 11 月 24 日, as a letter is dated."""
    day = _local_day(when)
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "moment": moment,
    "clock": clock_time,
    "weekday": weekday,
    "near": near,
    "greeting": greeting,
    "date": date,
    "dated": dated,
    "days_later": days_later,
    "spaced": spaced,
    "spaced_case": spaced_case,
    "within": within,
    "span": clock.span,
    "masked_name": secrecy.mask_name,
    "masked_phone": secrecy.mask_phone,
    "masked_id": secrecy.mask_id,
}

"""Opening hours as they are typed and told: `9:00–12:00、12:00–13:00 预约、13:00–17:00`."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from backend.catalog.tables import Opening

NAMES = "一二三四五六日"
ONE = re.compile(
    r"(\d{1,2})[:：](\d{2})\s*(?:-|－|–|—|~|～|至|到)\s*(\d{1,2})[:：](\d{2})\s*([(（]?(?:只接待|只)?预约[)）]?)?"
)
MOST = 8  # stretches a day


class Span(msgspec.Struct, frozen=True, order=True):
    """One stretch of a day, local time."""

    opens: dt.time
    closes: dt.time
    booking_only: bool = False

    def __str__(self) -> str:
        """9:00–12:00, and 预约 where only booked people are served."""
        return f"{_time(self.opens)}–{_time(self.closes)}{' 预约' if self.booking_only else ''}"


Week = dict[int, list[Span]]  # by weekday, 1 Monday … 7 Sunday; a day without any is closed


def _time(at: dt.time) -> str:
    return f"{at.hour}:{at.minute:02d}"


def read(text: str) -> list[Span]:
    """What was typed for a day, in order. Refuses (ValueError with a sentence): what is no time, what closes before
    it opens, stretches that overlap.
    """
    parts = [part.strip() for part in re.split(r"[、，,;；\n]+", text) if part.strip()]
    found = sorted(map(_one, parts))
    judge(found)
    return found


def _one(part: str) -> Span:
    match = ONE.fullmatch(part)
    try:
        opens_h, opens_m, closes_h, closes_m, booking = match.groups() if match else (None,) * 5
        return Span(
            dt.time(int(opens_h or 99), int(opens_m or 0)), dt.time(int(closes_h or 99), int(closes_m or 0)),
            bool(booking),
        )  # fmt: skip
    except ValueError:
        raise ValueError(f"“{part[:30]}”看不懂，请写成 9:00–12:00") from None


def judge(spans: list[Span]) -> None:
    """Refuses (ValueError with a sentence) stretches of a day that cannot be; they come in order."""
    if len(spans) > MOST:
        raise ValueError(f"一天最多 {MOST} 段")
    for span in spans:
        if span.opens >= span.closes:
            raise ValueError(f"“{span}”关门要晚于开门")
    for one, after in itertools.pairwise(spans):
        if after.opens < one.closes:
            raise ValueError(f"“{one}”和“{after}”重叠了，请改其中一段")


def typed(spans: Iterable[Span]) -> str:
    """A day as it stands in its box; empty where it is closed."""
    return "、".join(map(str, spans))


def week(rows: Iterable[dict[str, Any]]) -> Week:
    """Opening rows by weekday."""
    found: Week = {day: [] for day in range(1, 8)}
    for row in rows:
        found[row["weekday"]].append(Span(row["opens"], row["closes"], row["booking_only"]))
    return {day: sorted(spans) for day, spans in found.items()}


async def week_of(hall: Any) -> Week:
    """A hall's hours."""
    return week(await Opening.select().where(Opening.hall == hall))


def rows(of: Week) -> list[dict[str, Any]]:
    """A week as rows of `Opening`, without the hall."""
    return [{"weekday": day, **msgspec.structs.asdict(span)} for day in sorted(of) for span in of[day]]


def changes(before: Week, after: Week) -> list[tuple[str, str, str]]:
    """What differs, days alike together: (周一至周五, what it was, what it became)."""
    alike: dict[tuple[str, str], list[int]] = {}
    for day in range(1, 8):
        old, new = typed(before[day]) or "不开门", typed(after[day]) or "不开门"
        if old != new:
            alike.setdefault((old, new), []).append(day)
    return [(_days(days), old, new) for (old, new), days in alike.items()]


def _days(days: list[int]) -> str:
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"周{NAMES[days[0] - 1]}至周{NAMES[days[-1] - 1]}"
    return "、".join(f"周{NAMES[day - 1]}" for day in days)

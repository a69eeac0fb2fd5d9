"""Days, times and names as people say them."""

import datetime as dt

import pytest
from jinja2 import Environment, StrictUndefined

from backend import clock
from backend.web import words

NOW = dt.datetime(2026, 11, 23, 9, 5, tzinfo=clock.SHANGHAI)


def say(template: str, **values: object) -> str:
    environment = Environment(undefined=StrictUndefined)
    environment.filters.update(words.FILTERS)
    return environment.from_string("{{ " + template + " }}").render(now=NOW, **values)


def utc(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, 59, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (utc(23, 6, 30), "今天 14:30"),
        (utc(24, 1, 30), "明天 09:30"),
        (utc(25, 1, 30), "后天 09:30"),
        (utc(22, 1, 30), "昨天 09:30"),
        (utc(26, 1, 30), "11 月 26 日（周四）09:30"),
        (utc(4, 1, month=1, year=2027), "2027 年 1 月 4 日（周一）09:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it_without_seconds(when: dt.datetime, said: str) -> None:
    assert say("when|moment", when=when) == said


def test_the_day_changes_at_midnight_in_qidong_and_not_at_midnight_utc() -> None:
    assert say("when|day", when=utc(23, 15, 59)) == "今天"
    assert say("when|day", when=utc(23, 16)) == "明天"


def test_a_plain_date_and_a_plain_time_need_no_zone() -> None:
    assert say("when|day", when=dt.date(2026, 11, 24)) == "明天"
    assert say("when|clock", when=dt.time(9, 30)) == "09:30"
    assert say("when|date", when=dt.date(2026, 11, 24)) == "11 月 24 日（周二）"
    assert say("when|weekday", when=dt.date(2026, 11, 29)) == "周日"


def test_without_a_now_the_full_date_is_said() -> None:
    environment = Environment()
    environment.filters.update(words.FILTERS)
    assert environment.from_string("{{ when|day }}").render(when=utc(23, 1)) == "11 月 23 日（周一）"


@pytest.mark.parametrize(
    ("hour", "said"),
    [(4, "夜深了"), (9, "上午好"), (12, "中午好"), (17, "下午好"), (18, "晚上好"), (23, "晚上好")],
)
def test_the_greeting_follows_the_hour(hour: int, said: str) -> None:
    assert say("when|greeting", when=NOW.replace(hour=hour)) == said


def test_names_phones_and_ids_are_masked() -> None:
    assert say("'张小三'|masked_name") == "张*三"
    assert say("'13800138000'|masked_phone") == "138****8000"
    assert say("'320681190001010012'|masked_id") == "尾号 0012"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (23, "今天"),
        (24, "明天"),
        (25, "后天"),
        (26, "周四"),
        (29, "周日"),
        (30, "下周一"),
        (36, "下周日"),
        (37, "12 月 7 日"),
    ],
)
def test_a_day_ahead_in_few_words(day: int, said: str) -> None:
    assert words.near(dt.date(2026, 11, 22) + dt.timedelta(days=day - 22), NOW.date()) == said


def test_the_fields_of_a_dialog_bear_its_name_and_nothing_else_changes() -> None:
    field = '<label for="f-why">f-why</label><a href="#f-why" class="f-why">x</a>'
    told = '<input id="f-why" name="why" aria-describedby="hint-why wrong-why" href="/f-why">'
    assert words.within(field, "end") == field.replace('for="f-', 'for="f-end-').replace("#f-", "#f-end-")
    assert words.within(told, "end") == (
        '<input id="f-end-why" name="why" aria-describedby="hint-end-why wrong-end-why" href="/f-why">'
    )

"""The legal clock on the calendar of 2026, by hand and by its properties."""

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as some

from backend.cases.term import DAY, Last, Stop, Term, days_left, last_day, months_later
from backend.clock import Nature

DAYS = some.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30))
TERMS = some.builds(Term, some.integers(1, 40), some.sampled_from(["working", "natural"]))


def nature(day: dt.date) -> Nature:
    """2026 as published, weekdays beyond."""
    if day.year > 2026:
        return Nature(day.isoweekday() <= 5, provisional=True)
    return Nature(chinese_calendar.is_workday(day), provisional=False)


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("begins", "term", "ends"),
    [
        # Friday before the Spring Festival (15–23 February): Saturday the 14th is worked, then the 24th.
        ("02-13", Term(1), "02-14"),
        ("02-13", Term(2), "02-24"),
        ("02-13", Term(5), "02-27"),
        ("02-13", Term(6), "02-28"),  # a worked Saturday
        # 1–7 October is off; Sunday 20 September and Saturday 10 October are worked.
        ("09-18", Term(1), "09-20"),
        ("09-30", Term(3), "10-10"),
        ("09-01", Term(20), "09-29"),  # 25 to 27 September is Mid-Autumn
        # 1–5 May off, Saturday 9 May worked.
        ("04-30", Term(4), "05-09"),
        # Natural days run on, and end on a working day.
        ("09-25", Term(7, "natural"), "10-08"),
        ("11-02", Term(30, "natural"), "12-02"),
        ("01-31", Term(1, "month"), "02-28"),  # no 31st; and a worked Saturday
        ("03-31", Term(1, "month"), "04-30"),
        ("06-01", Term(4, "month"), "10-08"),
        ("11-23", Term(0), "11-23"),  # 即办: on the day itself
    ],
)
def test_by_hand(begins: str, term: Term, ends: str) -> None:
    assert last_day(on(begins), term, nature) == Last(on(ends), False)


def test_an_end_beyond_the_published_calendar_is_provisional() -> None:
    found = last_day(on("12-25"), Term(10), nature)
    assert found == Last(dt.date(2027, 1, 8), True)
    assert last_day(on("12-18"), Term(9), nature) == Last(on("12-31"), False)


def test_while_a_special_procedure_runs_no_day_counts() -> None:
    # 20 working days from Monday 2 March end on the 30th; ten natural days of 鉴定 hold eight working days.
    assert last_day(on("03-02"), Term(20), nature) == Last(on("03-30"), False)
    stop = Stop(on("03-09"), on("03-19"))
    assert last_day(on("03-02"), Term(20), nature, [stop]) == Last(on("04-10"), False)
    assert last_day(on("03-02"), Term(30, "natural"), nature, [stop]) == Last(on("04-13"), False)
    assert last_day(on("03-02"), Term(20), nature, [Stop(on("03-09"))]) is None


def test_two_procedures_at_once_stop_it_once() -> None:
    one, both = (
        Stop(on("03-09"), on("03-19")),
        [Stop(on("03-09"), on("03-17")), Stop(on("03-11"), on("03-19"))],
    )
    assert last_day(on("03-02"), Term(20), nature, both) == last_day(on("03-02"), Term(20), nature, [one])


@given(DAYS, TERMS, DAYS, some.integers(0, 20))
def test_a_stop_puts_the_end_off_by_what_it_held_and_never_brings_it_nearer(
    begins: dt.date, term: Term, since: dt.date, length: int
) -> None:
    plain, stop = last_day(begins, term, nature), Stop(since, since + length * DAY)
    stopped = last_day(begins, term, nature, [stop])
    assert plain
    assert stopped
    assert stopped.day >= plain.day
    counted = [
        day
        for day in (begins + n * DAY for n in range(1, (stopped.day - begins).days + 1))
        if not stop.holds(day) and (term.unit == "natural" or nature(day).working)
    ]
    if term.unit == "working":
        assert len(counted) == term.count
    else:
        assert len(counted) >= term.count


@given(DAYS, some.integers(0, 30))
def test_days_left_count_down_to_the_last_day(begins: dt.date, count: int) -> None:
    found = last_day(begins, Term(count), nature)
    assert found
    if count:
        assert days_left(begins, found.day, nature) == count
    assert days_left(found.day, found.day, nature) == 0
    late = last_day(found.day, Term(3), nature)
    assert late
    assert days_left(late.day, found.day, nature) == -3


@given(DAYS, some.integers(1, 24))
def test_a_month_keeps_the_number_or_takes_the_last(day: dt.date, months: int) -> None:
    found = months_later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found + DAY).month != found.month


@pytest.mark.parametrize("term", [Term(-1), Term(3, "weeks"), Term(9999)])
def test_no_term_is_guessed(term: Term) -> None:
    with pytest.raises(ValueError, match="term"):
        last_day(on("03-02"), term, nature)

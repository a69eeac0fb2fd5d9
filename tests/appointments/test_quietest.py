"""The page proposes the quietest times that fit, and only where there is a real difference."""

import datetime as dt
import html
import re
from typing import Any
from uuid import uuid4

import httpx
from hypothesis import given
from hypothesis import strategies as st

from backend import appointments, clock
from backend.appointments import load
from backend.appointments.fill import fill_day
from backend.appointments.quietest import quietest
from backend.appointments.tables import Slot
from tests import factories as make

FIRST = clock.at(dt.date(2026, 11, 23), dt.time(12))


def slot(days: int = 1, time: str = "09:00", busy: float = 0.9, free: int = 1) -> dict[str, Any]:
    """A slot so many days after Monday."""
    day = dt.date(2026, 11, 23) + dt.timedelta(days=days)
    starts = clock.at(day, dt.time.fromisoformat(time))
    return {
        "id": uuid4(), "day": day, "starts_at": starts, "ends_at": starts + dt.timedelta(minutes=30),
        "offered": free, "taken": 0, "load": busy, "people": 10 * busy, "level": load.level(busy),
    }  # fmt: skip


def said(rows: list[dict[str, Any]]) -> list[str]:
    """Day of the month and time."""
    return [f"{clock.local(row['starts_at']):%d %H:%M}" for row in rows]


BUSY = [slot(days, f"{hour:02d}:00") for days in range(1, 5) for hour in range(9, 17)]


def test_three_days_and_three_times_of_day_are_proposed():
    calm = [slot(days, time, 0.3) for days in (1, 2, 3) for time in ("09:30", "14:30", "15:30")]
    assert said(quietest([*BUSY, *calm], FIRST)) == ["24 09:30", "25 14:30", "26 15:30"]


def test_the_quieter_comes_before_the_sooner():
    calm = [slot(1, "09:30", 0.7), slot(2, "10:30", 0.51), slot(3, "11:30", 0.52), slot(4, "14:30", 0.6)]
    assert said(quietest([*BUSY, *calm], FIRST)) == ["25 10:30", "26 11:30", "27 14:30"]


def test_what_is_nearly_empty_comes_before_what_is_only_called_so():
    calm = [slot(days, f"{8 + days:02d}:30", 0.45) for days in (1, 2, 3)] + [slot(4, "15:30", 0.05)]
    assert said(quietest([*BUSY, *calm], FIRST)) == ["24 09:30", "25 10:30", "27 15:30"]


def test_one_quiet_day_gives_times_that_are_apart():
    calm = [slot(2, time, 0.2) for time in ("09:00", "09:30", "10:00", "10:30", "11:00")]
    assert said(quietest([*BUSY, *calm], FIRST)) == ["25 09:00", "25 10:00", "25 11:00"]


def test_what_is_alike_is_not_proposed():
    assert quietest(BUSY, FIRST) == []
    assert quietest([*BUSY, slot(2, "14:30", 0.85)], FIRST) == [], "a difference nobody would feel"
    assert quietest([slot(1, busy=0.4), slot(2, busy=0.4), slot(3, busy=0.1)], FIRST) == [], "空 and 空"
    assert quietest([], FIRST) == []


def test_a_few_busy_hours_that_most_people_choose_are_worth_leaving():
    empty = [slot(days, f"{hour:02d}:00", 0.1) for days in (1, 2) for hour in range(9, 17)]
    assert len(quietest([*empty, slot(1, "11:00", 1.5), slot(2, "11:00", 1.5)], FIRST)) == 3


def test_one_s_own_time_is_not_proposed():
    calm = slot(2, "14:30", 0.2)
    assert quietest([*BUSY, calm], FIRST, but=calm["id"]) == []


@given(
    st.lists(
        st.builds(
            slot,
            st.integers(-1, 9),
            st.sampled_from(["09:00", "09:30", "14:00"]),
            st.floats(0, 2),
            st.integers(0, 2),
        ),
        max_size=30,
    )
)
def test_whatever_is_proposed_can_be_booked_and_is_quieter_than_something_else(slots: list[dict[str, Any]]):
    found = quietest(slots, FIRST)
    free = [row["load"] for row in slots if row["starts_at"] >= FIRST and row["offered"]]
    assert len(found) <= 3
    for row in found:
        assert row["starts_at"] >= FIRST
        assert row["taken"] < row["offered"]
        assert row["level"] < load.level(max(free))
    assert len({(row["day"], row["starts_at"]) for row in found}) == len(found)


async def test_a_proposal_opens_its_day_with_the_time_chosen(client: httpx.AsyncClient):
    place = await make.hall()
    at = await make.line(place)
    item = await make.item(at)
    for weekday in (2, 3):
        await make.template(
            at, weekday, "14:00", "15:00", counters=5, minutes_per_matter=30, online_percent=100
        )
    days = dt.date(2026, 11, 24), dt.date(2026, 11, 25)
    for day in days:
        await fill_day(day)
    first = (await client.get(f"/appointments/new?item={item.id}")).text
    assert "人最少的时间" not in first, "nobody has booked: all times are alike"
    *busy, calm = await Slot.objects().order_by(Slot.starts_at)
    for row in busy * 3:
        owner, person = await make.citizen()
        await appointments.book(row.id, item.id, person.id, by=owner.id)
    page = (await client.get(f"/appointments/new?item={item.id}")).text
    link = f"/appointments/new?item={item.id}&hall={place.code}&day=2026-11-25&slot={calm.id}#times"
    assert f'href="{link}">后天 14:30</a>' in html.unescape(page)
    chosen = (await client.get(link.partition("#")[0])).text
    assert re.search(f'value="{calm.id}" checked', chosen)
    assert "后天 14:30" in chosen


async def test_a_full_time_that_a_link_names_is_not_chosen(client: httpx.AsyncClient):
    item, full = await make.bookable(capacity=1)
    owner, person = await make.citizen()
    await appointments.book(full.id, item.id, person.id, by=owner.id)
    page = (await client.get(f"/appointments/new?item={item.id}&day={full.day}&slot={full.id}")).text
    assert str(full.id) in page
    assert " checked" not in page

"""The month view: what is open, full, shut or not open yet, and from when it can be booked."""

import datetime as dt
import html
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import appointments, clock
from backend.appointments.fill import fill_day
from backend.appointments.month import opening
from backend.appointments.tables import CapacityException, Policy, Slot
from backend.clock import CalendarDay
from backend.identity.tables import Staff
from tests import factories as make

TODAY, LAST = dt.date(2026, 11, 23), dt.date(2026, 12, 2)  # seven working days ahead
DECEMBER = dt.date(2026, 12, 1)


async def town() -> tuple[Any, Any]:
    """A line that works on weekdays from nine to ten, and its item."""
    at = await make.line(await make.hall())
    item = await make.item(at)
    for weekday in range(1, 6):
        await make.template(at, weekday, "09:00", "10:00", minutes_per_matter=30, online_percent=100)
    await appointments.fill()
    return at, item


async def dates(item: Any, first: dt.date | None = None) -> dict[int, Any]:
    """The month by its days."""
    return {one.date.day: one for one in (await appointments.month(UUID(str(item.id)), "", first)).dates}


async def test_a_month_says_of_each_day_what_it_is():
    _, item = await town()
    full = await Slot.objects().where(Slot.day == dt.date(2026, 11, 25))
    for slot in full:
        owner, person = await make.citizen()
        await appointments.book(slot.id, item.id, person.id, by=owner.id)
    november = await dates(item)
    assert len(november) == 30
    assert {n: november[n].state for n in (1, 22, 23, 24, 25, 28, 30)} == {
        1: "over", 22: "over", 23: "closed", 24: "free", 25: "full", 28: "shut", 30: "free",
    }  # fmt: skip
    assert november[24].free == 2
    december = await dates(item, DECEMBER)
    assert [december[n].state for n in range(1, 9)] == [
        "free",
        "free",
        "later",
        "later",
        "shut",
        "shut",
        "later",
        "later",
    ]


async def test_what_the_page_says_can_be_booked_from_a_day_can_be_booked_from_that_day_and_not_before():
    _, item = await town()
    later = await dates(item, DECEMBER)
    for day in (3, 4, 7, 16):
        opens, wanted = later[day].opens, dt.date(2026, 12, day)
        assert opens is not None
        reach = {n: await clock.working_day_after(opens + dt.timedelta(days=n), 7) for n in (-1, 0)}
        assert reach[-1] < wanted <= reach[0]


async def test_holidays_and_adjusted_workdays_move_the_day_on_which_booking_opens():
    _, item = await town()
    assert (await dates(item, DECEMBER))[8].opens == dt.date(2026, 11, 27)
    await CalendarDay.insert(
        CalendarDay(day=dt.date(2026, 12, 5), working=True, name="调休上班"),
        CalendarDay(day=dt.date(2026, 12, 7), working=False, name="假日"),
        CalendarDay(day=dt.date(2026, 12, 4), working=False, name="假日"),
    )
    december = await dates(item, DECEMBER)
    assert december[8].opens == dt.date(2026, 11, 26)
    assert (december[4].state, december[5].state, december[7].state) == ("shut", "later", "shut")


def test_the_longest_window_counts_back_over_weekends():
    days = [TODAY + dt.timedelta(days=n) for n in range(60)]
    natures = {day: clock.nature(day, None, None, None) for day in days}
    assert opening(dt.date(2026, 12, 22), natures, 20) == dt.date(2026, 11, 24)


async def test_days_beyond_the_published_calendar_are_provisional():
    _, item = await town()
    assert all(one.provisional for one in (await dates(item, DECEMBER)).values() if one.state == "later")
    days = [dt.date(2026, 12, n) for n in range(1, 32)]
    await CalendarDay.insert(*(CalendarDay(day=day, working=day.isoweekday() < 6, name="") for day in days))
    assert not any(one.provisional for one in (await dates(item, DECEMBER)).values())


async def test_a_day_closed_long_ahead_is_shut():
    at, item = await town()
    clerk = Staff(username="m", name="经理", password_hash="-", created_at=await clock.now())
    await Staff.insert(clerk)
    values: dict[str, Any] = {"hall": at.hall, "line": at.id, "day": dt.date(2026, 12, 10), "counters": 0}
    await CapacityException.insert(
        CapacityException(**values, reason="检修", by=clerk.id, created_at=make.MONDAY)
    )
    assert (await dates(item, DECEMBER))[10].state == "shut"


async def test_what_is_foretold_is_what_is_made():
    _, item = await town()
    foretold = {n: one.state for n, one in (await dates(item, DECEMBER)).items() if n > LAST.day}
    await Policy.update({Policy.window_working_days: 60}, force=True)  # now slots are made for all of it
    for n in foretold:
        await fill_day(dt.date(2026, 12, n))
    made = {row["day"].day for row in await Slot.select(Slot.day).where(Slot.day > LAST)}
    assert made == {n for n, state in foretold.items() if state == "later"}


async def test_days_without_a_past_tell_no_load_until_they_open():
    _, item = await town()
    december = await dates(item, DECEMBER)
    assert december[3].level is None
    assert december[1].level == 0


@pytest.mark.parametrize("wanted", ["2025-12", "2031-01", "x", "2026-13", ""])
async def test_a_month_that_cannot_be_looked_at_is_this_month(client: httpx.AsyncClient, wanted: str):
    _, item = await town()
    page = await client.get(f"/appointments/month?item={item.id}&month={wanted}")
    assert page.status_code == 200
    assert "2026 年 11 月" in page.text


async def test_half_a_year_can_be_turned_through():
    _, item = await town()
    found = await appointments.month(UUID(str(item.id)))
    turned = [found.first]
    while found.after:
        found = await appointments.month(UUID(str(item.id)), "", found.after)
        turned.append(found.first)
    assert turned[-1] == dt.date(2027, 5, 1)
    assert len(turned) == 7


async def test_a_day_not_open_yet_says_when_it_opens_and_links_keep_what_was_chosen(
    client: httpx.AsyncClient,
):
    _, item = await town()
    person = "0b8f0e9e-6f55-4a53-9f0e-000000000001"
    page = await client.get(
        f"/appointments/month?item={item.id}&person={person}&month=2026-12&day=2026-12-08"
    )
    text = html.unescape(page.text)
    assert "<b>12 月 8 日（周二）</b>从 <b>11 月 27 日（周五）</b>起可以约" in text
    assert "放假安排还没公布" in text
    place = (await appointments.month(UUID(str(item.id)))).hall["code"]
    assert f'href="/appointments/new?item={item.id}&hall={place}&person={person}&day=2026-12-01"' in text


async def test_somebody_who_moves_a_booking_comes_back_to_it(client: httpx.AsyncClient):
    _, item = await town()
    moving = "0b8f0e9e-6f55-4a53-9f0e-000000000002"
    page = await client.get(f"/appointments/month?item={item.id}&moving={moving}")
    assert f'href="/appointments/{moving}/move?hall=' in page.text


async def test_a_longer_window_opens_more_of_the_month():
    _, item = await town()
    await Policy.update({Policy.window_working_days: 20}).where(Policy.group == "default")
    await appointments.fill()
    states = {n: one.state for n, one in (await dates(item, DECEMBER)).items()}
    assert states[21] == "free"
    assert states[22] == "later"

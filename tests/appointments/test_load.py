"""How busy a time will be, against cases computed by hand, and what must hold for any."""

import datetime as dt
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import appointments, clock
from backend.appointments import load, profile, times
from backend.appointments.tables import Appointment, CapacityException, Slot
from backend.catalog.tables import Opening
from backend.identity.tables import Staff
from tests import factories as make

MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
NINE, HALF_PAST, TEN = dt.time(9), dt.time(9, 30), dt.time(10)
NOTHING = load.Past(show=0.9)


def stretch(starts: dt.time = NINE, ends: dt.time = HALF_PAST, **of: Any) -> load.Stretch:
    """Two counters, half an hour, 15 minutes a matter: 4 people served, 60 % of them by booking."""
    return load.Stretch(starts, ends, **{"offered": 2, "taken": 0, "serve": 4.0, "walk_in": 1.6, **of})


# --- the arithmetic ---


def test_without_a_past_bookings_alone_decide_beside_what_walk_ins_are_kept():
    assert load.people([stretch(taken=2)], NOTHING, 1) == [pytest.approx(2 * 0.9 + 1.6)]
    assert load.people([stretch(taken=0)], NOTHING, 1) == [pytest.approx(1.6)]


def test_who_usually_comes_is_expected_before_anybody_books():
    past = load.Past(0.9, {1: [(NINE, 1.5)]})
    # One slot alone gets all walk-ins of its day.
    assert load.people([stretch()], past, 1) == [pytest.approx(1.5 + 1.6)]
    assert load.people([stretch()], past, 2) == [pytest.approx(1.6)], "another weekday's past says nothing"


def test_no_more_are_expected_than_places_are_offered():
    past = load.Past(0.5, {1: [(NINE, 30.0)]})
    assert load.people([stretch(offered=2, walk_in=0.0)], past, 1) == [pytest.approx(2 * 0.5)]


def test_what_has_not_been_booked_comes_less_and_less_as_bookings_close():
    past = load.Past(1.0, {1: [(NINE, 2.0)]})
    expected = [
        load.people([stretch(taken=1, walk_in=0.0, still=still)], past, 1)[0] for still in (1, 0.5, 0)
    ]
    assert expected == [pytest.approx(2.0), pytest.approx(1.5), pytest.approx(1.0)]


def test_walk_ins_come_when_booked_people_usually_come():
    past = load.Past(1.0, {1: [(NINE, 50.0), (HALF_PAST, 0.0)]})
    early, late = stretch(still=0.0), stretch(HALF_PAST, TEN, still=0.0)
    # 3.2 walk-ins a day; weights 50 + 25 and 0 + 25.
    assert load.people([early, late], past, 1) == [pytest.approx(2.4), pytest.approx(0.8)]


def test_a_show_rate_starts_at_nine_of_ten_and_follows_what_is_seen():
    assert load.show(0, 0) == 0.9
    assert load.show(0, 1) == pytest.approx(9 / 11)
    assert load.show(45, 90) == pytest.approx(0.54)


@pytest.mark.parametrize(
    ("busy", "level"), [(0, 0), (0.49, 0), (0.5, 1), (0.7, 2), (0.8, 3), (0.92, 4), (9, 4)]
)
def test_words_begin_where_the_file_says(busy: float, level: int):
    assert load.level(busy) == level


def test_a_slot_that_serves_nobody_is_busiest_where_people_hold_places():
    assert load.level(load.load(1, 0)) == 4
    assert load.level(load.load(0, 0)) == 0


day = st.lists(
    st.builds(
        load.Stretch,
        starts=st.sampled_from([NINE, HALF_PAST, TEN]),
        ends=st.just(dt.time(11)),
        offered=st.integers(0, 40),
        taken=st.integers(0, 40),
        serve=st.floats(0, 60),
        walk_in=st.floats(0, 30),
        still=st.floats(0, 1),
    ),
    min_size=1,
    max_size=5,
)
pasts = st.builds(
    load.Past,
    show=st.floats(0.01, 1),
    usual=st.fixed_dictionaries(
        {}, optional={1: st.lists(st.tuples(st.sampled_from([NINE, HALF_PAST, TEN]), st.floats(0, 60)))}
    ),
)


@given(day, pasts)
def test_one_more_booking_never_makes_any_slot_quieter(slots: list[load.Stretch], past: load.Past):
    before = load.people(slots, past, 1)
    one = slots[0]
    fuller = [load.Stretch(**{**{f: getattr(one, f) for f in one.__struct_fields__}, "taken": one.taken + 1})]
    after = load.people([*fuller, *slots[1:]], past, 1)
    assert all(b >= a - 1e-9 for a, b in zip(before, after, strict=True))


@given(day, pasts)
def test_walk_ins_are_shared_out_and_none_is_lost(slots: list[load.Stretch], past: load.Past):
    booked = load.people(
        [load.Stretch(s.starts, s.ends, s.offered, s.taken, s.serve, 0, s.still) for s in slots], past, 1
    )
    assert sum(load.people(slots, past, 1)) - sum(booked) == pytest.approx(sum(s.walk_in for s in slots))


# --- what past days tell ---


def seen(day: dt.date, came: int, booked: int, time: dt.time = NINE) -> dict[str, Any]:
    """A row of `profile.SEEN`, of a day that the calendar does not name."""
    return {
        "day": day,
        "time": time,
        "came": came,
        "booked": booked,
        "working": None,
        "name": None,
        "provisional": None,
    }


def test_the_usual_is_the_mean_of_the_last_eight_days_of_the_weekday():
    weeks = [MONDAY - dt.timedelta(weeks=n) for n in range(1, 11)]
    past = profile.told([seen(day, 8 if n < 8 else 80, 100) for n, day in enumerate(weeks)])
    assert past.came(1, NINE, HALF_PAST) == 8
    assert past.came(1, HALF_PAST, TEN) == 0
    assert past.came(2, NINE, HALF_PAST) is None


def test_one_day_is_no_habit():
    past = profile.told([seen(MONDAY, 8, 10)])
    assert past.came(1, NINE, HALF_PAST) is None
    assert past.show == pytest.approx(17 / 20)


def test_days_on_which_nobody_was_recorded_tell_nothing():
    past = profile.told([seen(MONDAY - dt.timedelta(weeks=n), 0, 10) for n in range(1, 9)])
    assert past == NOTHING


def test_a_saturday_worked_instead_of_a_holiday_counts_as_a_monday():
    saturday = {**seen(dt.date(2026, 11, 14), 6, 6), "working": True, "name": "调休", "provisional": False}
    past = profile.told([saturday, seen(dt.date(2026, 11, 9), 2, 2)])
    assert past.came(1, NINE, HALF_PAST) == 4


# --- on the page ---


async def came(slot: Slot, item: Any, count: int, missed: int = 0) -> None:
    """So many people kept their booking of a past slot, and so many did not."""
    for n in range(count + missed):
        owner, person = await make.citizen()
        await Appointment.insert(
            Appointment(
                number=uuid4().hex[:12], slot=slot.id, item=item.id, person=person.id, person_index=person.id_index,
                day=slot.day, booked_by=owner.id, state="arrived" if n < count else "missed", created_at=make.MONDAY,
                arrived_at=slot.starts_at if n < count else None,
            )
        )  # fmt: skip


async def window(item: Any) -> list[dict[str, Any]]:
    """The slots that can be booked now, with their load."""
    open_now = await times.window(item.id)
    _, place = await appointments.choices.places_of(item.id, "", open_now)
    return await times.ahead(place["line"], open_now)


async def test_arrivals_of_past_weeks_exceptions_and_bookings_meet_in_the_load_of_a_slot():
    place = await make.hall()
    at = await make.line(place)
    item = await make.item(at)
    await make.template(at, 2, "09:00", "10:00", counters=4)
    for week in (1, 2):
        past = await make.slot(at, TUESDAY - dt.timedelta(weeks=week), "09:00", 9)
        await came(past, item, 3, missed=1)
    await appointments.fill()
    clerk = Staff(username="m", name="经理", password_hash="-", created_at=await clock.now())
    await Staff.insert(clerk)
    closed: dict[str, Any] = {
        "hall": place.id,
        "line": at.id,
        "day": TUESDAY,
        "starts": HALF_PAST,
        "counters": 2,
    }
    await CapacityException.insert(
        CapacityException(**closed, reason="培训", by=clerk.id, created_at=make.MONDAY)
    )
    early, late = (row for row in await window(item) if row["day"] == TUESDAY)
    assert (early["serve"], late["serve"]) == (8, 4)
    # 15 of 18 show up. Walk-ins: 3.2 + 1.6, weights 3 + 50 × 2/3 and 50 × 1/3.
    assert early["people"] == pytest.approx(3 * early_still(early) + 4.8 * (3 + 100 / 3) / 53, abs=1e-3)
    assert late["people"] == pytest.approx(4.8 * (50 / 3) / 53, abs=1e-3)


def early_still(row: dict[str, Any]) -> float:
    """Tomorrow 9:00 lies 21 hours behind the first time that can be booked, 12:00; the window ends with 2 December."""
    return 21 / (9 * 24 + 12)


async def test_hours_for_booked_people_only_keep_nothing_for_walk_ins():
    place = await make.hall()
    at = await make.line(place)
    item = await make.item(at)
    await make.template(at, 2, "12:00", "13:00", counters=2)
    await Opening.insert(
        Opening(hall=place.id, weekday=2, opens=dt.time(12), closes=dt.time(13), booking_only=True)
    )
    await appointments.fill()
    assert [row["people"] for row in await window(item) if row["day"] == TUESDAY] == [0, 0]


async def test_the_page_says_how_busy_in_words(client: httpx.AsyncClient):
    at = await make.line(await make.hall())
    item, slot = await make.item(at), await make.slot(at, TUESDAY, capacity=2)
    owner, person = await make.citizen()
    await appointments.book(slot.id, item.id, person.id, by=owner.id)
    page = await client.get(f"/appointments/new?item={item.id}&day={TUESDAY}")
    # No template names this slot: one of two places, kept with a chance of nine in ten.
    assert "余 1 · 空" in page.text

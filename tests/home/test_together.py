"""Which things are one matter: what is linked; else the same person and item, where there is one place for it."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend.home.together import together
from backend.timeline import Thing
from tests.factories import MONDAY

WHO, WHAT = uuid4(), uuid4()


def thing(of: str, day: int, hour: int = 0, over: int | None = None, **more: Any) -> Thing:
    """Something that began so many days (and hours) after Monday, ten o'clock."""
    at = MONDAY + dt.timedelta(days=day, hours=hour)
    facts: dict[str, Any] = {"person": WHO, "item": WHAT, **more}
    return Thing(
        of=of, id=uuid4(), href="/", title="食品经营许可", name=of, day=at.date(), begun=at, state="",
        over=None if over is None else MONDAY + dt.timedelta(days=over), **facts,
    )  # fmt: skip


def booked(day: int, on: int, **more: Any) -> Thing:
    """A booking that was made on a day for another."""
    made = thing("预约", day, **more)
    return Thing(
        **{**{name: getattr(made, name) for name in made.__struct_fields__}, "day": thing("", on).day}
    )


def shapes(*things: Thing) -> list[set[UUID]]:
    return [{one.id for one in group} for group in together(things)]


def test_what_is_linked_is_one_matter_from_booking_to_case() -> None:
    booking = booked(0, 2)
    ticket = thing("取号", 2, belongs=booking.id)
    case = thing("办件", 2, 1, item=uuid4(), belongs=ticket.id)
    assert shapes(case, ticket, booking) == [{booking.id, ticket.id, case.id}]


def test_a_visit_and_its_case_are_one_matter() -> None:
    case = thing("办件", 2)
    visit = thing("上门", 0, belongs=case.id)
    assert shapes(case, visit) == [{visit.id, case.id}]


def test_without_a_link_the_case_goes_with_the_number_of_its_day() -> None:
    ticket, case = thing("取号", 0, over=0), thing("办件", 0, 1)
    assert shapes(ticket, case) == [{ticket.id, case.id}]
    assert len(shapes(ticket, thing("办件", 1))) == 2


def test_who_came_late_and_took_another_number_is_in_the_same_matter() -> None:
    booking, ticket = booked(0, 3), thing("取号", 3)
    assert shapes(booking, ticket) == [{booking.id, ticket.id}]
    assert len(shapes(booking, thing("取号", 2))) == 2


def test_what_is_booked_while_a_case_runs_belongs_to_it_and_afterwards_not() -> None:
    case = thing("办件", 0, over=9)
    during, later = booked(3, 5), booked(10, 12)
    assert shapes(case, during, later) == [{case.id, during.id}, {later.id}]


def test_two_cases_of_one_item_are_never_mixed() -> None:
    one, two = thing("办件", 0), thing("办件", 1)
    which = booked(3, 5)
    assert shapes(one, two, which) == [{one.id}, {two.id}, {which.id}]
    ticket = thing("取号", 7)
    both = [thing("办件", 7, hour, belongs=ticket.id) for hour in (1, 2)]
    assert {frozenset(group) for group in shapes(ticket, *both)} == {
        frozenset({ticket.id, both[0].id}),
        frozenset({both[1].id}),
    }


def test_a_case_takes_the_number_it_came_with_before_an_older_one_does() -> None:
    older, ticket, case = thing("办件", 0), thing("取号", 5), thing("办件", 5, 1)
    assert shapes(older, ticket, case) == [{older.id}, {ticket.id, case.id}]


def test_other_people_and_other_items_are_other_matters_even_with_a_link() -> None:
    ticket = thing("取号", 0)
    assert len(shapes(ticket, thing("办件", 0, 1, item=uuid4()))) == 2
    assert len(shapes(ticket, thing("办件", 0, 1, person=uuid4()))) == 2
    assert len(shapes(ticket, thing("办件", 0, 1, person=uuid4(), belongs=ticket.id))) == 2
    assert len(shapes(thing("取号", 0, item=None), thing("办件", 0, 1))) == 2

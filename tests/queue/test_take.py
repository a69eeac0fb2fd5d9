"""Taking a number: consecutive, once for a matter, within limits, while the hall issues."""

import datetime as dt
from uuid import uuid4

import pytest

from backend import clock, queue, secrecy
from backend.queue.tables import Ticket
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests.queue import hall
from tests.world import HERE


async def test_numbers_of_a_line_follow_each_other_and_begin_anew_the_next_day() -> None:
    at = await hall.place()
    assert [(await hall.walk_in(at)).number for _ in range(3)] == ["E001", "E002", "E003"]
    assert (await hall.walk_in(at, "C")).number == "C001"
    await clock.move_to(make.MONDAY + dt.timedelta(days=1))
    assert (await hall.walk_in(at)).number == "E001"


async def test_past_999_a_number_has_four_digits() -> None:
    at = await hall.place()
    first = await hall.walk_in(at)
    await Ticket.update({Ticket.digits: 999}).where(Ticket.id == first.id)
    assert (await hall.walk_in(at)).number == "E1000"


async def test_asking_twice_gives_the_same_number_in_its_place() -> None:
    at, party = await hall.place(), uuid4()
    first = await hall.walk_in(at, party=party)
    await hall.walk_in(at)
    again = await hall.walk_in(at, party=party)
    assert again.id == first.id
    assert await hall.numbers() == ["E001", "E002"]


async def test_one_visitor_s_matters_are_one_party_whose_id_is_known_again() -> None:
    at = await hall.place()
    own = (secrecy.blind("resident:1"),)
    one = await hall.walk_in(at, indexes=own)
    other = await hall.walk_in(at, "C", indexes=own)
    assert one.party == other.party


async def test_one_id_holds_as_many_numbers_as_the_hall_allows() -> None:
    at = await hall.place(live_per_person=1)
    own = (secrecy.blind("resident:1"),)
    await hall.walk_in(at, indexes=own)
    with pytest.raises(Refusal, match="同一个人最多同时有 1 个号"):
        await hall.walk_in(at, "C", indexes=own)
    assert await hall.numbers() == ["E001"]


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(8, 0, "09:00 开门，08:30 起取号"), (16, 30, "16:30 起不再取号"), (18, 0, "不再取号")],
)
async def test_numbers_are_issued_from_before_opening_until_before_closing(
    hour: int, minute: int, said: str
) -> None:
    at = await hall.place()
    await clock.move_to(make.MONDAY.replace(hour=hour, minute=minute))
    with pytest.raises(Refusal, match=said):
        await hall.walk_in(at)


async def test_on_a_closed_day_and_for_a_matter_not_done_here_there_is_none() -> None:
    at = await hall.place()
    with pytest.raises(NotFound, match="不办这件事"):
        await queue.take(HERE, [queue.Matter(item=uuid4())], queue.Visitor(uuid4()), queue.Asker(), "kiosk")
    await clock.move_to(make.MONDAY + dt.timedelta(days=5))
    with pytest.raises(Refusal, match="今天不取号"):
        await hall.walk_in(at)

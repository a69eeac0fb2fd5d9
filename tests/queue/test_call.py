"""Calling: whose turn it is, why, what counters can do, and every deed at the counter."""

import datetime as dt
from uuid import UUID, uuid4

import pytest

from backend import appointments, clock, queue
from backend.queue import pace, view
from backend.queue.tables import Ticket
from backend.refusal import Refusal
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place
from tests.world import HERE


async def opened(*numbers: int, **rules: int) -> Place:
    at = await hall.place(**rules)
    for n in numbers:
        await queue.open_desk(at.counters[n], at.clerk if n == numbers[0] else await hall.clerk(n))
    return at


async def call(at: Place, n: int = 1, by: UUID | None = None) -> queue.Called | None:
    return await queue.call_next(at.counters[n], by or at.clerk)


async def called(at: Place, n: int = 1, by: UUID | None = None) -> queue.Called:
    found = await call(at, n, by)
    assert found
    return found


async def done(at: Place, one: queue.Called, n: int = 1) -> None:
    await queue.complete(at.counters[n], at.clerk, one.ticket)


async def checked_in(at: Place, time: str) -> queue.Taken:
    """A booking of today, at the moment it checks in."""
    today = clock.local(await clock.now()).date()
    slot = await make.slot(at.lines["E"], today, time)
    owner, person = await make.citizen()
    now = await clock.now()
    await clock.move_to(now - dt.timedelta(hours=3))
    held = await appointments.book(slot.id, at.items["E"].id, person.id, by=owner.id)
    await clock.move_to(now)
    return await queue.check_in(UUID(str(held.id)), queue.Visitor(uuid4()), queue.Asker(account=owner.id))


async def test_whoever_came_first_is_called_first_and_it_says_why() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    await hall.later(2)
    await hall.walk_in(at)
    first = await called(at)
    assert (first.number, first.why) == ("E001", "10:00 取号，最早到号")
    with pytest.raises(Refusal, match="手上还有号"):
        await call(at)
    await done(at, first)
    assert (await called(at)).number == "E002"


async def test_a_counter_calls_what_it_can_do_and_one_of_a_takes_any() -> None:
    at = await opened(9, 3)
    await hall.walk_in(at)
    assert await call(at, 3, await hall.clerk(33)) is None
    assert (await called(at, 9)).number == "E001"


async def test_a_booking_in_time_goes_before_whoever_came_within_its_credit() -> None:
    at = await opened(1)
    await clock.move_to(make.MONDAY.replace(hour=14))
    await hall.walk_in(at)
    await hall.later(30)
    taken = await checked_in(at, "14:30")
    assert taken.number == "Y001"
    found = await called(at)
    assert (found.number, found.why) == ("Y001", "预约 14:30，已签到")


async def test_late_for_a_booking_is_an_ordinary_number_not_a_void_one() -> None:
    at = await opened(1)
    await clock.move_to(make.MONDAY.replace(hour=14, minute=46))
    taken = await checked_in(at, "14:30")
    assert taken.number == "E001"
    assert (await called(at)).why == "预约 14:30，14:46 才到，按普通号"


async def test_too_early_says_from_when() -> None:
    at = await opened(1)
    await clock.move_to(make.MONDAY.replace(hour=13, minute=40))
    with pytest.raises(Refusal, match="14:00 起可以签到"):
        await checked_in(at, "14:30")


async def test_a_party_is_never_called_to_two_counters_and_keeps_its_place() -> None:
    at = await opened(9)
    other = await hall.clerk(7)
    await queue.open_desk(at.counters[3], other)
    party = uuid4()
    await hall.walk_in(at, "E", party=party)
    await hall.walk_in(at, "C", party=party)
    await hall.walk_in(at, "C")
    first = await called(at, 9)
    assert (await called(at, 3, other)).number == "C002"
    await done(at, first, 9)
    assert (await called(at, 9)).number == "C001"


async def test_missed_only_after_three_calls_and_back_behind_the_third() -> None:
    at = await opened(1)
    for _ in range(6):
        await hall.walk_in(at)
    first = await called(at)
    with pytest.raises(Refusal, match="叫满 3 次"):
        await queue.miss(at.counters[1], at.clerk, first.ticket)
    with pytest.raises(Refusal, match="刚刚叫过"):
        await queue.ring(at.counters[1], at.clerk, first.ticket)
    for _ in range(2):
        await hall.later(0.5)
        await queue.ring(at.counters[1], at.clerk, first.ticket)
    await hall.later(0.5)
    await queue.miss(at.counters[1], at.clerk, first.ticket)
    await queue.come_back(first.ticket, queue.Asker())
    with pytest.raises(Refusal):
        await queue.come_back(first.ticket, queue.Asker())
    order = []
    for _ in range(5):
        one = await called(at)
        order.append(one.number)
        await done(at, one)
    assert order == ["E002", "E003", "E004", "E001", "E005"]


async def test_too_long_after_the_miss_it_is_given_up() -> None:
    at = await opened(1, rings=1)
    await hall.walk_in(at)
    one = await called(at)
    await hall.later(1)
    await queue.miss(at.counters[1], at.clerk, one.ticket)
    assert await queue.overdue() == []
    await hall.later(31)
    with pytest.raises(Refusal, match="超过 30 分钟"):
        await queue.come_back(one.ticket, queue.Asker())
    assert await queue.overdue() == [one.ticket]
    await queue.give_up(one.ticket)
    await queue.give_up(one.ticket)
    assert (await hall.ticket(one.ticket)).state == "abandoned"


async def test_held_and_transferred_keep_their_seniority() -> None:
    at = await opened(1, 3)
    for _ in range(2):
        await hall.walk_in(at)
    await hall.walk_in(at, "C")
    one = await called(at)
    await queue.hold(at.counters[1], at.clerk, one.ticket)
    two = await called(at)
    await queue.transfer(at.counters[1], at.clerk, two.ticket, to_line=at.lines["C"].id)
    assert (await called(at, 3, await hall.clerk(31))).number == "E002"
    back = await queue.resume(at.counters[1], at.clerk, one.ticket)
    assert back.number == "E001"
    assert (await hall.ticket(one.ticket)).state == "called"


async def test_whoever_lets_the_next_go_first_stands_right_behind() -> None:
    at = await opened(1)
    for _ in range(3):
        await hall.walk_in(at)
    one = await called(at)
    two = await queue.swap(at.counters[1], at.clerk, one.ticket)
    assert two.number == "E002"
    await done(at, two)
    assert (await called(at)).number == "E001"


async def test_a_second_matter_comes_next_at_the_same_counter() -> None:
    at = await opened(9)
    await hall.walk_in(at)
    await hall.walk_in(at, "C")
    one = await called(at, 9)
    await queue.add(at.counters[9], at.clerk, one.ticket, queue.Matter(item=at.items["C"].id))
    await done(at, one, 9)
    two = await called(at, 9)
    assert (two.number, two.why) == ("C002", "10:00 取号，最早到号；同一个人加办的")


async def test_the_last_slip_is_undone_within_seconds_only() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    one = await called(at)
    event = await queue.complete(at.counters[1], at.clerk, one.ticket)
    await queue.undo(at.counters[1], at.clerk, event)
    assert (await hall.ticket(one.ticket)).state == "called"
    again = await queue.complete(at.counters[1], at.clerk, one.ticket)
    await hall.later(0.2)
    with pytest.raises(Refusal, match="过了 10 秒"):
        await queue.undo(at.counters[1], at.clerk, again)
    stands = await Ticket.select(Ticket.state, Ticket.ended_at).where(Ticket.id == one.ticket).first()
    assert stands
    assert stands["state"] == "done"


async def test_letting_others_go_first_is_undone_whole() -> None:
    at = await opened(1)
    for _ in range(4):
        await hall.walk_in(at)
    one = await called(at)
    two = await queue.swap(at.counters[1], at.clerk, one.ticket)
    await queue.undo(at.counters[1], at.clerk, two.event)
    assert (await hall.ticket(one.ticket)).state == "called"
    assert (await hall.ticket(two.ticket)).state == "waiting"
    await done(at, one)
    assert [(await _next_done(at)).number for _ in range(3)] == ["E002", "E003", "E004"]


async def _next_done(at: Place) -> queue.Called:
    found = await called(at)
    await done(at, found)
    return found


async def test_a_called_one_that_is_undone_waits_in_its_old_place() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    before = await hall.walk_in(at)
    one = await called(at)
    await queue.undo(at.counters[1], at.clerk, one.event)
    assert (await called(at)).number == "E001"
    assert (await hall.ticket(UUID(str(before.id)))).state == "waiting"


async def test_stepping_back_goes_behind_so_many_and_only_while_waiting() -> None:
    at = await opened(1)
    tickets = [await hall.walk_in(at) for _ in range(4)]
    await queue.step_back(UUID(str(tickets[0].id)), 2, queue.Asker())
    order = []
    for _ in range(4):
        one = await called(at)
        order.append(one.number)
        await done(at, one)
    assert order == ["E002", "E003", "E001", "E004"]


async def test_a_guide_prioritises_with_a_reason_that_is_kept() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    await hall.later(5)
    elder = await hall.walk_in(at)
    with pytest.raises(Refusal, match="写明原因"):
        await queue.prioritise(UUID(str(elder.id)), at.guide, "", "elder")
    await queue.prioritise(UUID(str(elder.id)), at.guide, "看过老年证", "elder")
    assert (await called(at)).number == elder.number


async def test_a_paused_counter_calls_nobody_and_says_why() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    with pytest.raises(Refusal, match="选一个暂停的原因"):
        await queue.pause_desk(at.counters[1], at.clerk, "")
    await queue.pause_desk(at.counters[1], at.clerk, "午休")
    with pytest.raises(Refusal, match="窗口还没打开"):
        await call(at)


async def test_one_reading_shows_order_counters_and_who_is_ahead() -> None:
    at = await opened(1)
    tickets = [await hall.walk_in(at) for _ in range(3)]
    await called(at)
    found = await view.read(HERE)
    assert [spot.number for spot in found.of("waiting")] == ["E002", "E003"]
    last = found.spot(UUID(str(tickets[2].id)))
    assert last
    assert found.ahead(last) == 1
    seats = {seat.number: seat for seat in found.seats}
    assert (seats[1].state, seats[1].ticket) == ("open", tickets[0].id)
    assert [seats[n].can(last, found.rules) for n in (1, 2, 3, 9)] == [True, True, False, True]


async def test_what_a_day_left_open_is_done_without_a_time_and_teaches_nothing() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    waiting = await hall.walk_in(at)
    one = await called(at)
    await queue.start(at.counters[1], at.clerk, one.ticket)
    await clock.move_to(make.MONDAY + dt.timedelta(days=1))
    for ticket in await queue.overdue():
        await queue.give_up(ticket)
    served, left = await hall.ticket(one.ticket), await hall.ticket(UUID(str(waiting.id)))
    assert (served.state, left.state) == ("done", "abandoned")
    assert not served.ended_at
    await hall.later(1)
    await queue.learn(UUID(str(at.hall.id)))
    assert (await pace.of(UUID(str(at.hall.id)))).learner.levels == {}

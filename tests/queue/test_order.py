"""The order of the queue as a machine of states: whatever people, clerks and clocks do, nobody is overtaken by
somebody who came more than the largest credit later; transferred and held keep their seniority; whoever was missed
and came back stands behind the third waiting.

Hypothesis chooses the steps; each is the real verb on the real database. ORDER_EXAMPLES=100 looks longer.
"""

import asyncio
import datetime as dt
import os
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from backend import appointments, clock, db, queue
from backend.queue import view
from backend.queue.seniority import largest_credit
from backend.queue.view import HallView, Spot
from tests import factories as make
from tests.conftest import emptied
from tests.queue import hall
from tests.queue.hall import Place
from tests.world import HERE

T = TypeVar("T")
COUNTERS = (1, 2, 3, 9)
loop: list[asyncio.AbstractEventLoop] = []
done: list[str] = []


def run(work: Coroutine[Any, Any, T]) -> T:
    """In the loop of the tests."""
    return asyncio.run_coroutine_threadsafe(work, loop[0]).result(60)


class Order(RuleBasedStateMachine):
    """One hall, four counters, one morning."""

    at: Place
    clerks: dict[int, UUID]
    back: set[UUID]  # who went back of their own will, or was not there, is behind others by right

    @initialize()
    def begin(self) -> None:
        self.back = set()
        run(self._begin())

    async def _begin(self) -> None:
        await emptied()
        await clock.move_to(make.MONDAY)
        self.at = await hall.place(rings=1, ring_seconds=0)
        self.clerks = {n: await hall.clerk(n) for n in COUNTERS}
        for n in COUNTERS:
            await queue.open_desk(self.at.counters[n], self.clerks[n])

    @rule(minutes=st.sampled_from([1, 10, 45]))
    def time_goes_by(self, minutes: int) -> None:
        run(hall.later(minutes))

    @rule(letter=st.sampled_from("CE"), elder=st.booleans(), people=st.integers(1, 4))
    def some_take_a_number(self, letter: str, elder: bool, people: int) -> None:
        for _ in range(people):
            run(hall.walk_in(self.at, letter, priority="elder" if elder else ""))

    @rule()
    def somebody_comes_for_two_things(self) -> None:
        party = uuid4()
        for letter in "CE":
            run(hall.walk_in(self.at, letter, party=party))

    @rule(ahead=st.sampled_from([-20, -10, 0, 25]))
    def somebody_checks_in(self, ahead: int) -> None:
        run(self._check_in(ahead))

    async def _check_in(self, ahead: int) -> None:
        now = await clock.now()
        local = clock.local(now) + dt.timedelta(minutes=ahead)
        slot = await make.slot(self.at.lines["E"], local.date(), f"{local:%H:%M:%S.%f}")
        owner, person = await make.citizen()
        await clock.move_to(now - dt.timedelta(hours=4))
        held = await appointments.book(slot.id, self.at.items["E"].id, person.id, by=owner.id)
        await clock.move_to(now)
        await queue.check_in(UUID(str(held.id)), queue.Visitor(uuid4()), queue.Asker(account=owner.id))

    @rule(n=st.sampled_from(COUNTERS))
    def next(self, n: int) -> None:
        run(self._next(n))

    async def _next(self, n: int) -> None:
        before = await view.read(HERE)
        seat = before.seat(self.at.counters[n])
        assert seat
        if seat.ticket:
            await queue.complete(seat.counter, self.clerks[n], seat.ticket)
            before = await view.read(HERE)
        called = await queue.call_next(self.at.counters[n], self.clerks[n])
        fits = [
            spot for spot in before.of("waiting") if seat.can(spot, before.rules) and not _busy(before, spot)
        ]
        assert (called is None) == (not fits)
        if called:
            self._judge(before, fits, called.ticket)

    def _judge(self, before: HallView, fits: list[Spot], ticket: UUID) -> None:
        """The one whose turn it is, and nobody passed over who came so much earlier."""
        done.append("called")
        first = fits[0]
        assert ticket == first.id
        most = largest_credit(before.rules)
        for other in fits[1:]:
            assert other.turn_at >= first.turn_at
            assert other.id in self.back or other.taken_at + most >= first.taken_at, (
                other.number,
                first.number,
            )

    @rule(n=st.sampled_from(COUNTERS), what=st.sampled_from(["hold", "transfer", "miss", "swap"]))
    def something_at_a_counter(self, n: int, what: str) -> None:
        run(self._something(n, what))

    async def _something(self, n: int, what: str) -> None:
        before = await view.read(HERE)
        seat = before.seat(self.at.counters[n])
        held = before.spot(seat.ticket) if seat and seat.ticket else None
        if seat is None or held is None:
            return
        counter, by = seat.counter, self.clerks[n]
        if what == "swap":
            await self._swap(before, seat, held, by)
            return
        if what == "hold":
            await queue.hold(counter, by, held.id)
        elif what == "transfer":
            await queue.transfer(
                counter, by, held.id, to_line=self.at.lines["E" if held.line_letter == "C" else "C"].id
            )
        else:
            await queue.miss(counter, by, held.id)
        done.append(what)
        after = await hall.ticket(held.id)
        assert after.turn_at == held.turn_at, "seniority"

    async def _swap(self, before: HallView, seat: view.Seat, held: Spot, by: UUID) -> None:
        fits = [one for one in before.of("waiting") if seat.can(one, before.rules) and not _busy(before, one)]
        fits = [one for one in fits if one.party != held.party]
        if fits:
            called = await queue.swap(seat.counter, by, held.id)
            assert called.ticket == fits[0].id
            self.back.add(held.id)

    @rule(n=st.sampled_from(COUNTERS))
    def somebody_held_is_back(self, n: int) -> None:
        run(self._resume(n))

    async def _resume(self, n: int) -> None:
        before = await view.read(HERE)
        seat = before.seat(self.at.counters[n])
        if seat and not seat.ticket:
            for one in before.of("held")[:1]:
                await queue.resume(seat.counter, self.clerks[n], one.id)

    @rule()
    def somebody_missed_is_back(self) -> None:
        run(self._come_back())

    async def _come_back(self) -> None:
        before = await view.read(HERE)
        back = [one for one in before.of("missed") if not one.returned]
        if not back or await clock.now() > (back[0].missed_at or before.at) + dt.timedelta(minutes=30):
            return
        line = [one for one in before.of("waiting") if one.line == back[0].line]
        await queue.come_back(back[0].id, queue.Asker())
        after = await view.read(HERE)
        own = after.spot(back[0].id)
        assert own
        self.back.add(own.id)
        done.append("returned")
        earlier = len([one for one in line if one.turn_at < back[0].turn_at])
        assert after.ahead(own) == max(min(3, len(line)), earlier)

    @rule(places=st.integers(1, 3))
    def somebody_steps_back(self, places: int) -> None:
        run(self._step_back(places))

    async def _step_back(self, places: int) -> None:
        before = await view.read(HERE)
        for own in before.of("waiting")[:1]:
            behind = [
                one for one in before.of("waiting") if one.line == own.line and one.turn_at > own.turn_at
            ]
            if behind:
                await queue.step_back(own.id, places, queue.Asker())
                self.back.add(own.id)

    @invariant()
    def nobody_is_at_two_counters_and_no_counter_has_two(self) -> None:
        if not hasattr(self, "at"):
            return
        found = run(db.rows("SELECT counter, party FROM ticket WHERE state IN ('called', 'serving')"))
        assert len({row["counter"] for row in found}) == len({row["party"] for row in found}) == len(found)


def _busy(before: HallView, spot: Spot) -> bool:
    return any(one.party == spot.party for one in before.of("called", "serving", "held"))


@pytest.fixture(autouse=True)
async def here() -> None:
    """The verbs run in this loop."""
    loop[:] = [asyncio.get_running_loop()]
    done.clear()


async def test_nobody_is_overtaken_by_whoever_came_more_than_the_largest_credit_later() -> None:
    of = settings(
        max_examples=int(os.environ.get("ORDER_EXAMPLES", "25")), stateful_step_count=30, deadline=None, database=None,
        print_blob=True, suppress_health_check=list(HealthCheck), derandomize=True,
    )  # fmt: skip
    await asyncio.to_thread(run_state_machine_as_test, Order, settings=of)
    assert done.count("called") > 10, done

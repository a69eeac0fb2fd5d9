"""A hall's queue as a machine of states: what people and clerks do, each the real verb on the real database, and what
must hold after every step. `order_deeds.py` adds the guide and the undoing, `test_order.py` lets it run.
"""

import asyncio
import datetime as dt
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

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
JUST = dt.timedelta(microseconds=1)
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
    came: dict[UUID, dt.datetime]  # whoever got a number at the counter came when they took their first
    undoable: dict[UUID, dict[UUID, dict[str, Any]]]  # by a clerk's deed: the numbers as they were before

    @initialize()
    def begin(self) -> None:
        self.back, self.came, self.undoable = set(), {}, {}
        run(self._begin())

    async def _begin(self) -> None:
        await emptied()
        await clock.move_to(make.MONDAY)
        self.at = await hall.place(rings=1, ring_seconds=0)
        self.clerks = {n: await hall.clerk(n) for n in COUNTERS}
        for n in COUNTERS:
            await queue.open_desk(self.at.counters[n], self.clerks[n])
        for letter in "ECE":
            await hall.walk_in(self.at, letter)

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
            rows = await numbers()
            event = await queue.complete(seat.counter, self.clerks[n], seat.ticket)
            self.undoable[event] = rows
            before = await view.read(HERE)
        rows = await numbers()
        called = await queue.call_next(self.at.counters[n], self.clerks[n])
        fits = [
            spot for spot in before.of("waiting") if seat.can(spot, before.rules) and not busy(before, spot)
        ]
        assert (called is None) == (not fits)
        if called:
            self.undoable[called.event] = rows
            self._judge(before, fits, called.ticket)

    def _judge(self, before: HallView, fits: list[Spot], ticket: UUID) -> None:
        """The one whose turn it is, and nobody passed over who came so much earlier."""
        done.append("called")
        first = fits[0]
        assert ticket == first.id
        most = largest_credit(before.rules)
        for other in fits[1:]:
            assert other.turn_at >= first.turn_at
            by_right = other.id in self.back or self._came(other) + most >= self._came(first)
            assert by_right, (other.number, first.number)

    def _came(self, spot: Spot) -> dt.datetime:
        return self.came.get(spot.id, spot.taken_at)

    @rule(n=st.sampled_from(COUNTERS), what=st.sampled_from(["start", "hold", "transfer", "miss", "swap"]))
    def something_at_a_counter(self, n: int, what: str) -> None:
        run(self._something(n, what))

    async def _something(self, n: int, what: str) -> None:
        before = await view.read(HERE)
        seat = before.seat(self.at.counters[n])
        held = before.spot(seat.ticket) if seat and seat.ticket else None
        if seat is None or held is None:
            return
        if held.state == "serving" and what in ("start", "miss", "swap"):
            return
        if what == "swap":
            await self._swap(before, seat, held, self.clerks[n])
            return
        rows = await numbers()
        self.undoable[await self._deed(seat.counter, self.clerks[n], held, what)] = rows
        done.append(what)
        after = await hall.ticket(held.id)
        assert after.turn_at == held.turn_at, "seniority"

    async def _deed(self, counter: UUID, by: UUID, held: Spot, what: str) -> UUID:
        if what == "transfer":
            other = self.at.lines["E" if held.line_letter == "C" else "C"]
            return await queue.transfer(counter, by, held.id, to_line=other.id)
        verb = {"start": queue.start, "hold": queue.hold, "miss": queue.miss}[what]
        return await verb(counter, by, held.id)

    async def _swap(self, before: HallView, seat: view.Seat, held: Spot, by: UUID) -> None:
        fits = [one for one in before.of("waiting") if seat.can(one, before.rules) and not busy(before, one)]
        fits = [one for one in fits if one.party != held.party]
        if fits:
            rows = await numbers()
            called = await queue.swap(seat.counter, by, held.id)
            self.undoable[called.event] = rows
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
                rows = await numbers()
                called = await queue.resume(seat.counter, self.clerks[n], one.id)
                self.undoable[called.event] = rows

    @rule()
    def somebody_missed_is_back(self) -> None:
        run(self._come_back())

    async def _come_back(self) -> None:
        before = await view.read(HERE)
        back = [one for one in before.of("missed") if not one.returned]
        if not back or await clock.now() > (back[0].missed_at or before.at) + dt.timedelta(minutes=30):
            return
        line = [one for one in before.of("waiting") if one.line == back[0].line]
        third = line[min(3, len(line)) - 1].turn_at + JUST if line else back[0].turn_at
        await queue.come_back(back[0].id, queue.Asker())
        after = await view.read(HERE)
        own = after.spot(back[0].id)
        assert own
        self.back.add(own.id)
        done.append("returned")
        assert own.turn_at == max(third, back[0].turn_at), "right behind the third, never before its own turn"
        assert after.ahead(own) >= min(3, len(line))

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


def busy(before: HallView, spot: Spot) -> bool:
    """Whether the visitor is called, served or away with another matter."""
    return any(one.party == spot.party for one in before.of("called", "serving", "held"))


async def numbers() -> dict[UUID, dict[str, Any]]:
    """Every number as it stands, whole."""
    return {row["id"]: row for row in await db.rows("SELECT * FROM ticket")}

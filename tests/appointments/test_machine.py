"""Booking as a machine of states: whatever people, managers, clocks and workers do in whatever order, places are
never below zero or above capacity, everybody stays within limits, and every promise is told once.

Hypothesis chooses the steps; each is the real verb on the real database. What a verb refuses counts as a step.
"""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from backend import appointments, clock, db, notify
from backend.appointments.affected import Stretch
from backend.appointments.tables import Policy
from backend.refusal import Refusal
from tests import factories as make
from tests.appointments.truths import broken, told_in_the_end
from tests.conftest import emptied
from tests.world import Who, staff

T = TypeVar("T")
FAMILIES = 5
DEEDS = {"book", "cancel", "move", "join", "claim", "leave", "close", "accept", "undo", "arrive", "no-show"}
AHEAD = """
SELECT s.id, s.day, s.line FROM slot s JOIN line l ON l.id = s.line, clock_offset c
WHERE s.starts_at > now() + c.milliseconds * interval '1 millisecond' + interval '3 hours'
ORDER BY s.day, s.starts_at, l.letter LIMIT 8
"""
FULL = """
SELECT s.day, s.line FROM slot s JOIN line l ON l.id = s.line, clock_offset c
WHERE s.starts_at > now() + c.milliseconds * interval '1 millisecond' + interval '3 hours'
GROUP BY s.day, s.line, l.letter HAVING sum(taken) >= sum(offered) AND sum(offered) > 0 ORDER BY s.day, l.letter
"""
# What stands and is waited for comes first.
BOOKED = """
SELECT a.id, a.booked_by, s.line FROM appointment a JOIN slot s ON s.id = a.slot
ORDER BY a.state <> 'booked', NOT EXISTS (SELECT 1 FROM waiting w WHERE w.line = s.line AND s.day = ANY(w.days)
         AND w.state = 'waiting'), a.number LIMIT 6
"""
OFFERED = """
SELECT w.id, w.account, p.name FROM waiting w JOIN person p ON p.id = w.person
ORDER BY w.state <> 'offered', w.created_at
"""
DISPLACED = """
SELECT a.id, a.booked_by FROM appointment a JOIN relocation r ON r.appointment = a.id
ORDER BY r.state <> 'offered', r.created_at, a.number LIMIT 3
"""
one_of_many = st.integers(0, 10_000)
_loop: list[asyncio.AbstractEventLoop] = []
_done: Counter[str] = Counter()


class Booking(RuleBasedStateMachine):
    """A hall of two lines with three matters, ten people of five accounts (who all typed the same aunt), a few days."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = 0
        self.do(self.begin())

    def do(self, verb: Coroutine[Any, Any, T]) -> T:
        """Run it in the loop of the tests, where the pool lives."""
        return asyncio.run_coroutine_threadsafe(verb, _loop[0]).result(60)

    async def begin(self) -> None:
        """The world before the first step."""
        await emptied()
        await clock.move_to(make.MONDAY)
        hall = await make.hall()
        self.hall, self.lines = hall, [await make.line(hall), await make.line(hall, "F", "婚姻")]
        for line in self.lines:
            for weekday in range(1, 6):
                await make.template(line, weekday, "10:00", "11:00", online_percent=50)
        self.items = [
            (await make.item(at, name)).id
            for at, name in zip([self.lines[0], *self.lines], ["身份证", "护照", "补领结婚证"], strict=True)
        ]
        await Policy.update({Policy.active_per_person: 2, Policy.account_factor: 2}).where(
            Policy.group == "default"
        )
        await appointments.fill()
        self.manager, self.clerk = [
            await staff(Who(role=role, hall=hall.code)) for role in ("manager", "clerk")
        ]
        self.people = [person for n in range(FAMILIES) for person in await self.family(n)]
        # The first two days of a line are full from the start.
        for n, slot in enumerate((await self.rows(AHEAD.replace("LIMIT 8", "LIMIT 16")))[::2][:4]):
            account, person = self.people[n]
            await appointments.book(slot["id"], self.items[0], person, by=account)

    async def family(self, n: int) -> list[tuple[UUID, UUID]]:
        """An account with two people; the second of each is the same aunt, by her ID."""
        owner = await make.account()
        me = await make.person(owner, make.id_number(n + 1))
        aunt = await make.person(owner, make.id_number(99), "family", "李小燕")
        return [(owner.id, me.id), (owner.id, aunt.id)]

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows in an order that does not depend on ids."""
        return await db.rows(sql)

    def step(self, name: str, verb: Awaitable[object]) -> None:
        """A deed; a rule's no is an answer."""

        async def attempt() -> None:
            try:
                await verb
                _done[name] += 1
            except Refusal:
                _done[f"{name} refused"] += 1

        self.do(attempt())

    def pick(self, n: int, sql: str) -> dict[str, Any] | None:
        """One of the rows, whatever n is."""
        found = self.do(self.rows(sql))
        return found[n % len(found)] if found else None

    def slot(self, n: int) -> dict[str, Any]:
        """One of the first slots still ahead."""
        found = self.pick(n, AHEAD)
        assert found
        return found

    @rule(who=one_of_many, when=one_of_many, what=one_of_many)
    def book(self, who: int, when: int, what: int) -> None:
        account, person = self.people[who % len(self.people)]
        slot = self.slot(when)
        item = self.items[2 if slot["line"] == self.lines[1].id else what % 2]
        self.step("book", appointments.book(slot["id"], item, person, by=account))

    @rule(which=one_of_many)
    def cancel(self, which: int) -> None:
        if found := self.pick(which, BOOKED):
            self.step("cancel", appointments.cancel(found["id"], by=found["booked_by"]))
            self.workers_look()

    @rule(which=one_of_many, when=one_of_many)
    def move(self, which: int, when: int) -> None:
        if found := self.pick(which, BOOKED):
            near = self.pick(when, f"SELECT id FROM ({AHEAD.replace('LIMIT 8', 'LIMIT 16')}) s"
                             f" WHERE line = '{found['line']}'")  # fmt: skip
            assert near
            self.step("move", appointments.move(found["id"], near["id"], by=found["booked_by"]))

    @rule(who=one_of_many, what=one_of_many, when=one_of_many)
    def join(self, who: int, what: int, when: int) -> None:
        account, person = self.people[who % len(self.people)]
        if full := self.pick(when, FULL):
            item = self.items[2 if full["line"] == self.lines[1].id else what % 2]
            self.step("join", appointments.join(item, self.hall.code, [full["day"]], person, by=account))

    @rule(which=one_of_many)
    def claim(self, which: int) -> None:
        if found := self.pick(which % 2, OFFERED):
            self.step("claim", appointments.claim(found["id"], by=found["account"]))

    @rule(which=one_of_many)
    def leave(self, which: int) -> None:
        if found := self.pick(which, "SELECT id, account FROM waiting ORDER BY created_at"):
            self.step("leave", appointments.leave(found["id"], by=found["account"]))

    @rule(which=one_of_many)
    def give_up_what_somebody_waits_for_and_claim_it(self, which: int) -> None:
        self.join(which, which, which)
        self.cancel(which)
        self.claim(0)

    @rule(when=one_of_many, counters=st.integers(0, 1), whole=st.booleans())
    def close(self, when: int, counters: int, whole: bool) -> None:
        slot = self.slot(when)
        line = None if whole else slot["line"]
        stretch = Stretch(self.hall.id, line, slot["day"], None, None, counters)
        self.step("close", appointments.close(stretch, "检修", by=self.manager))
        self.workers_look()

    @rule(which=one_of_many)
    def accept(self, which: int) -> None:
        if found := self.pick(which, DISPLACED):
            self.step("accept", appointments.accept(found["id"], by=found["booked_by"]))

    @rule(which=one_of_many)
    def undo(self, which: int) -> None:
        if found := self.pick(which, "SELECT id FROM closing ORDER BY created_at DESC"):
            self.step("undo", appointments.undo(found["id"], by=self.manager))
            self.workers_look()

    @rule(which=one_of_many, share=st.integers(0, 3))
    def the_day_comes_and_some_come(self, which: int, share: int) -> None:
        if found := self.pick(
            which, "SELECT day FROM appointment WHERE state = 'booked' ORDER BY day LIMIT 1"
        ):
            self.do(self.go_to(found["day"]))
            today = f"SELECT id FROM appointment WHERE state = 'booked' AND day = '{found['day']}' ORDER BY number"
            for row in self.do(self.rows(today))[:share]:
                self.step("arrive", appointments.arrive(row["id"], by=self.clerk))

    async def go_to(self, day: dt.date) -> None:
        """The morning of a day, if it is still ahead."""
        await clock.move_to(max(await clock.now(), clock.at(day, dt.time(9))))
        await self.work()

    @rule(minutes=st.sampled_from([2, 11, 31, 120, 600]))
    def later(self, minutes: int) -> None:
        self.do(self.advance(dt.timedelta(minutes=minutes)))

    async def advance(self, span: dt.timedelta) -> None:
        """Time goes by; workers look, as they do every few seconds."""
        await clock.move_to(await clock.now() + span)
        await appointments.fill()
        await self.work()

    @rule()
    def workers_look(self) -> None:
        self.do(self.work())

    async def work(self) -> None:
        """What the workers' jobs do."""
        await appointments.lapse_due()
        for closing in await appointments.closings_due():
            while await appointments.carry_on(closing):
                pass
        for missing in await appointments.missing():
            await appointments.miss_due(missing)
            _done["no-show"] += 1
        for line in await appointments.due():
            await appointments.pass_on(line)
        self.arrived += await notify.sweep()

    @rule(counters=st.integers(0, 2), when=one_of_many)
    def fewer_or_more_counters(self, counters: int, when: int) -> None:
        self.do(self.change(counters, self.slot(when)))

    async def change(self, counters: int, slot: dict[str, Any]) -> None:
        """The template of a weekday changes, and with it what is offered."""
        await db.rows(
            "UPDATE capacity_template SET counters = $1 WHERE line = $2 AND weekday = $3",
            counters,
            slot["line"],
            slot["day"].isoweekday(),
        )
        await appointments.fill(slot["line"])

    @invariant()
    def nothing_is_broken(self) -> None:
        assert self.do(broken()) == {}

    def teardown(self) -> None:
        self.do(self.advance(dt.timedelta(days=30)))
        assert self.do(broken()) == {}
        assert self.do(told_in_the_end(self.arrived)) == {}


def walk() -> None:
    """Every kind of step a few times, in an order in which each can be done, before chance takes over."""
    booking = Booking()
    for n in range(4):
        steps = (
            partial(booking.give_up_what_somebody_waits_for_and_claim_it, 8 + n),
            partial(booking.book, n + 4, n + 3, n),
            partial(booking.move, n, n + 1),
            partial(booking.join, n, n, 0),
            partial(booking.leave, n),
            partial(booking.close, n, 0, n % 2 == 0),
            partial(booking.accept, n) if n % 2 else partial(booking.undo, 0),
            partial(booking.the_day_comes_and_some_come, n, 1),
            partial(booking.later, 600),
        )
        for step in steps:
            step()
            booking.nothing_is_broken()
    booking.teardown()


async def test_whatever_happens_nothing_is_oversold_exceeded_untold_or_told_twice() -> None:
    _loop[:] = [asyncio.get_running_loop()]
    _done.clear()
    await asyncio.to_thread(walk)
    assert not DEEDS - set(_done), _done  # each was really done, not only refused
    bounded = settings(
        max_examples=20, stateful_step_count=40, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    await asyncio.to_thread(run_state_machine_as_test, Booking, settings=bounded)

"""How the machine takes a step: a verb in the loop of the tests, a look into the tables, some time that goes by."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend import appointments, clock, db
from backend.refusal import Refusal
from tests.appointments.machine import course
from tests.appointments.machine.facts import facts, reason
from tests.appointments.machine.told import told_in_the_end
from tests.appointments.machine.truths import broken

T = TypeVar("T")
n_th = st.integers(0, 10_000)
loop: list[asyncio.AbstractEventLoop] = []
done: Counter[str] = Counter()  # what happened, and what was refused and why


class Steps(RuleBasedStateMachine):
    """What every rule is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = 0
        self.sound = True
        self.filled = dt.date.min

    def do(self, verb: Coroutine[Any, Any, T]) -> T:
        """Run it in the loop of the tests, where the pool lives."""
        try:
            return asyncio.run_coroutine_threadsafe(verb, loop[0]).result(120)
        except BaseException:
            self.sound = False
            raise

    def step(self, name: str, verb: Awaitable[object]) -> bool:
        """A deed; a rule's no is an answer. Whether it was done."""

        async def attempt() -> bool:
            try:
                await verb
            except Refusal as refusal:
                done[f"{name} refused: {reason(refusal)}"] += 1
                return False
            done[name] += 1
            return True

        return self.do(attempt())

    def pick(self, n: int, sql: str, *values: Any) -> dict[str, Any] | None:
        """One of the rows, whatever n is. Rows come in an order that does not depend on ids."""
        found = self.rows(sql, *values)
        return found[n % len(found)] if found else None

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Look into the tables."""
        return self.do(db.rows(sql, *values))

    def now(self) -> dt.datetime:
        """The machine's clock."""
        return self.do(clock.now())

    # --- time ---

    @rule(minutes=st.sampled_from([2, 11, 31, 130, 600, 1500]))
    def later(self, minutes: int) -> None:
        """Some time goes by."""
        self.pass_to(self.now() + dt.timedelta(minutes=minutes))

    @rule()
    def workers_look(self) -> None:
        """As they do every few seconds."""
        self.arrived += self.do(course.work())

    def go_to(self, day: dt.date, time: dt.time) -> None:
        """If it is still ahead."""
        if (moment := clock.at(day, time)) > self.now():
            self.pass_to(moment)

    def pass_to(self, moment: dt.datetime) -> None:
        """Time goes by, from one moment at which something is due to the next; the workers look at each."""
        self.do(self._pass_to(moment))

    async def _pass_to(self, moment: dt.datetime) -> None:
        for _ in range(course.MANY):
            at = await course.next_timer(await clock.now())
            if at is None or at >= moment:
                break
            await self._stop(at)
        if moment > await clock.now():
            await self._stop(moment)

    async def _stop(self, at: dt.datetime) -> None:
        await clock.move_to(at + dt.timedelta(milliseconds=5))
        await self.fill()
        self.arrived += await course.work()

    async def fill(self) -> None:
        """The days ahead are filled, once a day."""
        if (today := clock.local(await clock.now()).date()) > self.filled:
            self.filled = today
            await appointments.fill()

    # --- truth ---

    @invariant()
    def nothing_is_broken(self) -> None:
        """Whatever was done."""
        self.insist(self.do(broken()))

    def insist(self, wrong: dict[str, list[Any]]) -> None:
        """Nothing is wrong; once something was, the end is not looked at any more."""
        self.sound = self.sound and not wrong
        assert wrong == {}

    def teardown(self) -> None:
        """Everything comes to its end: time passes until nothing is due any more."""
        if self.sound:
            self.workers_look()
            self.do(self._end())
            self.nothing_is_broken()
            assert self.do(told_in_the_end(self.arrived)) == {}
            done.update(self.do(facts()))

    async def _end(self) -> None:
        self.filled = dt.date.max  # nobody comes any more for whom days would be filled
        for _ in range(course.MANY):
            if (at := await course.next_timer(await clock.now())) is None:
                return
            await self._stop(at)
        raise AssertionError("something is due for ever")

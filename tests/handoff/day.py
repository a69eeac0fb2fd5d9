"""A day of the desk far away in compressed time: who asks, who is rung, and what people do, by dice with a seed.

Everything goes through the verbs, timers through the sweep; every hint is lost. The picture itself is no part of this:
that it came, broke and ended is moved as whatever holds it moves it.
"""

import datetime as dt
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from backend import clock, db, handoff
from backend.handoff import answer, ask, duty
from backend.handoff.record import locked, move
from backend.refusal import Refusal
from tests.handoff.invariants import broken
from tests.handoff.sides import Sides, sides

DAY = 7 * 3600  # seconds in which they ask
STEPS = 200_000
NEXT = "SELECT min(due_at) AS at FROM handoff WHERE due_at IS NOT NULL"
NEW = "SELECT id, handoff, officer FROM handoff_offer WHERE state = 'ringing' AND id <> ALL($1)"
CONNECTING = "SELECT id, officer, version FROM handoff WHERE state = 'connecting'"
THERE = "UPDATE handoff_duty SET seen_at = $2 WHERE staff = ANY($1)"
AWAY = "SELECT staff FROM handoff_duty WHERE state = 'away' AND staff <> ALL($1)"
Act = Callable[[], Awaitable[object]]
# What an officer does about a ring, and in how many of a hundred.
ANSWERS = {"accept": 52, "silent": 18, "decline": 10, "later": 7, "pass": 7, "papers": 6}


@dataclass
class Day:
    """What is still to come, in its order, and who is there."""

    dice: random.Random
    start: dt.datetime
    officers: list[UUID]
    there: set[UUID]
    coming: list[tuple[float, int, Act]] = field(default_factory=list)
    rang: list[UUID] = field(default_factory=list)
    connects: set[tuple[UUID, int]] = field(default_factory=set)
    returning: set[UUID] = field(default_factory=set)
    counter: Iterator[int] = field(default_factory=itertools.count)
    at: float = 0.0
    steps: int = 0
    said: Counter[str] = field(default_factory=Counter)

    def after(self, seconds: float, act: Act) -> None:
        """It happens so much later."""
        heapq.heappush(self.coming, (self.at + seconds, next(self.counter), act))

    async def run(self) -> None:
        """Until nothing is to come and no timer runs; what must hold is looked at after every step."""
        while await self._step():
            self.steps += 1
            assert self.steps < STEPS, "somebody waits for ever"
            assert await broken() == []
            await self._react()

    async def _step(self) -> bool:
        [due] = await db.rows(NEXT)
        timer = (due["at"] - self.start).total_seconds() if due["at"] else None
        if not self.coming and timer is None:
            return False
        first = self.coming[0][0] if self.coming else None
        timed = timer is not None and (first is None or timer <= first)
        self.at = max(self.at, (timer or 0) + 0.01 if timed else first or 0)
        await clock.move_to(self.start + dt.timedelta(seconds=self.at))
        await db.rows(THERE, list(self.there), await clock.now())
        await (handoff.sweep() if timed else self._try(heapq.heappop(self.coming)[2]))
        return True

    async def _try(self, act: Act) -> None:
        try:
            await act()
        except Refusal as refusal:
            self.said[refusal.sentence] += 1

    async def _react(self) -> None:
        """People see what came of it: a screen that rings, a picture that should come, that they count as away."""
        for row in await db.rows(NEW, self.rang):
            self.rang.append(row["id"])
            self._answer(row["handoff"], row["officer"])
        for row in await db.rows(CONNECTING):
            if (row["id"], row["version"]) not in self.connects:
                self.connects.add((row["id"], row["version"]))
                self._connect(row["id"], row["officer"])
        for row in await db.rows(AWAY, list(self.returning)):
            self.returning.add(row["staff"])
            self.after(self.dice.uniform(60, 1500), partial(self._back, row["staff"]))

    async def _back(self, officer: UUID) -> None:
        self.returning.discard(officer)
        self.there.add(officer)
        await duty.come_on(officer)

    def _answer(self, one: UUID, by: UUID) -> None:
        [what] = self.dice.choices(list(ANSWERS), list(ANSWERS.values()))
        colleague, minutes = self.dice.choice(self.officers), self.dice.choice((3, 3, 10))
        acts: dict[str, Act] = {
            "accept": lambda: answer.accept(one, by), "decline": lambda: answer.decline(one, by),
            "later": lambda: answer.put_off(one, minutes, by), "papers": lambda: answer.by_papers(one, by),
            "pass": lambda: answer.pass_to(one, colleague, by),
        }  # fmt: skip
        if what in acts:
            self.after(self.dice.uniform(1, 33), acts[what])  # some of them too late

    def _connect(self, one: UUID, officer: UUID) -> None:
        if self.dice.random() < 0.9:  # else nothing comes
            self.after(self.dice.uniform(2, 19), lambda: self._live(one, officer, "connecting"))

    async def _live(self, one: UUID, officer: UUID, before: str) -> None:
        """The picture is there; it ends well, or breaks, after which most come back."""
        lasts, breaks = self.dice.uniform(120, 900), self.dice.random() < 0.15
        if not await self._moved(one, before, "live", lasts + 30):
            return
        if not breaks:
            self.after(lasts, lambda: self._moved(one, "live", "done", 0, officer))
        elif self.dice.random() < 0.7:
            self.after(
                lasts + 30 + self.dice.uniform(1, 130), lambda: self._live(one, officer, "interrupted")
            )

    async def _moved(
        self, one: UUID, before: str, to: str, lasts: float, officer: UUID | None = None
    ) -> bool:
        async with db.transaction():
            found = await locked(one)
            if found["state"] != before:
                return False
            due = await clock.now() + dt.timedelta(seconds=lasts)
            await move(found, to, to, due_at=due)
            if officer:
                await duty.free(officer)
        return True

    def gone(self, officer: UUID) -> None:
        """Their page is away for a while."""

        async def leaves() -> None:
            self.there.discard(officer)

        async def returns() -> None:
            self.there.add(officer)

        began = self.dice.uniform(0, DAY)
        self.after(began, leaves)
        self.after(began + self.dice.uniform(40, 1200), returns)

    def asks(self, at: Sides) -> None:
        """A desk asks, and some do not wait to the end."""

        async def begin() -> None:
            one = await ask.ask(at.case, at.desk)
            if self.dice.random() < 0.1:
                self.after(self.dice.uniform(5, 250), lambda: ask.cancel(one, at.desk))

        self.after(self.dice.uniform(0, DAY), begin)


async def day(handoffs: int, officers: int, seed: int) -> Day:
    """So many ask so many officers; nothing has happened yet."""
    desks = [await sides(n) for n in range(1, handoffs + 1)]
    people = [await desks[0].officer(skilled=n % 4 == 0, idle=n) for n in range(officers)]
    found = Day(random.Random(seed), await clock.now(), people, set(people))
    for at in desks:
        found.asks(at)
    for officer in people * 3:
        found.gone(officer)
    return found

"""A day of the desk far away in compressed time: who asks, who is rung, and what people do, by dice with a seed.

Everything goes through the verbs, timers through the sweep; every hint is lost. The pages of a session answer as
browsers do, and some fall silent.
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
from backend.handoff import answer, ask, conclude, duty, session
from backend.refusal import Refusal
from tests.handoff.invariants import broken
from tests.handoff.sides import Sides, sides

DAY = 7 * 3600  # seconds in which they ask
STEPS = 200_000
BEAT = 25  # seconds between two answers of a page; its lease is longer
NEXT = "SELECT min(due_at) AS at FROM handoff WHERE due_at IS NOT NULL"
NEW = "SELECT id, handoff, officer FROM handoff_offer WHERE state = 'ringing' AND id <> ALL($1)"
CONNECTING = "SELECT id, officer, version FROM handoff WHERE state = 'connecting'"
RUNS = "SELECT id FROM handoff WHERE id = ANY($1) AND state IN ('connecting', 'live', 'interrupted')"
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
    pages: dict[UUID, set[str]] = field(default_factory=dict)
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
        then = max(self.at, (timer or 0) + 0.01 if timed else first or 0)
        waits = bool(self.pages) and then > self.at + BEAT  # the pages answer before
        self.at = self.at + BEAT if waits else then
        await clock.move_to(self.start + dt.timedelta(seconds=self.at))
        await self._answers()
        if not waits:
            await (handoff.sweep() if timed else self._try(heapq.heappop(self.coming)[2]))
        return True

    async def _answers(self) -> None:
        """Every page that is open and not silent."""
        await db.rows(THERE, list(self.there), await clock.now())
        running = {row["id"] for row in await db.rows(RUNS, list(self.pages))}
        self.pages = {one: roles for one, roles in self.pages.items() if one in running}
        for one, roles in self.pages.items():
            for role in sorted(roles):
                await session.beat(one, role)

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
            self.after(self.dice.uniform(2, 19), lambda: self._see(one, officer))

    async def _see(self, one: UUID, officer: UUID) -> None:
        """The picture is there; it ends well, or one side falls silent, after which most come back."""
        self.pages[one] = {"desk", "officer"}
        await self._answers()
        await session.connected(one, "video")
        lasts, breaks = self.dice.uniform(120, 900), self.dice.random() < 0.15
        silent, back = self.dice.choice(("desk", "officer")), self.dice.random() < 0.7
        gone = self.dice.uniform(1, 160)
        if breaks:
            self.after(lasts, lambda: self._turn(one, {"desk", "officer"} - {silent}))
        if breaks and back:
            self.after(lasts + gone, lambda: self._turn(one, {"desk", "officer"}))
        self.after(lasts + gone * breaks, lambda: self._end(one, officer))

    async def _turn(self, one: UUID, roles: set[str]) -> None:
        if one in self.pages:
            self.pages[one] = roles

    async def _end(self, one: UUID, officer: UUID) -> None:
        """The officer concludes as soon as both are there."""
        if one not in self.pages:
            return
        self.after(BEAT, lambda: self._end(one, officer))  # where it is refused now
        await conclude.conclude(one, "advice", officer)
        self.said["concluded"] += 1

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

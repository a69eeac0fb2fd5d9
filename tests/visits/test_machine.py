"""The life of a home visit as a machine of states, on the working days of 2026 as they were published.

Hypothesis chooses the steps; each is the real verb on the real database. Until when each step must be done is counted
here by hand, minute after minute and day after day. VISIT_EXAMPLES=200 looks longer.
"""

import asyncio
import datetime as dt
import os
from collections.abc import Awaitable, Iterator
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID, uuid4

import chinese_calendar
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend import clock, db, visits
from backend.clock import CalendarDay
from backend.refusal import Refusal
from tests import factories as make
from tests.conftest import emptied
from tests.visits import town
from tests.visits.town import Town
from tests.world_visits import signed

T = TypeVar("T")
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
CIRCLES, AGREE, VISIT = (60, 30, 30), 1, 3  # working minutes of each circle; working days
HOURS = [(9, 12), (13, 17)]  # of a town whose centre has no hours of its own: `visits.toml`
OVER = ("delivered", "withdrawn", "terminated")
BEFORE = ("requested", "taken", "agreed", "paused")
loop: list[asyncio.AbstractEventLoop] = []
done: set[str] = set()


async def _done(work: Awaitable[T]) -> T:
    return await work


def run(work: Awaitable[T]) -> T:
    """In the loop of the tests."""
    return asyncio.run_coroutine_threadsafe(_done(work), loop[0]).result(60)


def minutes(start: dt.datetime) -> Iterator[dt.datetime]:
    """The end of each working minute after a moment."""
    day = start.date()
    while True:
        for opens, closes in HOURS if chinese_calendar.is_workday(day) else []:
            at = max(clock.local(clock.at(day, dt.time(opens))), start)
            while at < clock.at(day, dt.time(closes)):
                at += MINUTE
                yield at
        day += DAY


def later(start: dt.datetime, count: int) -> dt.datetime:
    """So many working minutes after a moment."""
    return next(at for n, at in enumerate(minutes(start), 1) if n == count)


def closing(start: dt.datetime, days: int) -> dt.datetime:
    """The closing time so many working days after a day."""
    day = start.date()
    while days:
        day += DAY
        days -= chinese_calendar.is_workday(day)
    return clock.local(clock.at(day, dt.time(HOURS[-1][1])))


def alike(found: dt.datetime | None, by_hand: dt.datetime | None) -> None:
    """The same moment; the clock of the tests goes on while a step is done."""
    assert (found is None) is (by_hand is None), (found, by_hand)
    assert not found or not by_hand or abs(found - by_hand) < MINUTE, (found, by_hand)


async def _refused(deed: Awaitable[Any]) -> str:
    """What the verb said against it; empty where it was done."""
    try:
        await deed
    except Refusal as refusal:
        return refusal.sentence
    return ""


class Life(RuleBasedStateMachine):
    """One visit."""

    here: Town
    one: UUID
    circle_until: dt.datetime | None
    take_by: dt.datetime | None
    agree_by: dt.datetime | None
    visit_by: dt.datetime | None

    @initialize(start=st.dates(dt.date(2026, 1, 5), dt.date(2026, 10, 30)), hour=st.integers(7, 18))
    def begin(self, start: dt.date, hour: int) -> None:
        self.now = clock.local(clock.at(start, dt.time(hour, 3)))
        self.state, self.resumes, self.agent = "requested", "", ""
        self.mandate = self.submitted = False
        run(self._begin())
        self._asked()

    async def _begin(self) -> None:
        await emptied()
        days = (dt.date(2026, 1, 1) + n * DAY for n in range(365))
        await CalendarDay.insert(
            *(CalendarDay(day=day, working=chinese_calendar.is_workday(day)) for day in days)
        )
        await clock.move_to(self.now)
        self.here = await town.town()
        self.agents = {"east": self.here.east, "middle": self.here.middle}
        account, person = await make.citizen()
        self.owner = UUID(str(account.id))
        self.one = await town.asked(self.here, (account, person), reason="ill")

    def _asked(self) -> None:
        """It waits in the village's circle from now on."""
        self.circle = 1
        self.agree_by = self.visit_by = None
        self.circle_until = later(self.now, CIRCLES[0])
        self.take_by = later(self.now, sum(CIRCLES))

    def _taken(self) -> None:
        """A time is to be agreed from now on."""
        self.circle_until = None
        self.agree_by = closing(self.now, AGREE)
        self.visit_by = closing(self.now, VISIT)

    def _stopped(self) -> None:
        self.circle_until = self.take_by = self.agree_by = self.visit_by = None

    def tries(self, what: str, deed: Awaitable[Any], allowed: bool) -> bool:
        """The verb says yes exactly where the rules do."""
        said = run(_refused(deed))
        assert (said == "") is allowed, (what, said, self.state)
        if allowed:
            done.add(what)
        return allowed

    def who(self) -> UUID:
        """Who goes there, else the village's agent."""
        return self.agents[self.agent or "east"]

    @rule(minutes=st.sampled_from([25, 47, 101, 24 * 60, 3 * 24 * 60]))
    def time_goes_by(self, minutes: int) -> None:
        to = self.now + minutes * MINUTE
        if to.date() <= dt.date(2026, 12, 10):
            self.now = to
            run(clock.move_to(to))

    @rule()
    def nobody_took_it(self) -> None:
        due = self.state == "requested" and self.circle_until is not None and self.circle_until < self.now
        assert run(visits.widen_all()) == due
        if due:
            assert self.circle_until
            done.add("widen")
            self.circle += 1
            self.circle_until = (
                later(self.circle_until, CIRCLES[self.circle - 1]) if self.circle < 3 else None
            )

    @rule(who=st.sampled_from(["east", "middle"]))
    def take(self, who: str) -> None:
        may = self.state == "requested" and (who == "east" or self.circle >= 2)
        if self.tries("take", visits.take(self.one, self.agents[who]), may):
            self.state, self.agent = "taken", who
            self._taken()

    @rule(minutes=st.sampled_from([90, 24 * 60, 20 * 24 * 60]), wished=st.booleans())
    def agree(self, minutes: int, wished: bool) -> None:
        starts = self.now + minutes * MINUTE
        ends = starts + 60 * MINUTE
        late = self.visit_by is not None and ends > self.visit_by
        may = self.state in ("taken", "agreed") and (wished or not late)
        if self.tries("agree", visits.agree(self.one, starts, 60, self.who(), wished), may):
            self.state, self.visit_by = "agreed", max(self.visit_by or ends, ends)

    @rule(to=st.sampled_from(["east", "middle"]))
    def reassign(self, to: str) -> None:
        may = self.state in BEFORE and self.agent != to
        if self.tries("reassign", visits.reassign(self.one, self.agents[to], self.here.clerk, "请假"), may):
            if self.state == "requested":
                self.state = "taken"
                self._taken()
            self.agent, self.mandate = to, False

    @rule()
    def sign(self) -> None:
        may = self.state in ("taken", "agreed", "done") and not self.mandate
        if self.agent and self.tries("sign", signed(self.one, self.who()), may):
            self.mandate = True

    @rule()
    def pause(self) -> None:
        may = self.state in ("requested", "taken", "agreed", "done")
        if self.tries("pause", visits.pause(self.one, self.here.clerk, "住院了"), may):
            self.resumes = "taken" if self.state == "agreed" else self.state
            self.state = "paused"
            self._stopped()

    @rule()
    def resume(self) -> None:
        if not self.tries("resume", visits.resume(self.one, self.here.clerk), self.state == "paused"):
            return
        self.state = "taken" if self.resumes == "requested" and self.agent else self.resumes
        done.add(f"resume {self.state}")
        self.resumes = ""
        if self.state == "requested":
            self._asked()
        elif self.state == "taken":
            self._taken()

    @rule()
    def complete(self) -> None:
        may = self.state in ("taken", "agreed") or (self.state == "paused" and self.agent != "")
        facts = visits.DoneFacts(uuid4(), "card", self.now)
        if self.tries("complete", visits.complete_from_record(self.one, self.who(), facts), may):
            self.state, self.resumes, self.agree_by = "done", "", None

    @rule()
    def submit(self) -> None:
        again = self.submitted
        may = again or (self.state == "done" and self.mandate and self._holds())
        if self.tries("submit", visits.submit(self.one, self.here.clerk), may) and not again:
            self.state, self.submitted = "submitted", True

    def _holds(self) -> bool:
        [row] = run(db.rows("SELECT until FROM visit_mandate WHERE revoked_at IS NULL"))
        return bool(row["until"] >= self.now.date())

    @rule()
    def deliver(self) -> None:
        ready = bool(run(db.rows("SELECT 1 FROM service_case WHERE state = 'finished'")))
        if self.tries(
            "deliver", visits.deliver(self.one, self.here.clerk), self.state == "submitted" and ready
        ):
            self.state = "delivered"
            [row] = run(db.rows("SELECT state FROM service_case"))
            assert row["state"] == "delivered"

    @rule()
    def the_department_finishes(self) -> None:
        run(
            db.rows(
                "UPDATE service_case SET state = 'finished', accepted_at = received_at WHERE state = 'received'"
            )
        )

    @rule()
    def rate(self) -> None:
        self.tries(
            "rate", visits.rate(self.one, 5, self.owner), self.state in ("done", "submitted", "delivered")
        )

    @rule(how=st.sampled_from(["withdraw", "terminate"]))
    def end(self, how: str) -> None:
        may = self.state in (BEFORE if how == "withdraw" else (*BEFORE, "done"))
        if may and self.now.day % 4:  # seldom: it ends the life
            return
        deed = (
            visits.withdraw(self.one, self.owner)
            if how == "withdraw"
            else visits.terminate(self.one, self.here.clerk, "搬走了")
        )
        if self.tries(how, deed, may):
            self.state = "withdrawn" if how == "withdraw" else "terminated"
            self.resumes = ""
            self._stopped()

    @rule()
    def it_goes_on(self) -> None:
        """What comes next by itself, so that a life comes far enough."""
        if self.state == "requested" and self.circle < 2 and self.now.day % 2:
            self.time_goes_by(24 * 60)
            self.nobody_took_it()
        elif self.state == "requested":
            self.take("east")
        elif self.state in ("taken", "agreed"):
            self.complete() if self.mandate else self.sign()
        elif self.state == "paused":
            self.resume()
        elif self.state == "done":
            self.submit() if self.mandate else self.sign()
        elif self.state == "submitted":
            self.the_department_finishes()
            self.deliver()

    @invariant()
    def it_stands_as_the_rules_say(self) -> None:
        if not hasattr(self, "one"):
            return
        found = run(town.visit(self.one))
        assert (found.state, found.resumes) == (self.state, self.resumes)
        assert found.agent == (self.agents[self.agent] if self.agent else None)
        alike(found.circle_until, self.circle_until)
        alike(found.agree_by, self.agree_by)
        alike(found.visit_by, self.visit_by)
        if self.state == "requested":
            assert found.circle == self.circle
            alike(found.take_by, self.take_by)

    @invariant()
    def every_step_has_its_event(self) -> None:
        if not hasattr(self, "one"):
            return
        rows = run(db.rows("SELECT from_state, to_state FROM visit_event ORDER BY at, id"))
        moves = [row for row in rows if row["from_state"] != row["to_state"]]
        for before, _ in pairwise(moves):
            assert before["to_state"] not in OVER
        assert {row["to_state"] for row in moves} >= {self.state}


async def test_a_visit_lives_by_the_rules_whatever_happens(database: str) -> None:
    loop[:] = [asyncio.get_running_loop()]
    done.clear()
    examples = int(os.environ.get("VISIT_EXAMPLES", "30"))
    how = settings(
        max_examples=examples, stateful_step_count=40, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    await asyncio.to_thread(run_state_machine_as_test, Life, settings=how)
    deeds = {"widen", "take", "agree", "reassign", "sign", "pause", "complete", "submit", "deliver", "rate"}
    assert done >= deeds | {"resume requested", "resume taken"}

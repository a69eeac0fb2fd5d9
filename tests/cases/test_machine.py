"""The life of a case and its legal clock as a machine of states, on the working days of 2026 as they were published.

Hypothesis chooses the steps; each is the real verb on the real database. What must come of it is counted here by hand,
day after day. CASE_EXAMPLES=200 looks longer.
"""

import asyncio
import datetime as dt
import os
from collections.abc import Awaitable
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID

import chinese_calendar
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend import cases, clock, db
from backend.cases import Approval, Gap, Later
from backend.cases.views import sees
from backend.catalog.tables import Department
from backend.clock import CalendarDay
from backend.refusal import Refusal
from tests.cases import office
from tests.cases.office import Office
from tests.conftest import emptied

T = TypeVar("T")
DAY = dt.timedelta(days=1)
HEAD = Approval("现场情况复杂", "启市监〔2026〕12 号", "王局")
PROMISED, STATUTORY, NOTICE, VERIFY = 5, 20, 5, 20
LAST_COMMITMENT = dt.date(2026, 11, 27)  # its verification ends within the calendar
UNDECIDED = ("received", "correcting", "accepted", "paused")
COMMITTED = ("accepted", "paused", "decided", "finished")
loop: list[asyncio.AbstractEventLoop] = []
done: set[str] = set()


async def _done(work: Awaitable[T]) -> T:
    return await work


def run(work: Awaitable[T]) -> T:
    """In the loop of the tests."""
    return asyncio.run_coroutine_threadsafe(_done(work), loop[0]).result(60)


def after(day: dt.date, count: int, stops: list[tuple[dt.date, dt.date]]) -> dt.date:
    """So many working days after the day, without those on which the clock stood."""
    while count:
        day += DAY
        count -= chinese_calendar.is_workday(day) and not any(since < day <= until for since, until in stops)
    return day


async def _refused(deed: Awaitable[Any]) -> str:
    """What the verb said against it; empty where it was done."""
    try:
        await deed
    except Refusal as refusal:
        return refusal.sentence
    return ""


class Life(RuleBasedStateMachine):
    """One case."""

    at: Office
    one: UUID

    @initialize(start=st.dates(dt.date(2026, 1, 5), dt.date(2026, 9, 30)))
    def begin(self, start: dt.date) -> None:
        self.day, self.state, self.extension = start, "received", 0
        self.accepted: dt.date | None = None
        self.stops: list[tuple[dt.date, dt.date]] = []
        self.stopped: dt.date | None = None
        self.noticed = False
        self.correct_by: dt.date | None = after(start, NOTICE, [])
        self.lags_until: dt.date | None = None
        self.verify_by: dt.date | None = None
        self.finding, self.decision = "", ""
        run(self._begin())

    async def _begin(self) -> None:
        await emptied()
        days = (dt.date(2026, 1, 1) + n * DAY for n in range(365))
        await CalendarDay.insert(
            *(CalendarDay(day=day, working=chinese_calendar.is_workday(day)) for day in days)
        )
        await self._at()
        self.at = await office.office(commitment=True)
        [self.paper] = await office.lagging(self.at, "健康证明")
        await Department.insert(Department(code="other", name="卫健委", phone="0513-83000002"))
        self.officers = {self.at.department: self.at.officer, "other": await office.officer("other")}
        self.department = self.at.department
        self.one = await office.received(self.at)

    @property
    def officer(self) -> UUID:
        """Who decides now."""
        return self.officers[self.department]

    async def _at(self) -> None:
        await clock.move_to(clock.at(self.day, dt.time(10)))

    def tries(self, what: str, deed: Awaitable[Any], allowed: bool) -> bool:
        """The verb says yes exactly where the rules do."""
        said = run(_refused(deed))
        assert (said == "") is allowed, (what, said, self.state)
        if allowed:
            done.add(what)
        return allowed

    @rule(days=st.sampled_from([1, 2, 7, 20]))
    def days_go_by(self, days: int) -> None:
        if self.day + days * DAY <= dt.date(2026, 12, 20):
            self.day += days * DAY
            run(self._at())

    def deems(self) -> bool:
        """The time for a correction was over, so the verb found it accepted as of its receipt."""
        due = self.state == "received" and self.correct_by is not None and self.day > self.correct_by
        if due:
            self.state, self.accepted = "accepted", clock.local(run(office.case(self.one)).received_at).date()
        return due

    @rule()
    def accept(self) -> None:
        if (
            self.tries("accept", cases.accept(self.one, self.at.clerk), self.state == "received")
            and not self.deems()
        ):
            self.state, self.accepted = "accepted", self.day

    @rule()
    def nobody_asked_in_time(self) -> None:
        due = self.state == "received" and self.correct_by is not None and self.day > self.correct_by
        assert run(cases.to_deem()) == ([self.one] if due else [])
        assert run(cases.deem(self.one)) is due
        if due:
            done.add("deem")
            self.state, self.accepted = "accepted", clock.local(run(office.case(self.one)).received_at).date()

    @rule()
    def correct(self) -> None:
        may = not self.deems() and self.state == "received" and not self.noticed
        if self.tries("correct", cases.correct(self.one, self.at.clerk, [Gap("证明", "补交")]), may):
            self.state, self.noticed, self.correct_by = "correcting", True, None

    @rule()
    def fill(self) -> None:
        gaps = [row["id"] for row in run(db.rows("SELECT id FROM case_gap"))]
        lags = self.lags_until is not None and self.state in ("accepted", "paused")
        if self.tries("fill", cases.fill(self.one, gaps, self.at.clerk), lags or self.state == "correcting"):
            self.state = "received" if self.state == "correcting" else self.state
            self.lags_until = None

    @rule(days=st.integers(0, 6))
    def tolerate(self, days: int) -> None:
        until = after(self.day, days, [])
        works = chinese_calendar.is_workday(until) and until < after(self.day, PROMISED, [])
        deed = cases.tolerate(self.one, [Later(self.paper, ["mail"])], until, self.at.clerk, promised=True)
        if self.tries("tolerate", deed, not self.deems() and self.state == "received" and works):
            self.state, self.accepted, self.lags_until = "accepted", self.day, until

    @rule()
    def commit(self) -> None:
        if self.day > LAST_COMMITMENT:
            return
        deed = cases.commit(self.one, "我承诺符合条件", self.at.clerk, signed=True)
        if self.tries("commit", deed, not self.deems() and self.state == "received"):
            self.state, self.accepted = "accepted", self.day
            self.verify_by = after(self.day, VERIFY, [])

    @rule(outcome=st.sampled_from(["kept", "mending", "mending", "broken"]))
    def verify(self, outcome: str) -> None:
        may = self.verify_by is not None and self.finding in ("", "mending") and self.state in COMMITTED
        may = may and self.decision != "refused"
        mend_on = self.day + 7 * DAY
        may = may and (outcome != "mending" or chinese_calendar.is_workday(mend_on))
        if self.tries("verify", cases.verify(self.one, outcome, "看过了", self.officer, mend_on), may):
            self.finding, self.verify_by = outcome, mend_on if outcome == "mending" else self.verify_by
            if outcome == "broken" and self.decision == "granted":
                done.add("revoke")
                self.state = "revoked"

    @rule(to=st.sampled_from(["here", "other"]))
    def transfer(self, to: str) -> None:
        to = self.at.department if to == "here" else to
        may = self.state in UNDECIDED and to != self.department
        if self.tries("transfer", cases.transfer(self.one, to, "不归我们管", self.at.clerk), may):
            self.department = to

    @rule()
    def stop(self) -> None:
        if self.tries(
            "stop", cases.stop(self.one, "testing", 10, HEAD, self.officer), self.state == "accepted"
        ):
            self.state, self.stopped = "paused", self.day

    @rule()
    def go_on(self) -> None:
        if self.tries("go on", cases.go_on(self.one, self.officer), self.state == "paused"):
            assert self.stopped
            self.stops.append((self.stopped, self.day))
            self.state, self.stopped = "accepted", None

    @rule(days=st.integers(1, 12))
    def extend(self, days: int) -> None:
        late = self.state == "accepted" and self.day > self.ends(STATUTORY)
        may = self.state == "accepted" and not self.extension and days <= 10 and not late
        if self.tries("extend", cases.extend(self.one, days, HEAD, self.officer), may):
            self.extension = days

    @rule(decision=st.sampled_from(["granted", "refused"]))
    def decide(self, decision: str) -> None:
        lags = self.lags_until is not None and (decision == "granted" or self.day <= self.lags_until)
        broken = decision == "granted" and self.finding == "broken"
        may = self.state == "accepted" and not lags and not broken
        for other in self.officers.values():
            if other != self.officer:
                assert run(_refused(cases.decide(self.one, decision, other, "依据第五条")))
        deed = cases.decide(self.one, decision, self.officer, "依据第五条")
        if self.tries("decide", deed, may):
            self.state, self.decision = "decided", decision

    @rule()
    def finish(self) -> None:
        if self.tries("finish", cases.finish(self.one, self.officer), self.state == "decided"):
            self.state = "finished"

    @rule()
    def it_goes_on(self) -> None:
        """What comes next by itself, so that a life comes far enough."""
        next_ = {
            "received": self.accept,
            "correcting": self.fill,
            "paused": self.go_on,
            "decided": self.finish,
        }
        if self.state == "accepted" and self.lags_until and self.day.day % 3:
            self.fill()
        elif self.state == "accepted" and self.verify_by and not self.finding and self.day.day % 4 == 1:
            self.verify("mending")
        elif self.state == "accepted":
            self.decide("granted") if self.extension or self.verify_by else self.extend(3)
        elif self.state == "received" and self.day.day % 5 < 2:
            self.commit()
            self.decide("granted")  # at once, as a commitment allows
        elif self.state == "received" and self.day.day % 5 in (2, 4):
            self.tolerate(2)
        elif self.state == "received" and not self.noticed and self.day.day % 5 == 3:
            self.correct()
        elif self.state == "decided" and self.verify_by and self.finding in ("", "mending"):
            self.verify("broken" if self.day.day % 4 else "kept")
        elif self.state in next_:
            next_[self.state]()

    @rule()
    def withdraw(self) -> None:
        may = self.state in ("received", "correcting", "accepted", "paused")
        if may and self.day.day % 5 == 0:  # seldom: it ends the life
            self.tries("withdraw", cases.withdraw(self.one, self.at.clerk, "不办了"), may)
            self.state = "withdrawn"

    def ends(self, count: int) -> dt.date:
        """The last day of a term, by hand."""
        assert self.accepted
        last = after(self.accepted, count, self.stops)
        return after(last, self.extension, self.stops)

    @invariant()
    def it_stands_as_the_rules_say(self) -> None:
        if not hasattr(self, "one"):
            return
        run(cases.light_up())
        found = run(office.case(self.one))
        assert found.state == self.state
        if self.state != "accepted":
            assert (found.light, found.state == "paused" and found.promised_due) in (("", False), ("", None))
            return
        promised, statutory = self.ends(PROMISED), self.ends(STATUTORY)
        assert (clock.local(found.promised_due).date(), clock.local(found.statutory_due).date()) == (
            promised,
            statutory,
        )
        late = "double" if self.day > statutory else "red" if self.day > promised else ""
        assert found.light == late or (not late and found.light in ("green", "yellow"))

    @invariant()
    def gaps_and_verifications_are_watched(self) -> None:
        if not hasattr(self, "one"):
            return
        for case in run(cases.lapsing()):
            run(cases.watch_gaps(case))
        run(cases.light_verifications())
        assert run(cases.lapsing()) == []
        assert run(cases.light_verifications()) == 0
        found = run(office.case(self.one))
        if self.state in ("accepted", "paused"):
            assert found.gaps_light == self.gaps_light()
            until = found.gaps_until
            assert not (until and found.promised_due) or until < found.promised_due
            assert not self.lags_until or clock.local(until).date() == self.lags_until
        for row in run(db.rows("SELECT light FROM case_commitment")):
            assert row["light"] == self.verify_light(), (self.day, self.verify_by)

    def gaps_light(self) -> str:
        """By hand."""
        if self.lags_until is None:
            return ""
        if self.day > self.lags_until:
            return "lapsed"
        return "soon" if after(self.day, 1, []) >= self.lags_until else "open"

    def verify_light(self) -> str:
        """By hand; nothing turns any more where nothing is to be verified."""
        assert self.verify_by
        if self.finding in ("kept", "broken"):
            return ""
        if self.state in COMMITTED and self.decision != "refused":
            left = (self.day + n * DAY for n in range(1, (self.verify_by - self.day).days + 1))
            near = sum(map(chinese_calendar.is_workday, left)) <= 1
            self.light = "red" if self.day > self.verify_by else "yellow" if near else "green"
        return self.light

    @invariant()
    def exactly_one_department_has_it(self) -> None:
        if hasattr(self, "one"):
            seeing = [code for code, officer in self.officers.items() if run(sees(self.one, officer))]
            assert seeing == [self.department]

    @invariant()
    def every_step_has_its_event(self) -> None:
        if not hasattr(self, "one"):
            return
        rows = run(db.rows("SELECT from_state, to_state FROM case_event ORDER BY at, id"))
        for before, now in pairwise(rows):
            assert now["from_state"] == before["to_state"]
        assert rows[-1]["to_state"] == self.state


async def test_a_case_lives_by_the_rules_whatever_happens(database: str) -> None:
    loop[:] = [asyncio.get_running_loop()]
    done.clear()
    examples = int(os.environ.get("CASE_EXAMPLES", "30"))
    how = settings(
        max_examples=examples, stateful_step_count=40, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    await asyncio.to_thread(run_state_machine_as_test, Life, settings=how)
    assert done >= {"accept", "correct", "fill", "stop", "go on", "extend", "decide", "finish"}
    assert done >= {"tolerate", "commit", "transfer", "verify", "revoke"}

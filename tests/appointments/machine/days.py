"""The day itself, as clerks see it: who comes, who does not, which marks were slips."""

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import rule

from backend import appointments, clock
from tests.appointments.machine.callers import Callers
from tests.appointments.machine.citizens import another
from tests.appointments.machine.steps import n_th

NEXT_DAY = "SELECT day FROM appointment WHERE state = 'booked' AND day >= $1 ORDER BY day LIMIT 1"
OF_A_DAY = """
SELECT a.id FROM appointment a JOIN slot s ON s.id = a.slot WHERE a.day = $1 AND a.state IN ('booked', 'missed')
ORDER BY a.state, a.number
"""
MARKS = """
SELECT e.id FROM appointment_event e JOIN appointment a ON a.id = e.appointment
WHERE e.kind IN ('arrived', 'missed') ORDER BY e.at DESC, a.number LIMIT 4
"""


class Days(Callers):
    """What the hall marks."""

    @rule(share=st.integers(0, 3))
    def the_day_comes_and_some_come(self, share: int) -> None:
        """In the order of their numbers."""
        if day := self.next_day():
            self.go_to(day, dt.time(9))
            for row in self.rows(OF_A_DAY, day)[:share]:
                self.step("arrive", appointments.arrive(row["id"], by=self.clerk))

    def next_day(self) -> dt.date | None:
        """The next on which somebody is booked."""
        found = self.rows(NEXT_DAY, clock.local(self.now()).date())
        return found[0]["day"] if found else None

    @rule(which=n_th)
    def arrive(self, which: int) -> None:
        """Also late, also who was marked as missed."""
        if found := self.pick(which, OF_A_DAY, clock.local(self.now()).date()):
            self.step("arrive", appointments.arrive(found["id"], by=self.clerk))

    @rule(which=n_th, wait=st.booleans())
    def mark_missed(self, which: int, wait: bool) -> None:
        """By the clerk, of whoever is booked today, once the slot is over or too early."""
        if wait and (day := self.next_day()):
            self.go_to(day, dt.time(11, 1))
        if found := self.pick(which, OF_A_DAY, clock.local(self.now()).date()):
            self.step("mark missed", appointments.mark_missed(found["id"], by=self.clerk))

    @rule(which=n_th)
    def give_up_at_the_last_moment(self, which: int) -> None:
        """At which it may be given up; who is offered the place has not long."""
        if day := self.next_day():
            late = max(self.policy["notice_minutes"], self.policy["cancel_until_minutes"]) + 2
            opens = clock.local(clock.at(day, dt.time(10)) - dt.timedelta(minutes=late))
            self.go_to(opens.date(), opens.time())
            self.cancel(which)
            self.workers_look()

    @rule(which=n_th)
    def unmark(self, which: int) -> None:
        """A slip is taken back."""
        if found := self.pick(which, MARKS):
            self.step("unmark", appointments.unmark(found["id"], by=self.manager, why="标错人了"))

    @rule(who=n_th, misses=st.booleans())
    def books_and_goes_or_does_not(self, who: int, misses: bool) -> None:
        """A month of one person: they book the next time there is, the day comes, and they come or do not, until
        they may book no more; then the family, the waiting list and the telephone are tried.
        """
        for _ in range(self.policy["month_per_person"] + 1):
            if not (free := self.free()) or not self.take(slot := free[0], who, who, "book for a day"):
                break
            self.go_to(slot["day"], dt.time(11, 1))
            mine = self.rows(
                "SELECT id FROM appointment WHERE state = 'booked' AND slot = $1 AND person = $2",
                slot["id"], self.people[who % len(self.people)][1],
            )  # fmt: skip
            for row in mine:
                verb = appointments.mark_missed if misses else appointments.arrive
                self.step("mark", verb(row["id"], by=self.clerk))
        self.tries_everything(who)

    def tries_everything(self, who: int) -> None:
        """Book, join, the family, the telephone."""
        for slot in self.free()[:1]:
            self.take(slot, who, who)
            self.take(slot, another(who), who)
        account, person = self.people[who % len(self.people)]
        tomorrow = clock.local(self.now()).date() + dt.timedelta(days=1)
        self.step("join", appointments.join(self.items[0], self.hall.code, [tomorrow], person, by=account))
        self.calls(who, 0, who)

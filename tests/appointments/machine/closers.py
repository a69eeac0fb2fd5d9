"""Closing: what a manager gives up, and what becomes of those who are booked there."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from backend import appointments, clock
from backend.appointments.affected import Stretch
from tests.appointments.machine.days import Days
from tests.appointments.machine.hall import AHEAD
from tests.appointments.machine.steps import n_th

CLOSINGS = "SELECT id FROM closing ORDER BY created_at DESC LIMIT 3"
STILL_BOOKED = """
SELECT s.day, s.line, a.id, a.booked_by FROM appointment a JOIN slot s ON s.id = a.slot
WHERE a.state = 'booked' AND s.starts_at > $1 AND s.offered > 0 ORDER BY a.number
"""
KEPT = """
SELECT s.day, s.line FROM relocation r JOIN slot s ON s.id = r.new_slot
WHERE r.appointment = $1 AND r.state = 'offered'
"""
ON_OFFER = """
SELECT s.day, s.line FROM place_hold h JOIN slot s ON s.id = h.slot
WHERE h.kind = 'waiting' AND h.ended_at IS NULL ORDER BY h.created_at LIMIT 1
"""
OFFERED_AHEAD = """
SELECT s.day, s.line FROM slot s JOIN line l ON l.id = s.line WHERE s.starts_at > $1 AND s.offered > 0
GROUP BY s.day, s.line, l.letter ORDER BY s.day, l.letter LIMIT 12
"""
THEN = ["accept", "cancel", "move", "undo", "pause", "arrive", "blame", "close again", "too late", "nothing"]


class Closers(Days):
    """What the manager closes."""

    @rule(
        when=n_th,
        counters=st.integers(0, 1),
        whole=st.booleans(),
        part=st.sampled_from([None, dt.time(10, 30)]),
    )
    def close(self, when: int, counters: int, whole: bool, part: dt.time | None) -> None:
        """A line or the hall, for a day or the rest of it, all counters or all but one."""
        if slot := self.pick(when, AHEAD):
            stretch = Stretch(
                self.hall.id, None if whole else slot["line"], slot["day"], part, None, counters
            )
            self.step("close", appointments.close(stretch, "检修", by=self.manager))

    @rule(which=n_th, verb=st.sampled_from(["pause", "go_on", "undo", "undo"]))
    def turn(self, which: int, verb: str) -> None:
        """Stop a closing, let it go on, take it back."""
        if found := self.pick(which, CLOSINGS):
            self.step(verb, getattr(appointments, verb)(found["id"], by=self.manager))

    @rule(when=n_th, then=st.sampled_from(THEN))
    def close_where_people_are_booked(self, when: int, then: str) -> None:
        """And what becomes of them."""
        if not (found := self.pick(when, STILL_BOOKED, self.now())):
            return
        self.close_day(found)
        if then == "pause":
            self.turn(0, then)
        self.workers_look()
        self.and_then(found, then)

    @rule(minutes=st.sampled_from([1, 20, 61]))
    def close_at_the_last_moment(self, minutes: int) -> None:
        """The second slot of a day, when the first can just be booked: who is moved there must have time to say so."""
        if not (found := self.pick(0, STILL_BOOKED, self.now() + dt.timedelta(days=1))):
            return
        opens = clock.at(found["day"], dt.time(10)) - dt.timedelta(
            minutes=self.policy["notice_minutes"] + minutes
        )
        if opens > self.now():
            self.pass_to(opens)
            stretch = Stretch(self.hall.id, found["line"], found["day"], dt.time(10, 30), None, 0)
            self.step("close", appointments.close(stretch, "检修", by=self.manager))
            self.workers_look()

    def close_day(self, of: dict[str, Any]) -> None:
        """All day, a line, every counter."""
        stretch = Stretch(self.hall.id, of["line"], of["day"], None, None, 0)
        self.step("close", appointments.close(stretch, "检修", by=self.manager))

    def and_then(self, found: dict[str, Any], then: str) -> None:
        """What one who was pushed out does, or somebody for them, or nobody."""
        if then in ("accept", "cancel"):
            self.step(then, getattr(appointments, then)(found["id"], by=found["booked_by"]))
        elif then == "move" and (free := [row for row in self.free() if row["line"] == found["line"]]):
            self.step(then, appointments.move(found["id"], free[0]["id"], by=found["booked_by"]))
        elif then == "undo":
            self.turn(0, then)
        elif then == "arrive":
            self.go_to(found["day"], dt.time(9))
            self.step(then, appointments.arrive(found["id"], by=self.clerk))
        elif then == "blame":
            self.go_to(found["day"], dt.time(11, 1))
            self.step("mark missed", appointments.mark_missed(found["id"], by=self.clerk))
        elif then == "too late":
            self.go_to(found["day"] + dt.timedelta(days=4), dt.time(12))
        elif then == "close again":
            for row in self.rows(KEPT, found["id"]):
                self.close_day(row)
            self.workers_look()

    @rule(seldom=st.integers(0, 5))
    def close_everything(self, seldom: int) -> None:
        """All that is ahead, line by line: nobody finds another place. Little is left to do after it."""
        for row in self.rows(OFFERED_AHEAD, self.now()) if seldom == 3 else []:
            self.close_day(row)
        self.workers_look()

    @rule()
    def close_what_is_on_offer(self) -> None:
        """To the waiting list."""
        for row in self.rows(ON_OFFER):
            self.close_day(row)

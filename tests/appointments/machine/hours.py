"""What is offered: days that differ, weekly templates, copies, and changes taken back."""

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import rule

from backend import appointments
from backend.appointments import capacity, capacity_copy, capacity_undo
from tests.appointments.machine.closers import Closers
from tests.appointments.machine.hall import AHEAD
from tests.appointments.machine.steps import n_th

EXCEPTIONS = "SELECT id FROM capacity_exception ORDER BY withdrawn_at IS NOT NULL, created_at DESC LIMIT 4"
TEMPLATES = (
    "SELECT t.* FROM capacity_template t JOIN line l ON l.id = t.line ORDER BY l.letter, t.weekday, t.starts"
)
CHANGES = "SELECT deed FROM capacity_event WHERE deed IS NOT NULL GROUP BY deed ORDER BY max(at) DESC LIMIT 3"
CROWDED = """
SELECT s.id, s.line, s.day, min(a.number) AS number, (array_agg(a.id ORDER BY a.number))[1] AS appointment,
       (array_agg(a.booked_by ORDER BY a.number))[1] AS booked_by
FROM slot s JOIN appointment a ON a.slot = s.id AND a.state = 'booked'
WHERE s.starts_at > $1 AND s.taken > 1 GROUP BY s.id ORDER BY s.starts_at
"""


class Hours(Closers):
    """How a manager changes the hours."""

    @rule(when=n_th, counters=st.integers(0, 3), whole=st.booleans(), more=st.integers(0, 2))
    def except_a_day(self, when: int, counters: int, whole: bool, more: int) -> None:
        """Other counters for a day, or some."""
        if slot := self.pick(when, AHEAD):
            verb = capacity.add_exception(
                self.hall.id, self.manager, day=slot["day"], until=slot["day"] + dt.timedelta(days=more), reason="检修",
                line=None if whole else slot["line"], counters=counters,
            )  # fmt: skip
            self.step("except", verb)

    @rule(which=n_th)
    def withdraw_exception(self, which: int) -> None:
        """The day follows its template again."""
        if found := self.pick(which, EXCEPTIONS):
            self.step("withdraw exception", capacity.withdraw_exception(found["id"], self.manager))

    @rule(which=n_th, counters=st.integers(0, 3), ends=st.sampled_from([dt.time(11), dt.time(10, 30)]))
    def change_template(self, which: int, counters: int, ends: dt.time) -> None:
        """A weekday's hours, from now on."""
        if found := self.pick(which, TEMPLATES):
            values = {name: found[name] for name in ("slot_minutes", "minutes_per_matter", "online_percent")}
            verb = capacity.change_template(found["id"], self.manager, ends=ends, counters=counters, **values)
            self.step("change template", verb)

    @rule(who=n_th, which=n_th)
    def fewer_counters_and_somebody_gives_up(self, who: int, which: int) -> None:
        """Who is booked beyond what is offered now keeps their place; one that is given up is nobody's."""
        slots = self.rows(CROWDED, self.now())
        for slot in slots[which % max(1, len(slots)) :][:1]:
            one_less = "UPDATE capacity_template SET counters = 1 WHERE line = $1 AND weekday = $2"
            self.rows(one_less, slot["line"], slot["day"].isoweekday())
            self.do(appointments.fill(slot["line"]))
            self.step("cancel", appointments.cancel(slot["appointment"], by=slot["booked_by"]))
            self.workers_look()
            self.take(slot, who, who)

    @rule(to=st.booleans())
    def copy(self, to: bool) -> None:
        """One line's week as the other's."""
        wish = capacity_copy.Wish(self.lines[to].id, (self.lines[not to].id,))
        self.step("copy", capacity_copy.copy(wish, self.manager))

    @rule(which=n_th)
    def undo_change(self, which: int) -> None:
        """Of the hours."""
        if found := self.pick(which, CHANGES):
            self.step("undo change", capacity_undo.undo(found["deed"], self.manager))

"""The whole machine; and what the hall answers to who is paused."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from backend import appointments
from tests.appointments.machine.hours import Hours
from tests.appointments.machine.steps import n_th

APPEALS = "SELECT id FROM booking_appeal ORDER BY state <> 'open', created_at"
PAUSES = "SELECT id FROM booking_pause ORDER BY state <> 'running', since"


class Booking(Hours):
    """Everybody, whatever they do."""

    @rule(which=n_th, granted=st.booleans())
    def answer(self, which: int, granted: bool) -> None:
        """An appeal."""
        if found := self.pick(which, APPEALS):
            self.step("answer", appointments.answer_appeal(found["id"], self.manager, granted, "查过了"))

    @rule(which=n_th)
    def lift(self, which: int) -> None:
        """A pause."""
        if found := self.pick(which, PAUSES):
            self.step("lift", appointments.lift_pause(found["id"], self.manager, "情况属实"))

"""The telephone: the hall's staff book, move and cancel for who calls; a pause does not matter here."""

from hypothesis.stateful import rule

from backend import appointments
from tests.appointments.machine.citizens import BOOKED, FREE, Citizens
from tests.appointments.machine.hall import AHEAD, RELATIVES
from tests.appointments.machine.steps import n_th

PHONES = "1000001{:04d}"


class Callers(Citizens):
    """Who rather calls."""

    @rule(who=n_th, when=n_th, what=n_th)
    def calls(self, who: int, when: int, what: int) -> None:
        """Somebody calls and books; a pause does not matter here."""
        if slot := self.pick(when, AHEAD):
            phone = PHONES.format(who % len(self.people) // RELATIVES)
            item, person = self.what(slot["line"], what), self.people[who % len(self.people)][1]
            verb = appointments.book_for_caller(slot["id"], item, phone, person, by=self.clerk)
            if self.step("call", verb):
                self.has_room(slot["id"])

    @rule(which=n_th, when=n_th)
    def calls_to_change(self, which: int, when: int) -> None:
        """Somebody calls to move or to cancel."""
        if not (found := self.pick(which, BOOKED)):
            return
        slot = self.pick(when, f"SELECT id FROM ({FREE}) s WHERE line = $1", found["line"])
        if slot and when % 2:
            verb = appointments.move_for_caller(found["id"], slot["id"], by=self.clerk, why="来电要求")
            self.step("call to move", verb)
        else:
            self.step(
                "call to cancel", appointments.cancel_for_caller(found["id"], by=self.clerk, why="来电要求")
            )

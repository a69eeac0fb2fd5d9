"""What citizens do, at home and on the phone."""

import datetime as dt
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from backend import appointments, clock
from tests.appointments.machine.hall import AHEAD, RELATIVES, Hall
from tests.appointments.machine.steps import n_th

FREE = AHEAD.replace("(s.offered > 0 OR s.taken > 0)", "s.taken < s.offered")
FULL = """
SELECT s.day, s.line FROM slot s JOIN line l ON l.id = s.line, clock_offset c
WHERE s.starts_at > now() + c.milliseconds * interval '1 millisecond' + interval '2 hours'
GROUP BY s.day, s.line, l.letter HAVING sum(taken) >= sum(offered) AND sum(offered) > 0 ORDER BY s.day, l.letter
"""
# What stands and is waited for comes first.
BOOKED = """
SELECT a.id, a.booked_by, s.line, s.id AS slot FROM appointment a JOIN slot s ON s.id = a.slot
ORDER BY a.state <> 'booked', NOT EXISTS (SELECT 1 FROM waiting w WHERE w.line = s.line AND s.day = ANY(w.days)
         AND w.state = 'waiting'), a.number LIMIT 8
"""
OFFERED = "SELECT w.id, w.account FROM waiting w ORDER BY w.state <> 'offered', w.created_at"
DISPLACED = """
SELECT a.id, a.booked_by FROM appointment a JOIN relocation r ON r.appointment = a.id
ORDER BY r.state <> 'offered', r.created_at, a.number LIMIT 3
"""
ROOM = "SELECT taken, offered FROM slot WHERE id = $1"
TO_APPEAL = """
SELECT id, account, 'pause' AS what, since AS at FROM booking_pause WHERE state = 'running'
UNION ALL SELECT id, account, 'no-show', at FROM no_show WHERE withdrawn_at IS NULL ORDER BY what DESC, at
"""


def another(who: int) -> int:
    """Somebody else of the same family, who is not everybody's aunt."""
    return who - who % RELATIVES + (who + 2) % RELATIVES


class Citizens(Hall):
    """Booking, moving, cancelling, waiting, answering, appealing."""

    def what(self, line: UUID, n: int) -> UUID:
        """A matter that the line does."""
        return self.items[2 if line == self.lines[1].id else n % 2]

    def take(self, slot: dict[str, Any], who: int, what: int, name: str = "book") -> bool:
        """Book; what is booked was offered: there is room for it even after it."""
        account, person = self.people[who % len(self.people)]
        verb = appointments.book(slot["id"], self.what(slot["line"], what), person, by=account)
        return self.step(name, verb) and self.has_room(slot["id"])

    def has_room(self, slot: UUID) -> bool:
        """No more are taken than are offered."""
        overfull = [room for room in self.rows(ROOM, slot) if room["taken"] > room["offered"]]
        self.insist({"overfull": overfull} if overfull else {})
        return True

    @rule(who=n_th, when=n_th, what=n_th)
    def book(self, who: int, when: int, what: int) -> None:
        """Somebody, at some time, full or not."""
        if slot := self.pick(when, AHEAD):
            self.take(slot, who, what)

    def free(self) -> list[dict[str, Any]]:
        """The first slots that may be booked by now and have a place."""
        first = self.now() + dt.timedelta(minutes=self.policy["notice_minutes"] + 5)
        return self.rows(f"SELECT f.* FROM ({FREE}) f JOIN slot s ON s.id = f.id WHERE s.starts_at > $1"
                         " ORDER BY s.starts_at, s.offered", first)  # fmt: skip

    def starts(self, slot: dict[str, Any]) -> str:
        """The time at which it starts."""
        return f"{clock.local(self.rows('SELECT starts_at FROM slot WHERE id = $1', slot['id'])[0]['starts_at']):%H:%M}"

    @rule(who=n_th, what=n_th, first=st.integers(0, 4))
    def book_again_and_again(self, who: int, what: int, first: int) -> None:
        """One person takes what there is, until they are refused; then another of the family goes on."""
        slots = self.free()[first:]
        for n, slot in enumerate(slots[: self.policy["active_per_person"] + 3]):
            self.take(slot, who, what + n)
        for n, slot in enumerate(slots[-3:]):
            self.take(slot, another(who), what + n)

    @rule(which=n_th)
    def cancel(self, which: int) -> None:
        """Give a booking up."""
        if found := self.pick(which, BOOKED):
            self.step("cancel", appointments.cancel(found["id"], by=found["booked_by"]))

    @rule(which=n_th, when=n_th, full=st.booleans())
    def move(self, which: int, when: int, full: bool) -> None:
        """To another time of the same line, or to one that is full."""
        first = self.now() + dt.timedelta(minutes=self.policy["notice_minutes"] + 5)
        room = "taken >= offered" if full else "true"
        near = "SELECT id FROM slot WHERE line = $1 AND id <> $2 AND starts_at > $3 AND "
        for one in [found] if (found := self.pick(which, BOOKED)) else []:
            if to := self.pick(
                when, near + room + " ORDER BY starts_at LIMIT 6", one["line"], one["slot"], first
            ):
                kept = self.rows(
                    "SELECT 1 FROM relocation WHERE appointment = $1 AND state = 'offered'", one["id"]
                )
                moved = self.step("move", appointments.move(one["id"], to["id"], by=one["booked_by"]))
                assert not moved or kept or self.has_room(to["id"])

    @rule(who=n_th, what=n_th, when=n_th)
    def join(self, who: int, what: int, when: int) -> None:
        """Wait for a day that is full."""
        account, person = self.people[who % len(self.people)]
        if full := self.pick(when, FULL):
            item = self.what(full["line"], what)
            self.step("join", appointments.join(item, self.hall.code, [full["day"]], person, by=account))

    @rule(which=n_th)
    def claim(self, which: int) -> None:
        """Take what is offered, or what was."""
        if found := self.pick(which % 2, OFFERED):
            self.step("claim", appointments.claim(found["id"], by=found["account"]))

    @rule(which=n_th)
    def leave(self, which: int) -> None:
        """Wait no longer."""
        if found := self.pick(which, OFFERED):
            self.step("leave", appointments.leave(found["id"], by=found["account"]))

    @rule(which=n_th, then=st.sampled_from(["claim", "leave", "later", "too late", "nothing"]))
    def give_up_what_somebody_waits_for(self, which: int, then: str) -> None:
        """And what becomes of the offer."""
        self.join(which, which, which)
        self.cancel(0)
        self.workers_look()
        offered = self.rows("SELECT id, account FROM waiting WHERE state = 'offered' ORDER BY created_at")
        if then in ("claim", "leave"):
            getattr(self, then)(0)
        elif then in ("later", "too late"):
            self.later(self.policy["offer_minutes"] + 1)
        for row in offered if then == "too late" else []:
            self.step("claim", appointments.claim(row["id"], by=row["account"]))

    @rule(which=n_th)
    def accept(self, which: int) -> None:
        """Yes to the place that a closing keeps."""
        if found := self.pick(which, DISPLACED):
            self.step("accept", appointments.accept(found["id"], by=found["booked_by"]))

    @rule(which=n_th)
    def appeal(self, which: int) -> None:
        """Say that one was there."""
        if found := self.pick(which, TO_APPEAL):
            verb = appointments.appeal_pause if found["what"] == "pause" else appointments.appeal_no_show
            self.step("appeal", verb(found["id"], found["account"], "那天来了"))

"""The hall in which the machine's people book: what there is before the first step."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from backend import appointments, clock, db
from backend.appointments.tables import Policy
from backend.refusal import Refusal
from tests import factories as make
from tests.appointments.machine.steps import Steps
from tests.conftest import emptied
from tests.world import Who, staff

FAMILIES = 4
RELATIVES = 3
START = dt.datetime(2026, 11, 9, 10, tzinfo=clock.SHANGHAI)
# One place each half hour at the first line, two at the second.
COUNTERS = (1, 2)
AHEAD = """
SELECT s.id, s.day, s.line FROM slot s JOIN line l ON l.id = s.line, clock_offset c
WHERE s.starts_at > now() + c.milliseconds * interval '1 millisecond' AND (s.offered > 0 OR s.taken > 0)
ORDER BY s.day, s.starts_at, l.letter LIMIT 16
"""
RULES: dict[str, Any] = {
    "active_per_person": 2, "month_per_person": 3, "account_factor": 1, "no_shows": 2, "no_show_days": 90,
    "pause_days": 14, "cancel_until_minutes": 30, "notice_minutes": 120, "offer_minutes": 10, "frozen_minutes": 30,
    "grace_minutes": 15, "window_working_days": 5,
}  # fmt: skip
VARIED = st.fixed_dictionaries(
    {
        "active_per_person": st.integers(1, 3),
        "month_per_person": st.integers(3, 4),
        "account_factor": st.sampled_from([1, 1, 2]),
        "no_shows": st.sampled_from([1, 2, 0]),
        "no_show_days": st.sampled_from([90, 3]),
        "pause_days": st.sampled_from([14, 1, 30]),
        "notice_minutes": st.sampled_from([120, 0, 1440]),
        "cancel_until_minutes": st.sampled_from([30, 0, 240, 1440]),
        "offer_minutes": st.sampled_from([10, 2, 120]),
        "frozen_minutes": st.sampled_from([30, 0, 240]),
        "grace_minutes": st.sampled_from([15, 0, 120]),
        "window_working_days": st.sampled_from([5, 3]),
    }
)
STARTS = st.sampled_from(
    [START, START + dt.timedelta(days=17, hours=3), START + dt.timedelta(days=3, hours=11)]
)


class Hall(Steps):
    """A hall of two lines with three matters, four accounts of three people each (one is everybody's aunt)."""

    @initialize(rules=VARIED, start=STARTS)
    def begin(self, rules: dict[str, Any], start: dt.datetime) -> None:
        """The world before the first step."""
        late = min(rules["cancel_until_minutes"], rules["notice_minutes"])  # else nobody could keep the rules
        self.arrived, self.filled = 0, dt.date.min
        self.policy = {**rules, "cancel_until_minutes": late}
        self.do(self._begin(start))

    async def _begin(self, start: dt.datetime) -> None:
        await emptied()
        await clock.move_to(start)
        hall = await make.hall()
        self.hall, self.lines = hall, [await make.line(hall), await make.line(hall, "F", "婚姻")]
        for line, counters in zip(self.lines, COUNTERS, strict=True):
            for weekday in range(1, 6):
                await make.template(line, weekday, "10:00", "11:00", counters=counters, online_percent=50)
        self.items = [
            (await make.item(at, name)).id
            for at, name in zip([self.lines[0], *self.lines], ["身份证", "护照", "补领结婚证"], strict=True)
        ]
        await Policy.update(cast(Any, self.policy)).where(Policy.group == "default")
        await self.fill()
        self.manager, self.clerk = [
            await staff(Who(role=role, hall=hall.code)) for role in ("manager", "clerk")
        ]
        self.people = [person for n in range(FAMILIES) for person in await self._family(n)]
        await self._crowd()

    async def _family(self, n: int) -> list[tuple[UUID, UUID]]:
        """An account with its people, the first proved in every second; the second of each is the same aunt, by ID."""
        owner = await make.account(f"1000001{n:04d}")
        people = [
            await make.person(owner, make.id_number(n * RELATIVES + 1)),
            await make.person(owner, make.id_number(999), "family", "李小燕"),
            await make.person(owner, make.id_number(n * RELATIVES + 2), "family", "王小明"),
        ]
        for one in people[: 2 - n % 2 * 2]:
            await make.prove(one)
        return [(UUID(str(owner.id)), UUID(str(one.id))) for one in people]

    async def _crowd(self) -> None:
        """The first three days of the first line are full from the start, booked by people who do nothing else."""
        slots = [row for row in await db.rows(AHEAD) if row["line"] == self.lines[0].id]
        for slot in slots[:6]:
            somebody, person = await make.citizen()
            try:
                await appointments.book(slot["id"], self.items[0], person.id, by=somebody.id)
            except Refusal:
                continue  # too soon for this policy

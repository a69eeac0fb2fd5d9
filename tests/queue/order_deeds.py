"""The machine of `order.py` with what a guide does (优先, 转号), with second matters (加办), and with what clerks take
back (撤销).
"""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from backend import queue
from backend.queue import counter_view, view
from backend.queue.seniority import largest_credit
from backend.queue.tables import LIVE
from backend.queue.view import Spot
from backend.refusal import Refusal
from tests.queue import hall
from tests.queue.order import COUNTERS, Order, busy, done, numbers, run
from tests.world import HERE

WHY = "看过证件"


class Hall(Order):
    """A whole hall."""

    @rule(place=st.integers(0, 3), to=st.sampled_from(["", "", "", "C", "E", *COUNTERS]))
    def the_guide_prioritises_or_moves(self, place: int, to: str | int) -> None:
        run(self._move(place, to) if to else self._prioritise(place))

    async def _prioritise(self, place: int) -> None:
        before = await view.read(HERE)
        for one in before.of("waiting")[place : place + 1]:
            key = one.taken_at - largest_credit(before.rules)
            if key >= one.turn_at:
                await self._refused_for_nothing(one)
                return
            await queue.prioritise(one.id, self.at.guide, WHY, "elder")
            self.back.discard(one.id)
            done.append("prioritised")
            after = await hall.ticket(one.id)
            assert after.turn_at == key, "the largest credit, counted from when they came; credits do not add"

    async def _refused_for_nothing(self, one: Spot) -> None:
        try:
            await queue.prioritise(one.id, self.at.guide, WHY, "elder")
        except Refusal:
            assert (await hall.ticket(one.id)).turn_at == one.turn_at
        else:
            raise AssertionError("a second credit")

    async def _move(self, place: int, to: str | int) -> None:
        before = await view.read(HERE)
        for one in before.of("waiting")[place : place + 1]:
            counter = self.at.counters[to] if isinstance(to, int) else None
            line = None if isinstance(to, int) else UUID(str(self.at.lines[to].id))
            await queue.move(one.id, self.at.guide, WHY, to_line=line, to_counter=counter)
            done.append("moved")
            after = await hall.ticket(one.id)
            assert (after.state, after.turn_at, after.only) == ("waiting", one.turn_at, counter), "seniority"

    @rule(n=st.sampled_from(COUNTERS), letter=st.sampled_from("CE"))
    def a_second_matter(self, n: int, letter: str) -> None:
        run(self._add(n, letter))

    async def _add(self, n: int, letter: str) -> None:
        before = await view.read(HERE)
        seat = before.seat(self.at.counters[n])
        held = before.spot(seat.ticket) if seat and seat.ticket else None
        item = UUID(str(self.at.items[letter].id))
        if not seat or not held:
            return
        if any(one.party == held.party and one.item == item for one in before.of(*LIVE)):
            return
        added = await queue.add(seat.counter, self.clerks[n], held.id, queue.Matter(item=item))
        done.append("added")
        after = await view.read(HERE)
        own = after.spot(added.ticket)
        assert own
        self.came[own.id] = self._came(held)
        assert (own.state, own.party, own.turn_at) == ("waiting", held.party, held.turn_at), "seniority"
        assert busy(after, own), "called after the one in hand, not beside it"

    @rule(n=st.sampled_from(COUNTERS), slips=st.integers(1, 2))
    def slips_are_taken_back(self, n: int, slips: int) -> None:
        for _ in range(slips):
            run(self._undo(n))

    async def _undo(self, n: int) -> None:
        counter, by = self.at.counters[n], self.clerks[n]
        slip = (await counter_view.show(counter, by)).slip
        if not slip:
            return
        before = await numbers()
        try:
            await queue.undo(counter, by, slip["id"])
        except Refusal:
            assert await numbers() == before, "said no, and changed nothing"
            done.append("undone not")
            return
        done.append(f"undone {slip['kind']}")
        after, as_it_was = await numbers(), self.undoable[slip["id"]]
        for id, row in after.items():
            if row != before[id]:
                assert row == as_it_was[id], "as before the deed, in everything"
                if row["state"] == "called" and slip["kind"] == "called":
                    self.back.discard(id)  # whoever had let others go first

"""Custody as a machine of states: whatever hands do, every original is at exactly one place, and none is more or less.

Hypothesis chooses the steps; each is the real verb on the real database. Where things must be is counted here by hand.
CASE_EXAMPLES=100 looks longer.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend import cases, clock, db
from backend.cases import Arrived, Asker, Pile, Seen
from backend.refusal import Refusal
from backend.secrecy import fresh_token
from tests import factories as make
from tests import world
from tests.cases import custodians
from tests.cases.custodians import CITY, TOWN, Custody
from tests.cases.office import officer
from tests.conftest import emptied
from tests.world import Who

T = TypeVar("T")
loop: list[asyncio.AbstractEventLoop] = []
done: set[str] = set()
HAND = "by hand"
STEPS = ["send", "unpack", "refuse", "lose", "deliver", "find"]
FITTING = {
    "packed": ["send", "send", "send", "unpack"],
    "sent": ["refuse", "lose", "deliver"],
}  # so that much happens


async def _done(work: Awaitable[T]) -> T:
    return await work


def run(work: Awaitable[T]) -> T:
    """In the loop of the tests."""
    return asyncio.run_coroutine_threadsafe(_done(work), loop[0]).result(60)


async def _refused(deed: Awaitable[Any]) -> bool:
    try:
        await deed
    except Refusal:
        return True
    return False


class Hands(RuleBasedStateMachine):
    """One case with three originals, two halls and a department, packages between them, to a colleague and to the
    applicant.
    """

    it: Custody

    @initialize()
    def begin(self) -> None:
        run(self._begin())
        self.places: Counter[tuple[str, UUID]] = Counter({(CITY, self.it.book): 2, (CITY, self.it.card): 1})
        self.parcels: dict[UUID, tuple[str, str, Counter[UUID], str]] = {}  # from, to, what, state
        self.damaged = 0
        self.gone: set[UUID] = set()
        self.given: set[UUID] = set()  # handed on once, so that it is not taken away

    async def _begin(self) -> None:
        await emptied()
        await clock.move_to(make.MONDAY)
        self.it = await custodians.custody()
        self.there = await officer(f"{self.it.at.department}-2")
        await db.rows("UPDATE staff_role SET scope = $1 WHERE staff = $2", self.it.at.department, self.there)
        self.mate = await world.staff(Who(role="manager"))

    def who(self, place: str) -> UUID:
        who = {TOWN: self.it.far, self.it.department: self.there}
        return who.get(place, self.it.at.clerk)

    @property
    def sites(self) -> list[str]:
        return [CITY, TOWN, self.it.department]

    def tries(self, what: str, deed: Awaitable[Any], allowed: bool) -> bool:
        """The verb says yes exactly where the rules do."""
        assert run(_refused(deed)) is not allowed, (what, self.places, self.parcels)
        if allowed:
            done.add(what)
        return allowed

    def pile(self, at: str, book: int, card: int) -> tuple[Pile, Counter[UUID], bool]:
        counts = Counter({paper: n for paper, n in ((self.it.book, book), (self.it.card, card)) if n})
        there = bool(counts) and all(self.places[at, paper] >= n for paper, n in counts.items())
        return Pile(at, dict(counts), fresh_token()[:40]), counts, there

    def drawn(self, data: st.DataObject, at: str) -> tuple[Pile, Counter[UUID], bool]:
        """Mostly what lies there, sometimes one more."""
        most = [
            self.places[at, paper] + data.draw(st.sampled_from([0, 0, 0, 1]))
            for paper in (self.it.book, self.it.card)
        ]
        return self.pile(at, *(data.draw(st.integers(min(1, n), n)) for n in most))

    def one_of(self, data: st.DataObject) -> UUID:
        """A package, mostly one that is under way."""
        under_way = [id for id, (*_, state) in self.parcels.items() if state in ("packed", "sent", "refused")]
        return data.draw(st.sampled_from([*under_way * 3, *self.parcels]))

    @staticmethod
    def comes(to: str, state: str) -> bool:
        """Somebody may count it."""
        return state == "refused" or (state == "sent" and to != "applicant")

    def go(self, counts: Counter[UUID], origin: str, to: str) -> None:
        self.given |= {paper for paper, n in counts.items() if n}
        for paper, n in counts.items():
            self.places[origin, paper] -= n
            self.places[to, paper] += n

    @rule(
        data=st.data(),
        to=st.sampled_from([0, 1, 1, 2, 3, 3, 4, 4]),
        sent=st.sampled_from([True, True, False]),
    )
    def pack(self, data: st.DataObject, to: int, sent: bool) -> None:
        if to == len(self.sites) + 1:
            self.by_hand(data)
        else:
            self.packs(data, [*self.sites, "applicant"][to], sent)

    def lying(self, data: st.DataObject) -> str:
        """A place, mostly one where originals lie."""
        full = [at for at in self.sites if any(self.places[at, one] for one in (self.it.book, self.it.card))]
        return data.draw(st.sampled_from([*full * 4, *self.sites]))

    def packs(self, data: st.DataObject, to: str, sent: bool) -> None:
        at = self.lying(data)
        pile, counts, there = self.drawn(data, at)
        deed = cases.pack(self.it.one, pile, to, pile.token, self.who(at))
        if self.tries("pack", deed, there and at != to):
            [row] = run(db.rows("SELECT id FROM custody_parcel WHERE token = $1", pile.token))
            self.parcels[row["id"]] = (at, to, counts, "packed")
            self.go(counts, at, "parcel")
            if sent and self.tries("send", cases.send_parcel(row["id"], "EA1", self.who(at)), True):
                self.parcels[row["id"]] = (at, to, counts, "sent")

    @rule(data=st.data(), how=st.sampled_from(["back", "kept", "lost"]), n=st.sampled_from([0, 1, 2]))
    def end(self, data: st.DataObject, how: str, n: int) -> None:
        at = self.sites[n]
        if self.places[CITY, self.it.book] + self.places[TOWN, self.it.book] > 1:
            return  # so that enough is left for other steps
        pile, counts, there = self.drawn(data, at)
        by = self.who(at)
        deed = (
            cases.hand_back(self.it.one, pile, "李四", by, b"")
            if how == "back"
            else cases.put_away(self.it.one, pile, how, "登记", by)
        )
        if self.tries(how, deed, there):
            self.go(counts, at, {"back": "returned"}.get(how, how))

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        if not self.parcels:
            return
        id = self.one_of(data)
        at, to, counts, state = self.parcels[id]
        gone = f"missing {id}", f"lost {id}"
        turned_up = [place for place in gone if any(self.places[place, paper] for paper in counts)]
        fitting = ["find"] if turned_up else FITTING.get(state, ["lose"])
        step = data.draw(st.sampled_from([*fitting * 3, *STEPS]))
        by, other = self.who(at), self.who(to)
        refuser = by if to == "applicant" else other
        deed, allowed, after, where = {
            "send": (lambda: cases.send_parcel(id, "EA1", by), state == "packed", "sent", "parcel"),
            "unpack": (lambda: cases.unpack(id, by), state == "packed", "over", at),
            "refuse": (lambda: cases.refuse_parcel(id, "不收", refuser), state == "sent", "refused", "parcel"),
            "deliver": (
                lambda: cases.deliver_parcel(id, "李四", by), state == "sent" and to == "applicant", "over", "returned",
            ),
            "lose": (
                lambda: cases.lose_originals(id, "丢了", by),
                state in ("sent", "refused") or gone[0] in turned_up, "over", gone[1],
            ),
            "find": (lambda: cases.find_originals(id, "找到了", by), bool(turned_up), state, at),
        }[step]  # fmt: skip
        if self.tries(step, deed(), allowed):
            self.parcels[id] = (at, to, counts, after)
            lost_before = step == "lose" and state not in ("sent", "refused")
            if step == "find" or lost_before:
                for place in turned_up if step == "find" else [gone[0]]:
                    self.go(Counter({paper: self.places[place, paper] for paper in counts}), place, where)
            else:
                self.go(counts, "parcel", where)

    def by_hand(self, data: st.DataObject) -> None:
        """To a colleague of the city's hall, from who works where they lie."""
        at = self.lying(data)
        pile, counts, there = self.drawn(data, at)
        if self.tries("by hand", cases.hand_over(self.it.one, pile, self.mate, self.who(at)), there):
            [row] = run(db.rows("SELECT id FROM custody_parcel WHERE token = $1", pile.token))
            self.parcels[row["id"]] = (at, HAND, counts, "sent")
            self.go(counts, at, "parcel")

    @rule(data=st.data(), why=st.sampled_from(["", "收错了，还给本人"]), rare=st.integers(0, 3))
    def take_away(self, data: st.DataObject, why: str, rare: int) -> None:
        """A paper that was received by mistake."""
        paper = data.draw(st.sampled_from([self.it.book, self.it.card]))
        if rare and paper not in self.given:
            return  # so that it is there for other steps
        deed = cases.remove_paper(self.it.one, paper, Asker(staff=self.it.at.clerk), why)
        allowed = bool(why) and paper not in self.given and paper not in self.gone
        if self.tries("take away", deed, allowed):
            self.gone.add(paper)
            self.places[CITY, paper] = 0

    @rule(
        data=st.data(),
        short=st.sampled_from([False, False, True]),
        damaged=st.sampled_from([False, False, True]),
    )
    def receive(self, data: st.DataObject, short: bool, damaged: bool) -> None:
        if not self.parcels:
            return
        coming = [id for id, (_, to, _, state) in self.parcels.items() if self.comes(to, state)]
        id = data.draw(st.sampled_from([*coming * 3, *self.parcels]))
        at, to, counts, state = self.parcels[id]
        came = {paper: n - (1 if short else 0) for paper, n in counts.items()}
        bad = {paper: min(n, 1) if damaged else 0 for paper, n in came.items()}
        note = "少了、坏了" if short or damaged else ""
        seen = Seen(True, {paper: Arrived(n, bad[paper]) for paper, n in came.items()}, note)
        hand = to == HAND and state != "refused"
        end = at if state == "refused" else CITY if hand else to
        by = self.mate if hand else self.who(end)
        if self.tries("receive", cases.receive_parcel(id, seen, by), self.comes(to, state)):
            if any(bad.values()):
                done.add("damage")
            self.damaged += sum(bad.values())
            self.parcels[id] = (at, to, counts, "over")
            self.go(Counter(came), "parcel", end)
            self.go(counts - Counter(came), "parcel", f"missing {id}")

    @invariant()
    def every_original_is_at_one_place(self) -> None:
        if not hasattr(self, "it"):
            return
        expected: Counter[str] = Counter()
        for (place, _), n in self.places.items():
            expected[place.partition(" ")[0]] += n
        assert run(self.it.places()) == +expected
        assert expected.total() == 3 - 2 * (self.it.book in self.gone) - (self.it.card in self.gone)
        marked = run(db.rows("SELECT count(*) AS n FROM custody_original WHERE damaged"))[0]["n"]
        assert bool(marked) == bool(self.damaged)
        assert marked <= self.damaged
        assert not [n for n in self.places.values() if n < 0]
        in_parcels = run(db.rows("SELECT count(*) AS n FROM custody_original WHERE place = 'parcel'"))[0]["n"]
        open_ones = [
            counts for *_, counts, state in self.parcels.values() if state in ("packed", "sent", "refused")
        ]
        assert in_parcels == sum(counts.total() for counts in open_ones)


NEEDED = {"pack", "send", "receive", "refuse", "lose", "find", "by hand", "damage", "take away"}


async def test_every_original_is_at_exactly_one_place_at_any_time() -> None:
    loop[:] = [asyncio.get_running_loop()]
    long = settings(
        max_examples=int(os.environ.get("CASE_EXAMPLES", "24")), stateful_step_count=25, deadline=None,
        database=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for number in range(
        6
    ):  # until each deed was done: which ones a number draws depends on what else is loaded
        await asyncio.to_thread(
            run_state_machine_as_test, seed(number)(type("Hands", (Hands,), {})), settings=long
        )
        if done >= NEEDED:
            break
    assert not NEEDED - done

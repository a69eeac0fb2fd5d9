"""屏对屏: who answers first has it, whatever happens at that instant: processes race, round by round.

Seeded; a sample in every run, 300 rounds of each with `--long`.
"""

from collections import Counter

import pytest

from tests.handoff.sides import Sides, sides
from tests.kept import qidong
from tests.races import callers
from tests.races.callers import MANY, Contest, Result
from tests.races.conftest import AtOnce
from tests.told import tell

SAMPLE, ALL, SEED = 25, 300, 20261127
FASTER = "已经有人接了，或者不响了"


@pytest.fixture
def rounds(pytestconfig: pytest.Config) -> int:
    """Of each race."""
    return ALL if pytestconfig.getoption("long") else SAMPLE


@pytest.fixture
async def at(fresh: None) -> Sides:
    """A desk with a case, in a city with its rules."""
    await qidong()
    return await sides()


async def race(at_once: AtOnce, name: str, about: Contest, rounds: int) -> tuple[list[Counter[str]], Result]:
    """What was said in each round by all together, and what the first process saw after each; nothing is broken."""
    found = await at_once(callers.contest, *((name, about, n, rounds, SEED) for n in range(MANY)))
    assert found[0].broken == []
    return [sum(each, Counter[str]()) for each in zip(*(one.said for one in found), strict=True)], found[0]


def told(name: str, held: list[bool], said: list[Counter[str]], seen: Result) -> None:
    """How many rounds went as they should; what the others were like."""
    tell(f"rounds: {name}: {sum(held)} of {len(held)}")
    odd = [each for well, *each in zip(held, said, seen.states, strict=True) if not well]
    assert odd == []


def both_orders(first: int, rounds: int) -> None:
    """It was a race: of many rounds some went one way and some the other. Of few, on a busy machine, all may go one."""
    assert rounds < 100 or 0 < first < rounds


async def test_of_forty_officers_who_accept_one_call_one_has_it(
    at: Sides, at_once: AtOnce, rounds: int
) -> None:
    about = Contest(at.desk, [at.case], [await at.officer() for _ in range(40)], round=2)
    said, seen = await race(at_once, "accept", about, rounds)
    held = [
        one == {"done": 1, FASTER: 39} and state == ["connecting"]
        for one, state in zip(said, seen.states, strict=True)
    ]
    told("40 officers accept one call, one has it", held, said, seen)


async def test_an_answer_and_the_end_of_its_ring_are_one_or_the_other(
    at: Sides, at_once: AtOnce, rounds: int
) -> None:
    about = Contest(at.desk, [at.case], [await at.officer() for _ in range(3)], round=1, ends=True)
    said, seen = await race(at_once, "time", about, rounds)
    accepted = [one[FASTER] == 1 for one in said]
    held = [
        one["done"] == 8 + won
        and one[FASTER] == 2 - won
        and state == (["connecting"] if won else ["ringing"])
        for one, state, won in zip(said, seen.states, accepted, strict=True)
    ]
    before = seen.rounds.count(2)
    told(f"accept against timeout, {before} answered before it", held, said, seen)
    both_orders(sum(accepted), rounds)


async def test_what_the_desk_takes_back_nobody_has(at: Sides, at_once: AtOnce, rounds: int) -> None:
    about = Contest(at.desk, [at.case], [await at.officer() for _ in range(3)], round=1)
    said, seen = await race(at_once, "cancel", about, rounds)
    held = [
        one["done"] in (1, 2) and one.total() == 4 and state == ["cancelled"]
        for one, state in zip(said, seen.states, strict=True)
    ]
    before = sum(one["done"] == 2 for one in said)
    told(f"cancel against accept, {before} answered before", held, said, seen)
    both_orders(before, rounds)


async def test_two_routers_ring_one_officer_once(at: Sides, at_once: AtOnce, rounds: int) -> None:
    other = await sides(8)
    about = Contest(at.desk, [at.case, other.case], [await at.officer()], rings=False)
    said, seen = await race(at_once, "route", about, rounds)
    held = [
        sorted(state) == ["queued", "ringing"] and rings == 1
        for state, rings in zip(seen.states, seen.ringing, strict=True)
    ]
    told("two routers, one officer", held, said, seen)


async def test_two_routers_route_one_handoff_once(at: Sides, at_once: AtOnce, rounds: int) -> None:
    about = Contest(at.desk, [at.case], [await at.officer() for _ in range(3)], rings=False)
    said, seen = await race(at_once, "route", about, rounds)
    held = [
        state == ["ringing"] and rings == 1 for state, rings in zip(seen.states, seen.ringing, strict=True)
    ]
    told("four routers, one handoff", held, said, seen)

"""Officers, desks and routers who do something to one handoff at one instant, in processes of their own."""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import msgspec

from tests.races.crowd import meet, pooled
from tests.races.movers import noted

MANY = 4  # processes
OPEN = 'SELECT id FROM handoff WHERE ended_at IS NULL AND "case" = ANY($1) ORDER BY asked_at'
THERE = (
    "UPDATE handoff_duty SET seen_at = $2, state = 'on', silent = 0 WHERE staff = ANY($1) AND state <> 'busy'"
)
GONE = "UPDATE handoff_duty SET seen_at = NULL WHERE staff = ANY($1)"
# Nobody was there when they asked; now these many are rung at once.
ROUND = "UPDATE handoff SET round = $2, due_at = $3 WHERE id = ANY($1)"
ENDS = "UPDATE handoff SET due_at = $2 WHERE id = $1"
UNTIL = "UPDATE handoff_offer SET until = $2 WHERE handoff = $1 AND state = 'ringing'"
JUST = dt.timedelta(milliseconds=60)


class Contest(msgspec.Struct):
    """Who meets over what: `cases` of one desk, and the officers who are there."""

    desk: UUID
    cases: list[UUID]
    officers: list[UUID]
    round: int = 0  # how wide a circle rings: 0 one, 1 three, 2 all
    rings: bool = True
    ends: bool = False


class Result(msgspec.Struct):
    """Round by round what each said; what did not hold afterwards; in which states the handoffs were;
    on how many screens it rang; in which round."""

    said: list[Counter[str]] = []
    broken: list[str] = []
    states: list[list[str]] = []
    ringing: list[int] = []
    rounds: list[int] = []


Act = Callable[[Contest, int, list[UUID], random.Random], list[Awaitable[object]]]


def contest(name: str, about: Contest, n: int, rounds: int, seed: int) -> Result:
    """Process n of four: so many rounds of it, and between them the first sets up and looks."""
    return asyncio.run(pooled(lambda: _contest(ACTS[name], about, n, rounds, seed)))


async def _contest(act: Act, about: Contest, n: int, rounds: int, seed: int) -> Result:
    from backend import db

    found = Result()
    for k in range(rounds):
        dice = random.Random(f"{seed} {n} {k}")
        if n == 0:
            await _set_up(about)
        meet(MANY)
        ones = [row["id"] for row in await db.rows(OPEN, about.cases)]
        said: Counter[str] = Counter()
        meet(MANY)
        await asyncio.gather(*(noted(deed, said) for deed in act(about, n, ones, dice)))
        found.said.append(said)
        meet(MANY)
        if n == 0:
            await _look(about, ones, found)
    return found


async def _set_up(about: Contest) -> None:
    from backend import clock, db
    from backend.handoff import ask, step

    await db.rows(GONE, about.officers)
    ones = [await ask.ask(case, about.desk) for case in about.cases]
    await db.rows(THERE, about.officers, await clock.now())
    await db.rows(ROUND, ones, about.round, await clock.now())
    for one in ones if about.rings else []:
        await step(one)
    if about.ends:
        until = await clock.now() + JUST
        await db.rows(UNTIL, ones[0], until)
        await db.rows(ENDS, ones[0], until)


async def _look(about: Contest, ones: list[UUID], found: Result) -> None:
    from backend import db
    from backend.handoff import ask
    from tests.handoff.invariants import broken

    found.broken += await broken()
    rows = await db.rows("SELECT state, round FROM handoff WHERE id = ANY($1) ORDER BY asked_at", ones)
    found.rounds.append(rows[0]["round"])
    found.states.append([row["state"] for row in rows])
    rings = await db.rows("SELECT id FROM handoff_offer WHERE state = 'ringing'")
    found.ringing.append(len(rings))
    for row in await db.rows(OPEN, about.cases):
        await ask.cancel(row["id"], about.desk)
    found.broken += await broken()


async def _after(seconds: float, deed: Callable[[], Awaitable[object]]) -> None:
    await asyncio.sleep(seconds)
    await deed()


def _accepts(about: Contest, n: int, ones: list[UUID], dice: random.Random) -> list[Awaitable[object]]:
    from backend.handoff import answer

    mine = about.officers[n::MANY]
    return [_after(dice.uniform(0, 0.004), partial(answer.accept, ones[0], officer)) for officer in mine]


def _or_time(about: Contest, n: int, ones: list[UUID], dice: random.Random) -> list[Awaitable[object]]:
    """Two accept when the ring ends, on which two workers look."""
    from backend.handoff import answer, step

    when = JUST.total_seconds() + dice.uniform(-0.045, 0.015)
    if n < 2:
        return [_after(when, lambda: answer.accept(ones[0], about.officers[n]))]
    return [_after(when + more, lambda: step(ones[0])) for more in (0, 0.005, 0.01, 0.05)]


def _or_cancel(about: Contest, n: int, ones: list[UUID], dice: random.Random) -> list[Awaitable[object]]:
    from backend.handoff import answer, ask

    if n == 3:
        return [_after(dice.uniform(0, 0.03), lambda: ask.cancel(ones[0], about.desk))]
    return [_after(dice.uniform(0.005, 0.04), lambda: answer.accept(ones[0], about.officers[n]))]


def _two(about: Contest, n: int, ones: list[UUID], dice: random.Random) -> list[Awaitable[object]]:
    """Of two handoffs each is routed by two processes."""
    from backend.handoff import step

    return [_after(dice.uniform(0, 0.003), lambda: step(ones[n % len(ones)]))]


ACTS: dict[str, Act] = {"accept": _accepts, "time": _or_time, "cancel": _or_cancel, "route": _two}

"""Whatever dies in whatever state of a handoff and of its offers: it comes to a right end, no screen rings for ever,
nobody is connected twice, and what was done stays on record. Told as a table at the end of the run, a row for each
fault.
"""

import asyncio
import datetime as dt
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
import redis.asyncio as aioredis

from backend import clock, db, hints, reference
from backend.handoff import answer, ask, conclude, session
from backend.handoff.rules import handoff_rules
from backend.handoff.tables import ENDS
from backend.identity.sessions import open_session
from backend.local.server import Server
from backend.refusal import Refusal
from backend.settings import settings
from backend.supervise import Child
from tests import factories as make
from tests.handoff.meeting import taken_in
from tests.handoff.quick import city as quick_city
from tests.handoff.recorded import MATTER
from tests.handoff.sides import Sides, rung, state
from tests.kept import Kept, keep
from tests.races import evidence
from tests.races.ends import End, Room
from tests.races.ground import at_work, down, kept, own_postgres, own_redis, up
from tests.races.processes import until
from tests.races.web import Web
from tests.told import table
from tests.visits.town import staff

QUICK = """
ring = 5
connect = 5
beat = 1
lease = 3
resume = 20
wait = 18
supervise = 2
retry = 1
wrap = 2
"""
# An offer that rings, and one that was accepted, are those of ringing and connecting.
OFFERS = ("rejected", "timeout", "rescinded", "undeliverable")
BRIEF = ("connecting", "ringing")  # brought last, for they pass by themselves
STATES = ("live", "deciding", "interrupted", *OFFERS, "queued", *BRIEF)
HELD = ("live", "deciding", "interrupted")  # both ends were there
COLUMNS = ("queued", "ringing", "connecting", "live", "interrupted", "deciding", *OFFERS)
TITLE = "what a handoff came to, by its state or (the last four) its offer's when a fault struck; —: nobody to die"
ITEMS = """
SELECT DISTINCT ON (department) name FROM item
WHERE shanghai AND department <> (SELECT department FROM item WHERE name = $1)
ORDER BY department, name LIMIT 9
"""
WRONG = """
SELECT h.id, h.state FROM handoff h WHERE h.ended_at IS NOT NULL AND (
  h.due_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM handoff_offer o WHERE o.handoff = h.id AND o.state = 'ringing')
  OR (SELECT count(*) FROM handoff_offer o WHERE o.handoff = h.id AND o.state = 'accepted') > 1
  OR (SELECT count(*) FROM handoff_event e WHERE e.handoff = h.id AND e.to_state = h.state
      AND e.from_state <> h.state) <> 1)
UNION ALL SELECT u.staff, 'busy' FROM handoff_duty u WHERE u.state = 'busy' AND NOT EXISTS (
  SELECT 1 FROM handoff h WHERE h.officer = u.staff AND h.ended_at IS NULL)
"""
OF_CASE = "SELECT d.code, c.item FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1"
ON = """
INSERT INTO handoff_duty (id, staff, state, since, idle_since, silent)
VALUES (gen_random_uuid(), $1, 'on', $2, $2, 0)
"""
BACK = """
UPDATE handoff_duty SET state = 'on', silent = 0 WHERE state = 'away'
  AND staff IN (SELECT officer FROM handoff_offer WHERE handoff = $1)
"""
UNSENT = "UPDATE sms SET state = 'failed', ended_at = $1 WHERE kind = 'handoff-ring' RETURNING id"
Ends = dict[str, dict[str, str]]


class Ground(NamedTuple):
    """What can die."""

    postgres: Server
    redis: str
    web: Web
    worker: Child
    loaded: Kept


class Cell(NamedTuple):
    """One handoff, brought to a state, with the pages that are open."""

    handoff: UUID
    at: Sides
    officer: UUID
    rooms: list[Room]
    desk_pages: list[End]
    officer_pages: list[End]


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Qidong's files with timers of seconds."""
    return quick_city(tmp_path_factory.mktemp("city") / "quick", QUICK)


@pytest.fixture(scope="module")
async def ground(
    database: str, quick: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ground]:
    """A web and a worker on a PostgreSQL and a Redis of their own, with Qidong's matters."""
    folder = tmp_path_factory.mktemp("ground")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITY", str(quick))
        async with own_postgres(folder) as server, own_redis(folder) as (_, redis_url):
            await turned_to(quick)
            await reference.load(settings().reference)
            loaded = await keep("loaded")
            async with at_work(folder, webs=1, workers=0) as [web], kept("worker") as worker:
                yield Ground(server, redis_url, web, worker, loaded)
    await turned_to(None)


@pytest.fixture(scope="module")
def ends() -> Iterator[Ends]:
    """What each state came to, by fault."""
    found: Ends = {}
    yield found
    rows = {
        fault: [row[one] for one in COLUMNS] if row else ["asked with --long"] for fault, row in found.items()
    }
    table(TITLE, COLUMNS, rows)


async def turned_to(city: Path | None) -> None:
    """From here on this process works by that city's files and Redis, or by those it had."""
    settings.cache_clear()
    handoff_rules.cache_clear()
    assert not city or settings().reference == city
    await hints.close()


async def bring(ground: Ground, n: int, wanted: str, item: str) -> Cell:
    """A handoff in this state, or with an offer in it."""
    desk = await staff("desk", "hall", "shanghai")
    case = await taken_in(desk, item, n)
    [row] = await db.rows(OF_CASE, case)
    at = Sides(desk, case, row["item"], row["code"])
    officer = await staff("officer", "department", at.department)
    cell = Cell(UUID(int=0), at, officer, [], [], [])
    if wanted == "undeliverable":
        await carries_a_phone(officer)
    elif wanted != "queued":
        await sits_there(ground, cell, officer)
    if wanted == "rescinded":
        await sits_there(ground, cell, await staff("officer", "department", at.department, "施审批"))
    cell = cell._replace(handoff=await ask.ask(at.case, at.desk))
    await looks(ground, cell)
    if wanted in ("queued", "ringing"):
        await until(lambda: _is(cell, wanted))
    elif wanted in OFFERS:
        await _offered(cell, wanted)
    else:
        await answer.accept(cell.handoff, officer)
        if wanted != "connecting":
            await _met(ground, cell, wanted, item)
    return cell


async def looks(ground: Ground, cell: Cell) -> None:
    """The desk's page of it: a stream that tells when to ask, and the wire, which is held before anybody answers."""
    token = await open_session(await clock.now(), "测试", staff=cell.at.desk)
    cell.rooms.append(room := Room(ground.web, token, cell.handoff, cell.at.case))
    cell.desk_pages.append(End(ground.web, token, f"/console/handoffs/{cell.handoff}/wire"))
    await until(lambda: _reads(room, "queued", "ringing"))


async def _reads(room: Room, *states: str) -> bool:
    return room.reads in states


async def sits_there(ground: Ground, cell: Cell, officer: UUID) -> None:
    """On duty, with the page open that rings."""
    now = await clock.now()
    token = await open_session(now, "测试", staff=officer)
    cell.officer_pages.append(End(ground.web, token, "/console/handoffs/presence"))
    await db.rows(ON, officer, now)
    await until(lambda: _there(officer))


async def carries_a_phone(officer: UUID) -> None:
    """On duty, away from their page a while ago, with a phone that nothing reaches."""
    await db.rows(ON, officer, await clock.now())
    since = await clock.now() - dt.timedelta(minutes=5)
    await db.rows("UPDATE handoff_duty SET seen_at = $2 WHERE staff = $1", officer, since)
    owner = await make.account()
    await db.rows("UPDATE staff SET account = $2 WHERE id = $1", officer, owner.id)


async def _offered(cell: Cell, wanted: str) -> None:
    """Somebody said no, let it ring, was slower than another, could not be reached."""
    if wanted == "rejected":
        await answer.decline(cell.handoff, cell.officer)
    if wanted == "rescinded":
        await until(lambda: _ring_together(cell))
        await answer.accept(cell.handoff, cell.officer)
    if wanted == "undeliverable":
        await until(_unsent)
    await until(lambda: _rings_for(cell, 1, wanted))


async def _ring_together(cell: Cell) -> bool:
    """Both of them at once, also where a busy machine answered for a page too late and its officer counted as away."""
    await db.rows(BACK, cell.handoff)
    return await _rings_for(cell, 2)


async def _unsent() -> bool:
    """The text message that rang is given up by who sends it."""
    return bool(await db.rows(UNSENT, await clock.now()))


async def _rings_for(cell: Cell, many: int, offer: str = "ringing") -> bool:
    rows = await db.rows("SELECT 1 FROM handoff_offer WHERE handoff = $1 AND state = $2", cell.handoff, offer)
    return len(rows) >= many


async def _met(ground: Ground, cell: Cell, wanted: str, item: str) -> None:
    """They see each other, and what they do stays on record."""
    at, officer = cell.at, cell.officer
    token = await open_session(await clock.now(), "测试", staff=officer)
    cell.officer_pages.append(End(ground.web, token, f"/console/handoffs/{cell.handoff}/wire"))
    await until(lambda: _see(cell))
    await evidence.lay(cell.handoff, at, officer)
    if item == MATTER:
        await evidence.film(cell.handoff, at, officer)
    if wanted == "deciding":
        await session.think(cell.handoff, officer)
    if wanted == "interrupted":
        await cell.officer_pages.pop().kill()
        await until(lambda: _is(cell, "interrupted"))


async def _there(officer: UUID) -> bool:
    return bool(await db.rows("SELECT 1 FROM handoff_duty WHERE staff = $1 AND seen_at IS NOT NULL", officer))


async def _see(cell: Cell) -> bool:
    for page in (cell.desk_pages[0], cell.officer_pages[-1]):
        await page.say(kind="seen", way="video")
    return await _is(cell, "live")


async def _is(cell: Cell, *states: str) -> bool:
    return (await state(cell.handoff))["state"] in states


async def kill_worker(ground: Ground, cells: list[Cell]) -> None:
    process = ground.worker.process
    assert process
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def kill_web(ground: Ground, cells: list[Cell]) -> None:
    ground.web.kill()
    await ground.web.start()


async def kill_postgres(ground: Ground, cells: list[Cell]) -> None:
    await down(ground.postgres, signal.SIGKILL)
    await up(ground.postgres)


async def restart_postgres(ground: Ground, cells: list[Cell]) -> None:
    await down(ground.postgres, signal.SIGINT)
    await up(ground.postgres)


async def empty_redis(ground: Ground, cells: list[Cell]) -> None:
    async with aioredis.Redis.from_url(ground.redis) as client:
        await client.flushall()


async def kill_officers(ground: Ground, cells: list[Cell]) -> None:
    await asyncio.gather(*(page.kill() for cell in cells for page in cell.officer_pages))


async def kill_desks(ground: Ground, cells: list[Cell]) -> None:
    await asyncio.gather(*(page.kill() for cell in cells for page in [*cell.rooms, *cell.desk_pages]))


FAULTS: dict[str, Callable[[Ground, list[Cell]], Awaitable[None]]] = {
    "worker killed": kill_worker, "web killed": kill_web, "Redis emptied": empty_redis,
    "PostgreSQL killed": kill_postgres, "PostgreSQL restarted": restart_postgres,
    "officer's browser killed": kill_officers, "desk's browser killed": kill_desks,
}  # fmt: skip
ALWAYS = random.Random(20261127).sample(sorted(FAULTS), 2)  # the others with --long
GONE = ("officer's browser killed", "desk's browser killed")
ALONE = ("deciding", "desk's browser killed")  # who looks through the papers needs nobody to look back


async def outcome(cell: Cell, wanted: str, fault: str) -> str:
    """What became of it in the end; whoever still is in a session ends it as a desk does, or an officer."""
    async with asyncio.timeout(60):
        while wanted in HELD and fault not in GONE and not await _is(cell, *ENDS):
            with suppress(Refusal, *db.AWAY):
                await session.break_off(cell.handoff, "测试", cell.at.desk)
            await asyncio.sleep(0.1)  # as a clerk presses again
        while (wanted, fault) == ALONE and not await _is(cell, *ENDS):
            with suppress(Refusal):
                await conclude.conclude(cell.handoff, "advice", (await state(cell.handoff))["officer"])
            await asyncio.sleep(0.1)
    await until(lambda: _is(cell, *ENDS))
    return str((await state(cell.handoff))["state"])


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_state_survives_every_fault(
    ground: Ground, ends: Ends, fault: str, pytestconfig: pytest.Config
) -> None:
    if fault not in ALWAYS and not pytestconfig.getoption("--long"):
        ends[fault] = {}
        pytest.skip("asked with --long")
    await ground.loaded.put_back()
    items = [MATTER, *(row["name"] for row in await db.rows(ITEMS, MATTER))]
    first, cells = 40 + 20 * list(FAULTS).index(fault), list[Cell]()
    for together in (*((one,) for one in HELD), (*OFFERS, "queued"), BRIEF):
        at = [first + STATES.index(one) for one in together]
        cells += await asyncio.gather(
            *(bring(ground, n, one, items[n - first]) for n, one in zip(at, together, strict=True))
        )
    before = [await evidence.kept(cell.handoff) for cell in cells]
    found = [(await state(cell.handoff))["state"] for cell in cells]
    assert [was if one not in OFFERS else one for was, one in zip(found, STATES, strict=True)] == [*STATES]
    await FAULTS[fault](ground, cells)
    came_to = await asyncio.gather(
        *(outcome(cell, wanted, fault) for cell, wanted in zip(cells, STATES, strict=True))
    )
    ends[fault] = {
        one: end.removesuffix("_booked") if died(cell, fault) else "—"
        for one, cell, end in zip(STATES, cells, came_to, strict=True)
    }
    for cell, wanted, end, laid in zip(cells, STATES, came_to, before, strict=True):
        assert end == right(wanted, fault), (wanted, end)
        if fault != "desk's browser killed":
            await until(partial(_reads, cell.rooms[0], end))
        assert await rung(cell.handoff) == set()
        assert laid <= await evidence.kept(cell.handoff)
    assert await db.rows(WRONG) == []
    await kill_officers(ground, cells)
    await kill_desks(ground, cells)


def right(wanted: str, fault: str) -> str:
    """Whom nobody answers, or who does not come back in time, is called back; a desk that is there ends what it has."""
    if (wanted, fault) == ALONE:
        return "done"
    return "cancelled" if wanted in HELD and fault not in GONE else "callback_booked"


def died(cell: Cell, fault: str) -> bool:
    """Whom this fault strikes was there: without a page open nobody's browser can be killed."""
    return bool(cell.officer_pages) or fault != "officer's browser killed"

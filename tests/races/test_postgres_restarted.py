"""PostgreSQL ended and started again while people book at two webs, and two workers tell them."""

import asyncio
import importlib
import signal
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import NamedTuple

import pytest

from backend import clock, db
from backend.local.server import Server
from tests import factories as make
from tests.races.bookers import Bookers, clearly_sorry
from tests.races.deliveries import deliveries, waiting, watched
from tests.races.ground import at_work, down, own_postgres, own_redis, up
from tests.races.people import citizen, miscounted
from tests.races.processes import until
from tests.races.web import Web
from tests.sample import some
from tests.told import tell

CLAIM = importlib.import_module("backend.notify.deliver").CLAIM
POOL = 4  # connections of each web: few, so that one that is not given back is soon missed
PEOPLE, SLOTS = 240, 12
AT_ONCE = 12  # browsers at each web
BACK_WITHIN = 10.0  # seconds after PostgreSQL accepts connections
WAYS = {
    "killed": signal.SIGKILL,
    "stopped at once": signal.SIGQUIT,  # pg_ctl restart -m immediate
    "stopped well": signal.SIGINT,  # pg_ctl restart -m fast
}


class Ground(NamedTuple):
    """A PostgreSQL and the webs that stand on it."""

    postgres: Server
    webs: list[Web]


@pytest.fixture(scope="module")
async def ground(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """Two webs and two workers on a PostgreSQL of their own."""
    folder = tmp_path_factory.mktemp("ground")
    async with (
        own_postgres(folder) as server,
        own_redis(folder),
        at_work(folder, webs=2, workers=2, DATABASE_POOL=f"{POOL}") as webs,
    ):
        yield Ground(server, webs)


async def crowd() -> Bookers:
    """People who are signed in, and a line with a place for each."""
    at = await make.line(await make.hall())
    item = await make.item(at)
    slots = [
        await make.slot(at, time=f"{9 + n // 2:02d}:{n % 2 * 3}0", capacity=PEOPLE) for n in range(SLOTS)
    ]
    return Bookers([(await citizen(), slots[n % SLOTS]) for n in range(PEOPLE)], item)


@pytest.mark.parametrize("way", some("PostgreSQL", WAYS, len(WAYS)))
async def test_whoever_was_told_so_has_booked_once_and_all_is_well_soon(ground: Ground, way: str) -> None:
    people = await crowd()
    watch = (await citizen()).token
    async with watched():
        coming = asyncio.create_task(people.come(ground.webs, AT_ONCE))
        await until(lambda: so_many(people, PEOPLE // 4))
        await down(ground.postgres, WAYS[way])
        await until(lambda: both_said_so(people, ground.webs))
        for web in ground.webs:
            await plain_words(web, watch)
        await up(ground.postgres)
        accepts = time.monotonic()
        await asyncio.gather(*(until(partial(serves, web, watch)) for web in ground.webs))
        back = time.monotonic() - accepts
        await coming
        await clock.move_to(await clock.now() + 2 * CLAIM)  # who was cut off while delivering had claimed
        await until(all_told)
        await all_stands(people)
    assert back < BACK_WITHIN
    tell(f"postgres {way}: back after {back:.2f} s; asked to come again {people.sorry.total()} times")
    for web in ground.webs:
        await nothing_is_stuck(web, watch)


async def so_many(people: Bookers, count: int) -> bool:
    return len(people.booked) >= count


async def both_said_so(people: Bookers, webs: list[Web]) -> bool:
    return all(people.sorry[web.url] for web in webs)


async def plain_words(web: Web, token: str) -> None:
    """With the database away: a page in plain words for those who look, and the plain truth for an operator."""
    async with web.browser(token) as browser:
        for path in ("/", "/appointments", "/items", "/console/week"):
            assert clearly_sorry(await browser.get(path)), path
        ready = await browser.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, False)
        assert (await browser.get("/healthz")).status_code == 200


async def serves(web: Web, token: str) -> bool:
    async with web.browser(token) as browser:
        pages = [await browser.get(path) for path in ("/appointments", "/readyz")]
    return [page.status_code for page in pages] == [200, 200]


async def all_told() -> bool:
    return not await waiting()


async def all_stands(people: Bookers) -> None:
    """Each has one booking, with one event and one notice that was delivered once, and the places agree."""
    assert people.wrong == []
    everybody = sorted(who.person for who, _ in people.wanted)
    assert sorted(people.booked + people.found) == everybody
    found = await db.rows(
        "SELECT a.person, n.id AS notice,"
        " (SELECT count(*) FROM appointment_event e WHERE e.appointment = a.id) AS events"
        " FROM appointment a LEFT JOIN notice n ON n.about = a.id AND n.kind = 'appointment-booked'"
        " WHERE a.state = 'booked' ORDER BY a.person"
    )
    assert [row["person"] for row in found] == everybody
    assert {row["events"] for row in found} == {1}
    assert await deliveries() == {str(row["notice"]): 1 for row in found}
    assert await miscounted() == []


async def nothing_is_stuck(web: Web, token: str) -> None:
    """More requests at once than the web has connections are all answered, and leave nothing open."""
    async with web.browser(token) as browser:
        pages = await asyncio.gather(*(browser.get("/appointments") for _ in range(3 * POOL)))
    assert [page.status_code for page in pages] == [200] * 3 * POOL
    again = await crowd()
    await again.come([web], AT_ONCE)
    assert (len(again.booked), again.wrong, again.sorry.total()) == (PEOPLE, [], 0)
    await until(nobody_idles)  # a worker's sweep is between two statements for a moment


async def nobody_idles() -> bool:
    """No transaction is left open."""
    open_ones = "SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    return not await db.rows(open_ones)

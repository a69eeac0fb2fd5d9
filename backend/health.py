"""Two addresses for a load balancer or an operator: `/healthz` alive, `/readyz` able to serve people."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from arq.constants import default_queue_name, health_check_key_suffix
from litestar import Response, get

from backend import db, hints, notify
from backend.web import guards

PATIENCE = 2.0  # seconds a part may take to answer
HEARTBEAT = default_queue_name + health_check_key_suffix


@get("/healthz", guards=[guards.public])
async def alive() -> dict[str, str]:
    """This process answers; it asks nobody else."""
    return {"status": "ok"}


@get("/readyz", guards=[guards.public])
async def ready() -> Response[dict[str, Any]]:
    """200 when database, Redis and a worker's heartbeat are well, else 503; `outbox_lag` is in seconds."""
    parts = dict(zip(("database", "redis", "worker"), await _parts(), strict=True))
    lag = await _answer(notify.lag()) if parts["database"] else None
    well = all(parts.values())
    facts = {"status": "ok" if well else "unavailable", **parts, "outbox_lag": lag}
    return Response(facts, status_code=200 if well else 503, headers={"Cache-Control": "no-store"})


routes = [alive, ready]


async def _parts() -> tuple[bool, bool, bool]:
    database, cache, beat = await asyncio.gather(
        _answer(db.rows("SELECT 1")), _answer(_ping()), _answer(_beat())
    )
    return bool(database), bool(cache), bool(beat)


async def _ping() -> bool:
    return bool(await (await hints.redis()).ping())


async def _beat() -> bool:
    return bool(await (await hints.redis()).exists(HEARTBEAT))


async def _answer(question: Awaitable[Any]) -> Any:
    """Its answer, or None: whatever keeps a part from answering in time makes it unwell, and is shown so."""
    try:
        return await asyncio.wait_for(question, PATIENCE)
    except Exception:
        return None

"""Two addresses for a load balancer or an operator: `/healthz` alive, `/readyz` able to serve people; and what
`/metrics` tells beside each process's own counts.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable
from typing import Any

from arq.constants import default_queue_name, health_check_key_suffix
from litestar import Response, get

from backend import db, hints, notify, sms
from backend.web import guards
from backend.web.metrics import Gauges, gauge

PATIENCE = 2.0  # seconds a part may take to answer
HEARTBEAT = default_queue_name + health_check_key_suffix
BEAT_LASTS = 11.0  # seconds: arq writes it with one more than its interval
LATELY = dt.timedelta(hours=1)


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
    return await heartbeat_age() is not None


async def heartbeat_age() -> float | None:
    """How many seconds ago a worker last said that it lives; None where none did lately."""
    left = await (await hints.redis()).pttl(HEARTBEAT)
    return BEAT_LASTS - left / 1000 if left > 0 else None


async def numbers() -> Gauges:
    """How far behind we are, and what became of notices, sendings and text messages of the last hour: asked of
    PostgreSQL and Redis each time, so that every process tells the same.
    """
    notices, sendings = await notify.tally(LATELY)
    age = await _answer(heartbeat_age())
    return [
        gauge(
            "outbox_lag_seconds", "How long the longest overdue notice has waited", {(): await notify.lag()}
        ),
        gauge("notices_due", "Notices that should have been delivered by now", {(): await notify.due()}),
        gauge(
            "sms_lag_seconds", "How long the longest overdue text message has waited", {(): await sms.lag()}
        ),
        gauge(
            "notices_last_hour", "Notices of the last hour by what became of them", notices, "kind", "state"
        ),
        gauge("dispatches_last_hour", "Pushes and fallbacks of the last hour", sendings, "channel", "state"),
        gauge("sms_last_hour", "Text messages of the last hour", await sms.tally(LATELY), "kind", "state"),
        gauge("worker_up", "A worker said that it lives", {(): float(age is not None)}),
        gauge(
            "worker_heartbeat_age_seconds",
            "Since a worker last said so",
            {(): age} if age is not None else {},
        ),
    ]


async def _answer(question: Awaitable[Any]) -> Any:
    """Its answer, or None: whatever keeps a part from answering in time makes it unwell, and is shown so."""
    try:
        return await asyncio.wait_for(question, PATIENCE)
    except Exception:
        return None

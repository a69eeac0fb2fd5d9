"""Hints through Redis: wake a worker, refresh a live view. Each may be lost, late or doubled.

PostgreSQL holds the truth; a sweep or a reload does whatever a lost hint left behind. So a Redis that
is away costs a log line and never an error page.
"""

import asyncio
import datetime as dt
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import msgspec
import structlog
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

from backend.settings import settings

log = structlog.get_logger()
PREFIX = "qiban:"
MOST = 1000  # rows or topics that may wait for one hint
PATIENCE = 2.0  # seconds for a Redis that accepts and then says nothing
_pools: dict[str, ArqRedis] = {}
_waiting: dict[str, list[str]] = {}
_changed: set[str] = set()
_timers: list[tuple[str, UUID, int, dt.datetime]] = []
_tasks: set[asyncio.Task[None]] = set()


def redis_settings() -> RedisSettings:
    """How every part of the house reaches Redis."""
    address = RedisSettings.from_dsn(settings().redis_url)
    address.conn_timeout, address.conn_retries, address.conn_retry_delay = 2, 1, 0
    return address


async def redis() -> ArqRedis:
    """This process's connection pool."""
    if "pool" not in _pools:
        _pools["pool"] = await create_pool(
            redis_settings(), job_serializer=msgspec.msgpack.encode, job_deserializer=msgspec.msgpack.decode
        )
    return _pools["pool"]


async def close() -> None:
    """Send what still waits, and give the connections back."""
    await asyncio.gather(*_tasks)
    if pool := _pools.pop("pool", None):
        await pool.aclose()


async def publish(topic: str) -> None:
    """Say that what the topic shows has changed; the signal carries nothing else. Never waits, as `wake`."""
    if len(_changed) < MOST:
        _changed.add(topic)
    _begin()


async def wake(job: str, about: UUID) -> None:
    """Ask a worker to run the job for this row soon. Never waits: what gathers while one hint is on its way
    goes with the next, as one job for all of them.
    """
    rows = _waiting.setdefault(job, [])
    if len(rows) < MOST:  # with Redis hanging, the sweep finds the rest
        rows.append(str(about))
    _begin()


async def later(job: str, about: UUID, version: int, delay: dt.timedelta) -> None:
    """Ask a worker to look at this version of the row when its timer is over. Refused by Redis or lost: the sweep does
    it. Never waits, as `wake`.
    """
    if len(_timers) < MOST:
        _timers.append((job, about, version, dt.datetime.now(dt.UTC) + delay))
    _begin()


def _begin() -> None:
    if not _tasks:
        task = asyncio.create_task(_send())
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)


async def _send() -> None:
    while _waiting or _changed or _timers:
        try:
            await asyncio.wait_for(_next(), PATIENCE)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("hint", error=type(error).__name__)


def _next() -> Coroutine[Any, Any, None]:
    if _changed:
        return _publish(_changed.pop())
    return _enqueue(*_waiting.popitem()) if _waiting else _defer(*_timers.pop(0))


async def _publish(topic: str) -> None:
    await (await redis()).publish(PREFIX + topic, b"")


async def _enqueue(job: str, rows: list[str]) -> None:
    await (await redis()).enqueue_job(job, rows)


async def _defer(job: str, about: UUID, version: int, when: dt.datetime) -> None:
    await (await redis()).enqueue_job(
        job, [str(about)], _job_id=f"{job}:{about}:{version}", _defer_until=when
    )

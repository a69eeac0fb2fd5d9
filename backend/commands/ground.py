"""The ground every command stands on: checked settings, a database, a Redis, keys.

URLs from the environment win; else the servers of a running `up` are joined; else our own are started for
as long as the command lasts.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncpg

from backend import local, log, settings

T = TypeVar("T")
_Urls = dict[str, str]


def checked() -> settings.Settings:
    """The settings, before anything is started. Refuses: BadSetting, one line."""
    return settings.read(os.environ)


@contextmanager
def ground(join: bool = True) -> Iterator[local.Services | None]:
    """Set the environment that `settings()` then reads; yields our own servers, or None.

    Refuses: BadSetting, Unusable; also when the data folder is busy and `join` is false.
    """
    found = checked()
    log.configure()
    if found.mode == "production":
        yield None
        return
    with _servers(found, join) as services:
        os.environ.update(
            {name: key for name, key in local.keys(found.data).items() if not os.environ.get(name)}
        )
        settings.settings.cache_clear()
        yield services


@contextmanager
def _servers(found: settings.Settings, join: bool) -> Iterator[local.Services | None]:
    if found.database_url and found.redis_url:
        yield None
        return
    try:
        services = local.start(found.data, not found.database_url, not found.redis_url)
    except local.Busy:
        if not join:
            raise
        _use(local.urls(found.data))
        yield None
        return
    try:
        _use({"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url})
        yield services
    finally:
        services.stop()


def reach_redis() -> None:
    """Later Redis may come and go; a slip in its URL is better said at once. Refuses: Unusable."""
    import redis  # noqa: PLC0415  (a quarter of a second that nobody else need wait for)

    try:
        with redis.Redis.from_url(settings.settings().redis_url, socket_timeout=2) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise local.Unusable(f"REDIS_URL: cannot use this Redis ({error})") from error


def _use(urls: _Urls) -> None:
    os.environ.update({name: url for name, url in urls.items() if url and not os.environ.get(name)})


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Run it with the database's pool open. Refuses: Unusable where the database cannot be reached."""
    return asyncio.run(pooled(work))


async def pooled(work: Callable[[], Awaitable[T]]) -> T:
    """The same, in a loop that runs already."""
    from backend import db  # noqa: PLC0415  (reads the settings)

    try:
        await db.open_pool()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise local.Unusable(f"DATABASE_URL: cannot connect to the database ({error})") from error
    try:
        return await work()
    finally:
        await db.close_pool()

"""The database: one engine a process, `transaction()`, `after_commit()`, and the retry of a whole verb.

Why not Piccolo's own transaction: nested it is a silent no-op, and when COMMIT raises it leaks the
connection and the context variable, so that later "transactions" run in autocommit.
"""

import asyncio
import functools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

import asyncpg
import structlog
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from backend.refusal import Refusal
from backend.settings import settings

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger()

DEADLOCK_OR_SERIALISATION = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
TRIES = 5
# What it looks like when PostgreSQL is away, going or coming back. InternalClientError: a connection has read
# that it is being ended, but not yet seen its end.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


class _Engine(PostgresEngine):
    """Piccolo's engine without the connection that its constructor opens to read a version."""

    async def check_version(self) -> None:
        """Constructing an engine must not need a database; migration finds an old server soon enough."""


class _Connection(asyncpg.Connection):
    """A connection whose release costs no round trip: we set no session state that would need a reset."""

    def get_reset_query(self) -> str:
        return ""


class _Transaction(PostgresTransaction):
    __slots__ = ("afterwards",)

    def __init__(self, of: PostgresEngine) -> None:
        super().__init__(of, allow_nested=False)
        self.afterwards: list[Callable[[], Awaitable[None]]] = []

    async def __aenter__(self) -> PostgresTransaction:
        # Piccolo keeps the connection for ever when BEGIN fails or is given up.
        try:
            return await super().__aenter__()
        except BaseException:
            if connection := getattr(self, "connection", None):
                await _pool().release(connection)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        try:
            await (self.rollback() if kind else self.commit())
        finally:
            self.engine.current_transaction.reset(self.context)
            await _pool().release(self.connection)
        return False


@functools.cache
def engine() -> PostgresEngine:
    """The engine of this process; it connects when the pool is opened."""
    return _Engine(config={"dsn": settings().database_url}, extensions=())


def _pool() -> asyncpg.Pool:
    pool = engine().pool
    if pool is None:
        raise RuntimeError("open_pool() comes first")
    return pool


async def open_pool(size: int | None = None) -> None:
    """Open the pool. Without it every query would open a connection of its own."""
    await engine().start_connection_pool(
        min_size=1, max_size=size or settings().database_pool, connection_class=_Connection
    )


async def close_pool() -> None:
    """Close the pool, waiting for what runs."""
    if engine().pool:
        await engine().close_connection_pool()


@asynccontextmanager
async def transaction(refusing: Mapping[str, Refusal] | None = None) -> AsyncIterator[None]:
    """One transaction. `refusing` maps a constraint's name to the refusal that its violation means.

    Never nested: a part that needs one calls `inside()`. What `after_commit` collected runs once
    the commit has succeeded.
    """
    current = _Transaction(engine())
    try:
        async with current:
            yield
    except asyncpg.IntegrityConstraintViolationError as violation:
        refusal = (refusing or {}).get(violation.constraint_name or "")
        if refusal is None:
            raise
        # Anew each time: a constant raised again and again would gather tracebacks and all they hold.
        raise type(refusal)(refusal.sentence) from violation
    for action in current.afterwards:
        await _gently(action)


async def _gently(action: Callable[[], Awaitable[None]]) -> None:
    # The fact is committed; a hint that fails must not make it look undone. A sweep does its work.
    try:
        await action()
    except Exception as error:
        log.warning("after-commit", error=type(error).__name__)


def inside() -> _Transaction:
    """The open transaction, for parts that require one. Refuses: RuntimeError where there is none."""
    current = engine().current_transaction.get()
    if not isinstance(current, _Transaction):
        raise RuntimeError("a part was called outside a transaction")
    return current


def after_commit(action: Callable[[], Awaitable[None]]) -> None:
    """Run the action once the open transaction has committed, and not at all if it rolls back."""
    inside().afterwards.append(action)


def retrying(verb: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Run the whole verb again after a deadlock (40P01) or serialisation failure (40001), five tries in all."""

    @functools.wraps(verb)
    async def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(TRIES - 1):
            try:
                return await verb(*args, **kwargs)
            except DEADLOCK_OR_SERIALISATION:
                await asyncio.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311  # back-off, not a secret
        return await verb(*args, **kwargs)

    return again


async def rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    """One raw statement (`$1`, `$2` …) on the open transaction, or on the pool: for the hot paths only."""
    current = engine().current_transaction.get()
    if current:
        found = await current.connection.fetch(sql, *values)
    else:
        async with _pool().acquire() as connection:
            found = await connection.fetch(sql, *values)
    return [dict(row) for row in found]

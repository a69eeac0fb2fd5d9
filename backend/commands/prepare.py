"""Bring a database up to date: migrations, reference data, the demo week."""

import contextlib
import io
import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from backend.local import Unusable
from backend.settings import settings

ONE_AT_A_TIME = 0x71B4  # the advisory lock that two starting processes meet at


async def migrate() -> None:
    """Run the migrations that have not run yet; safe when two processes start at once. Refuses: Unusable."""
    os.environ["PICCOLO_CONF"] = "backend.piccolo_conf"
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415  (reads PICCOLO_CONF)

    said = io.StringIO()
    async with _alone():
        with contextlib.redirect_stdout(said):
            result = await run_forwards("all")
    if not result.success:
        raise Unusable(f"migration failed: {' '.join(said.getvalue().split())[-300:]}")


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    connection = await asyncpg.connect(settings().database_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", ONE_AT_A_TIME)
        yield
    finally:
        await connection.close()


async def load() -> Any:
    """Load the reference data of the city; says what differs from what was edited in the console."""
    from backend import reference  # noqa: PLC0415

    return await reference.load()


async def demo() -> Any:
    """Fill the demo week and return its sign-ins."""
    from backend import demo  # noqa: PLC0415

    return await demo.fill()

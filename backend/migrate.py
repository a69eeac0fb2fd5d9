"""Bringing the database to the present: the one linear history, run by whoever starts first."""

import contextlib
import io

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards

from backend.settings import settings

LOCK = 7_262_746_001  # any number that only we use: two starts at once migrate once


async def migrate() -> str:
    """Run what has not been run. Returns what Piccolo said. Refuses: RuntimeError when a migration fails."""
    connection = await asyncpg.connect(settings().database_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            outcome = await run_forwards("qiban")
    finally:
        await connection.close()
    if not outcome.success:
        raise RuntimeError(f"migration failed: {outcome.message}")
    return said.getvalue()

"""A ground to measure on: servers of our own, a fresh database, and the real web process in production mode."""

import asyncio
import os
import secrets
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from backend import local

ROOT = Path(__file__).resolve().parents[2]
PORT = 8765


def environment(services: local.Services, database: str) -> None:
    """Settings of a production deployment: no movable clock, no shown codes."""
    os.environ.update(
        MODE="production",
        SMS_PROVIDERS="none",
        VAPID_KEYS="1:" + "A" * 42 + "E",
        PUBLIC_URL="https://bench.invalid",
        DATABASE_URL=services.database_url.rpartition("/")[0] + "/" + database,
        REDIS_URL=services.redis_url,
        PORT=str(PORT),
        HOST="127.0.0.1",
        SM4_KEYS="1:" + "00" * 16,
        INDEX_KEYS="1:" + "00" * 32,
        SYNC_KEYS="1:" + "00" * 32,
    )


@asynccontextmanager
async def ground() -> AsyncIterator[str]:
    """Yields the database's URL; the web process answers at PORT. Everything is gone afterwards."""
    with local.running(ROOT / ".local" / "bench") as services:
        name = f"bench_{secrets.token_hex(4)}"
        admin = await asyncpg.connect(services.database_url)
        await admin.execute(f'CREATE DATABASE "{name}"')
        environment(services, name)
        try:
            async with _prepared():
                yield os.environ["DATABASE_URL"]
        finally:
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            await admin.close()


@asynccontextmanager
async def _prepared() -> AsyncIterator[None]:
    from backend import db, log
    from backend.commands.prepare import migrate

    log.configure()
    await migrate()
    await db.open_pool()
    try:
        yield
    finally:
        await db.close_pool()


@asynccontextmanager
async def web(*command: str) -> AsyncIterator[None]:
    """The web process, or another command that listens at PORT."""
    words = command or (sys.executable, "-m", "backend", "web")
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=sys.stderr)
    try:
        await _answers(process)
        yield
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 10)


async def _answers(process: asyncio.subprocess.Process) -> None:
    until = time.monotonic() + 30
    while process.returncode is None and time.monotonic() < until:
        try:
            await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{PORT}/healthz", timeout=2)
            return
        except OSError:
            await asyncio.sleep(0.05)
    raise RuntimeError("the web process does not answer")

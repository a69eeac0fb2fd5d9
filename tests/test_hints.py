"""Hints cost nobody anything: a Redis that accepts and then says nothing holds up no verb."""

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from backend import hints
from backend.settings import settings


@pytest.fixture
async def silent(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A Redis that takes every connection and never answers."""
    held: list[asyncio.StreamWriter] = []

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await hints.close()
    real = settings()
    monkeypatch.setattr(
        hints, "settings", lambda: type(real)(mode="test", redis_url=f"redis://127.0.0.1:{port}")
    )
    monkeypatch.setattr(hints, "PATIENCE", 0.2)
    yield
    await asyncio.wait_for(hints.close(), 10)
    for writer in held:
        writer.close()
    server.close()


async def test_a_redis_that_says_nothing_keeps_nobody_waiting(silent: None) -> None:
    began = time.monotonic()
    await hints.later("step_handoff", uuid4(), 1, dt.timedelta(seconds=30))
    for _ in range(50):
        await hints.publish("hall:city")
        await hints.wake("deliver", uuid4())
    assert time.monotonic() - began < hints.PATIENCE, "it was not even asked"

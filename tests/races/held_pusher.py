"""A real worker that stops between sending pushes and writing down that it did, and says so. Only for tests."""

import asyncio
import importlib
import sys
from typing import Any

from backend import log
from backend.commands import serve

carrying = importlib.import_module("backend.notify.carry")
record = carrying.record


async def held(outcomes: list[Any]) -> int:
    """Between the two: say `sent`, wait for a line, record."""
    print("sent", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    recorded: int = await record(outcomes)
    return recorded


if __name__ == "__main__":
    log.configure()
    carrying.record = held  # type: ignore[attr-defined]
    serve.worker()

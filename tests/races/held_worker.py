"""A real worker that stops between claim and delivery, says so, and goes on when told. Only for tests."""

import asyncio
import importlib
import sys
from typing import Any

from backend import log
from backend.commands import serve

delivering = importlib.import_module("backend.notify.deliver")
arrive = delivering.arrive


async def held(claimed: list[dict[str, Any]], now: Any) -> int:
    """Between the two: say `claimed`, wait for a line, deliver, say how many arrived."""
    print("claimed", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    arrived: int = await arrive(claimed, now)
    print(f"arrived {arrived}", flush=True)
    return arrived


if __name__ == "__main__":
    log.configure()
    delivering.arrive = held  # type: ignore[attr-defined]
    serve.worker()

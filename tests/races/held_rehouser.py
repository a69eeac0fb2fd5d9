"""A real worker that stops in the middle of one booking of a closing, before its commit. Only for tests."""

import asyncio
import importlib
import sys
from typing import Any

from backend import log
from backend.commands import serve

rehousing = importlib.import_module("backend.appointments.rehouse")
offer = rehousing._offer
done: list[Any] = []


async def held(row: Any, way: Any) -> None:
    """The third is held up: place taken, nothing committed."""
    await offer(row, way)
    done.append(row["id"])
    if len(done) == 3:
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    log.configure()
    rehousing._offer = held  # type: ignore[attr-defined]
    serve.worker()

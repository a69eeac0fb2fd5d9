"""A real worker that stops between the provider's yes and our note of it, says so, and goes on when told."""

import asyncio
import importlib
import sys
from typing import Any

from backend import log
from backend.commands import serve

delivering = importlib.import_module("backend.sms.deliver")
note = delivering.note


async def held(attempt: Any) -> None:
    """Between the two: say `offered`, wait for a line, note it, say `noted`."""
    print("offered", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await note(attempt)
    print("noted", flush=True)


if __name__ == "__main__":
    log.configure()
    delivering.note = held  # type: ignore[attr-defined]
    serve.worker()

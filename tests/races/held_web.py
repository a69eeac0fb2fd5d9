"""A real web that has committed a booking and never comes to answer. It exists only for `kill -9`."""

import asyncio
import sys
from typing import Any

from backend import log
from backend.commands import serve


def application() -> Any:
    """The whole application, but for the way back from a booking."""
    from backend import appointments

    book = appointments.book

    async def held(*args: Any, **kwargs: Any) -> None:
        await book(*args, **kwargs)
        await asyncio.Event().wait()

    appointments.book = held  # type: ignore[assignment]
    return serve_it()


serve_it = serve._application

if __name__ == "__main__":
    log.configure()
    serve._application = application
    sys.exit(serve.web())  # type: ignore[func-returns-value]

"""How a sweep treats many rows: one that cannot be treated must not hold up the others."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

log = structlog.get_logger()


async def gently(verb: Callable[[UUID], Awaitable[object]], row: UUID) -> None:
    """Run the verb for one row; what goes wrong is logged, and the next sweep comes back to it."""
    try:
        await verb(row)
    except Exception:
        log.exception("sweep", verb=verb.__name__, row=str(row))

"""`python -m e2e.clock 2026-11-24T18:00`: move the demo's clock, in the database of the folder DATA."""

import datetime as dt
import sys

from backend import clock
from backend.commands import ground, prepare


async def _move() -> None:
    await prepare.migrate()
    await clock.move_to(dt.datetime.fromisoformat(sys.argv[1]).replace(tzinfo=clock.SHANGHAI))


if __name__ == "__main__":
    with ground.ground():
        ground.run(_move)

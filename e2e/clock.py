"""`python -m e2e.clock 2026-11-24T18:00` or `+2` (minutes): move the demo's clock, in the database of DATA, and say
what it shows.
"""

import datetime as dt
import sys

from backend import clock
from backend.commands import ground, prepare


async def _move() -> None:
    await prepare.migrate()
    to = await moment(sys.argv[1])
    await clock.move_to(to)
    print(to.isoformat())


async def moment(asked: str) -> dt.datetime:
    """What the words mean."""
    if asked.startswith("+"):
        return await clock.now() + dt.timedelta(minutes=int(asked))
    found = dt.datetime.fromisoformat(asked)
    return found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)


if __name__ == "__main__":
    with ground.ground():
        ground.run(_move)

"""`python -m e2e.clock 2026-11-24T18:00` or `+2` (minutes): move the demo's clock, in the database of DATA, and say
what it shows.
"""

import datetime as dt
import sys

from backend import clock
from backend.commands import ground, prepare


async def _move() -> None:
    await prepare.migrate()
    moment = await _moment(sys.argv[1])
    await clock.move_to(moment)
    print(moment.isoformat())


async def _moment(asked: str) -> dt.datetime:
    if asked.startswith("+"):
        return await clock.now() + dt.timedelta(minutes=int(asked))
    moment = dt.datetime.fromisoformat(asked)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)


if __name__ == "__main__":
    with ground.ground():
        ground.run(_move)

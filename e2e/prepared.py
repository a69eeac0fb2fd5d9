"""`python -m e2e.prepared 2026-11-23T10:00`: what `up` makes of an empty DATA from that moment on, with nothing left
running. Says what its clock shows at the end.
"""

import sys

from backend import clock
from backend.commands import ground, prepare
from e2e.clock import moment


async def _fill() -> None:
    await prepare.migrate()
    await clock.move_to(await moment(sys.argv[1]))
    await prepare.load_if_changed()
    await prepare.demo()
    print((await clock.now()).isoformat())


if __name__ == "__main__":
    with ground.ground(join=False):
        ground.run(_fill)

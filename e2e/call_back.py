"""`python -m e2e.call_back 261123000001`: the visit of this number is called back, of the sample or not."""

import sys

from backend import clock, db
from backend.commands import ground, prepare

CALL = """
INSERT INTO visit_call (id, visit, due_at) SELECT gen_random_uuid(), id, $2 FROM visit WHERE number = $1
ON CONFLICT (visit) DO NOTHING
"""


async def _call_back() -> None:
    await prepare.migrate()
    await db.rows(CALL, sys.argv[1], await clock.now())


if __name__ == "__main__":
    with ground.ground():
        ground.run(_call_back)

"""`python -m e2e.faults.plan <username>`: somebody of the agent's village has asked, and a time today is agreed."""

import datetime as dt
import sys
from uuid import UUID

from backend import clock, db, identity, secrecy, visits
from backend.commands import ground
from e2e.faults.agent import VILLAGE
from tests.factories import id_number


async def _plan() -> None:
    [agent] = await db.rows("SELECT id FROM staff WHERE username = $1", sys.argv[1])
    [item] = await db.rows("SELECT id FROM item WHERE doorstep ORDER BY name LIMIT 1")
    by, who = UUID(str(agent["id"])), identity.Typed("顾阿公", "self", "resident", id_number(950))
    asked = visits.Asked(item["id"], VILLAGE, "alone", "7 组 3 号", "10000009950", who)
    made = await visits.ask_for(asked, by, secrecy.fresh_token(), "agent")
    await visits.take(made, by)
    await visits.agree(made, await clock.now() + dt.timedelta(minutes=90), 60, by, later=True)
    print(made)


if __name__ == "__main__":
    with ground.ground():
        ground.run(_plan)

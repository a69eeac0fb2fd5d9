"""What a push service would have carried to a phone: `python -m e2e.rung PHONE` prints it and whether the phone said
that it showed it, one JSON object a notice, oldest first.
"""

import asyncio
import json
import sys

from backend import db, secrecy
from backend.commands.ground import ground, run
from backend.notify import push, texts
from backend.notify.devices import Keys
from backend.notify.leads import leads

FIND = """
SELECT d.id, d.topic, d.state, d.shown_at, d.opened_at, n.kind, n.facts, n.about, n.read_at
FROM dispatch d JOIN notice n ON n.id = d.notice JOIN account a ON a.id = n.account
WHERE d.channel = 'push' AND a.phone_index = ANY($1::bytea[]) ORDER BY d.created_at
"""


async def rung(phone: str) -> list[dict[str, object]]:
    """Everything that was or is to be pushed to the account of this phone."""
    rows = await db.rows(FIND, secrecy.blinds(phone))
    return [_told(row) for row in rows]


def _told(row: dict) -> dict[str, object]:
    title, body = texts.push(row["kind"], row["facts"])
    one = push.Ring(
        id=row["id"], title=title, body=body, leads=leads(row["kind"], row["about"]), topic=row["topic"],
        urgency="normal", ttl=60, keys=Keys("", "", ""), key_id=1,
    )  # fmt: skip
    done = {name: row[name] is not None for name in ("shown_at", "opened_at", "read_at")}
    return {"kind": row["kind"], "carried": push.payload(one).decode(), "state": row["state"], **done}


async def _there(phone: str, count: int, shown: int) -> list[dict[str, object]]:
    found = await rung(phone)
    return found if len(found) >= count and sum(bool(one["shown_at"]) for one in found) >= shown else []


async def _until(phone: str, count: int, shown: int) -> list[dict[str, object]]:
    async with asyncio.timeout(20):
        while not (found := await _there(phone, count, shown)):  # noqa: ASYNC110  (others set no event of ours)
            await asyncio.sleep(0.05)
    return found


if __name__ == "__main__":
    with ground():
        print(json.dumps(run(lambda: _until(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))

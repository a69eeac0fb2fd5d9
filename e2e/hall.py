"""`python -m e2e.hall DEED …`: what happens at the hall's counters, done by the verbs in the running app's database;
prints JSON. `open 3`, `pause 3 午休`, `take E 10000000001` (a phone or nobody; `-` for another visitor than before),
`call 3`, `ring 3`, `miss 3`, `start 3`, `done 3`, `paper ID`,
`clear` (everything over, every counter closed and left).
"""

import datetime as dt
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, hints, queue, secrecy
from backend.commands import ground
from backend.queue.tables import TicketLink

HALL = "city"
COUNTER = "SELECT c.id FROM counter c JOIN hall h ON h.id = c.hall WHERE h.code = $1 AND c.number = $2"
LINE = "SELECT l.id FROM line l JOIN hall h ON h.id = l.hall WHERE h.code = $1 AND l.letter = $2"
HELD = "SELECT id FROM ticket WHERE counter = $1 AND state IN ('called', 'serving')"


async def _id(sql: str, *values: object) -> UUID:
    [row] = await db.rows(sql, *values)
    return UUID(str(row["id"]))


async def _at(number: str) -> tuple[UUID, UUID]:
    """The counter, and who sits there: a clerk of its own, so that several may be open."""
    counter = await _id(COUNTER, HALL, int(number))
    name = f"e2e-{number}"
    await db.rows(
        "INSERT INTO staff (id, username, name, password_hash, created_at, must_change)"
        " VALUES (gen_random_uuid(), $1, '窗口', 'x', now(), false) ON CONFLICT DO NOTHING", name
    )  # fmt: skip
    staff = await _id("SELECT id FROM staff WHERE username = $1", name)
    await db.rows(
        "INSERT INTO staff_role (id, staff, role, scope_kind, scope) SELECT gen_random_uuid(), $1, 'clerk', 'hall', $2"
        " WHERE NOT EXISTS (SELECT 1 FROM staff_role WHERE staff = $1)", staff, HALL
    )  # fmt: skip
    return counter, staff


async def _open(number: str) -> None:
    await queue.open_desk(*await _at(number))


async def _pause(number: str, reason: str) -> None:
    await queue.pause_desk(*await _at(number), reason)


async def _take(letter: str, phone: str = "") -> dict[str, Any]:
    account = (
        await _id("SELECT id FROM account WHERE phone_index = $1", secrecy.blind(phone)) if phone else None
    )
    who = queue.Visitor(uuid4(), account=account)
    matter = queue.Matter(line=await _id(LINE, HALL, letter))
    [taken] = await queue.take(
        HALL, [matter], who, queue.Asker(account=account), "phone" if phone else "kiosk"
    )
    return {"ticket": str(taken.ticket), "number": taken.number}


async def _call(number: str) -> dict[str, Any]:
    called = await queue.call_next(*await _at(number))
    return {"number": called.number if called else ""}


async def _ring(number: str) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(seconds=21))
    counter, staff = await _at(number)
    await queue.ring(counter, staff, await _id(HELD, counter))


async def _miss(number: str) -> None:
    await _ring(number)
    await _ring(number)
    await clock.move_to(await clock.now() + dt.timedelta(seconds=21))
    counter, staff = await _at(number)
    await queue.miss(counter, staff, await _id(HELD, counter))


async def _start(number: str) -> None:
    counter, staff = await _at(number)
    await queue.start(counter, staff, await _id(HELD, counter))


async def _done(number: str) -> None:
    counter, staff = await _at(number)
    await queue.complete(counter, staff, await _id(HELD, counter))


async def _paper(ticket: str) -> dict[str, str]:
    token = uuid4().hex[:24]
    await TicketLink.insert(
        TicketLink(
            ticket=UUID(ticket),
            kind="paper",
            token_hash=secrecy.token_hash(token),
            created_at=await clock.now(),
        )
    )
    return {"key": token}


async def _clear() -> None:
    await db.rows("UPDATE ticket SET state = 'done', ended_at = now() WHERE ended_at IS NULL")
    await db.rows("UPDATE desk SET state = 'closed', reason = '', staff = NULL")


DEEDS: dict[str, Callable[..., Awaitable[Any]]] = {
    "open": _open, "pause": _pause, "take": _take, "call": _call, "ring": _ring, "miss": _miss, "start": _start,
    "done": _done, "paper": _paper, "clear": _clear,
}  # fmt: skip


async def _do() -> None:
    """Several deeds, divided by a comma: `open 3 , take E , call 3`."""
    said: list[Any] = []
    words: list[str] = []
    for word in [*sys.argv[1:], ","]:
        if word != ",":
            words.append(word)
            continue
        said.append(await DEEDS[words[0]](*words[1:]))
        words = []
    await hints.close()
    print(json.dumps(said))


if __name__ == "__main__":
    with ground.ground():
        ground.run(_do)

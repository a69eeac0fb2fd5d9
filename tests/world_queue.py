"""The queue of a hall of the small world: counters in every state, and a number in each."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, queue
from backend.catalog.tables import Counter, Line
from backend.queue import rules_edit
from backend.queue.tables import Desk, Rules
from tests import factories as make

COUNTERS = ("at_work", "slipped", "counter", "window", "spare", "shut")


async def queue_of(code: str, here: dict[str, str], manager: UUID, clerk: UUID) -> dict[str, str]:
    """Counters with the clerk: at work on `ticket`, one where the manager slipped (`event`), three that are free, one
    shut; `away` is held, `gone` was missed, `spot` waits with somebody behind.
    """
    line = await Line.objects().where(Line.id == UUID(here["line"])).first()
    assert line
    hall = UUID(str(line.hall))
    credits = msgspec.json.encode([{"class": "elder", "minutes": 60}]).decode()
    await Rules.insert(Rules(hall=hall, rings=1, ring_seconds=0, undo_seconds=100, priority_credits=credits))
    at = {name: await _counter(line, n, clerk, name) for n, name in enumerate(COUNTERS, 1)}
    found: dict[str, Any] = {
        **at,
        "matter": (await make.item(line, "另一件事")).id,
        **await _numbers(code, here, at, manager, clerk),
    }
    found["rules_seen"] = (await rules_edit.show(hall, manager))["seen"]
    return {name: str(value) for name, value in found.items()}


async def _counter(line: Line, number: int, clerk: UUID, name: str) -> UUID:
    made = Counter(hall=line.hall, line=line.id, number=number)
    await Counter.insert(made)
    state = "closed" if name == "shut" else "open"
    await Desk.insert(
        Desk(counter=made.id, state=state, staff=clerk, since=await clock.now(), lines=[], items=[])
    )
    return UUID(str(made.id))


async def _numbers(
    code: str, here: dict[str, str], at: dict[str, UUID], manager: UUID, clerk: UUID
) -> dict[str, Any]:
    waiting = [await _taken(code, here) for _ in range(6)]
    for counter, by in (("at_work", clerk), ("counter", clerk)):
        await queue.call_next(at[counter], by)
    await queue.hold(at["counter"], clerk, waiting[1])
    await queue.call_next(at["counter"], clerk)
    await queue.miss(at["counter"], clerk, waiting[2])
    slip = await queue.call_next(at["slipped"], manager)
    assert slip
    return {
        "ticket": waiting[0],
        "in_hand": waiting[0],
        "away": waiting[1],
        "gone": waiting[2],
        "event": slip.event,
        "spot": waiting[4],
    }


async def _taken(code: str, here: dict[str, str]) -> UUID:
    matter = queue.Matter(item=UUID(here["item"]))
    [taken] = await queue.take(code, [matter], queue.Visitor(uuid4()), queue.Asker(), "kiosk")
    return taken.ticket

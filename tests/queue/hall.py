"""A hall with its queue to test with: two lines, a booking line, counters with a clerk each."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, queue
from backend.catalog.tables import Counter, Hall, Item, Line, Opening
from backend.queue.tables import Rules, Ticket
from tests import factories as make
from tests import world
from tests.world import HERE, Who


class Place(msgspec.Struct):
    """The hall `city`, open from nine to five; counters 1 and 2 do E (公安), 3 does C (社保), 9 is of A: any matter."""

    hall: Hall
    lines: dict[str, Line]
    items: dict[str, Item]
    counters: dict[int, UUID]
    clerk: UUID
    guide: UUID
    manager: UUID


async def place(**rules: Any) -> Place:
    """Make it; everything of the rules is as loaded but what is given."""
    hall = await make.hall(code=HERE)
    for weekday in range(1, 6):
        hours = Opening(
            hall=hall.id, weekday=weekday, opens=dt.time(9), closes=dt.time(17), booking_only=False
        )
        await Opening.insert(hours)
    names = {"A": "综合窗口", "C": "社保医保", "E": "公安", "V": "优先", "Y": "预约"}
    lines = {letter: await make.line(hall, letter, name) for letter, name in names.items()}
    credits = msgspec.json.encode([{"class": "elder", "minutes": 60}]).decode()
    await Rules.insert(Rules(**{"hall": hall.id, "any_lines": "A", "priority_credits": credits, **rules}))
    counters = {}
    for number, letter in ((1, "E"), (2, "E"), (3, "C"), (9, "A")):
        one = Counter(hall=hall.id, line=lines[letter].id, number=number)
        await Counter.insert(one)
        counters[number] = UUID(str(one.id))
    items = {letter: await make.item(lines[letter], f"{letter} 的事") for letter in "CE"}
    staff = {role: await world.staff(Who(role=role)) for role in ("clerk", "guide", "manager")}
    return Place(hall=hall, lines=lines, items=items, counters=counters, **staff)


async def clerk(n: int) -> UUID:
    """One more clerk of the hall."""
    from backend.identity.tables import Staff, StaffRole

    one = Staff(
        username=f"clerk-{n}",
        name=f"窗口{n}",
        password_hash=world.password_hash(),
        created_at=await clock.now(),
        must_change=False,
    )
    await Staff.insert(one)
    await StaffRole.insert(StaffRole(staff=one.id, role="clerk", scope_kind="hall", scope=HERE))
    return UUID(str(one.id))


async def walk_in(at: Place, letter: str = "E", **who: Any) -> Ticket:
    """Somebody takes a number at the kiosk."""
    visitor = queue.Visitor(**{"party": uuid4(), **who})
    taken = await queue.take(HERE, [queue.Matter(item=at.items[letter].id)], visitor, queue.Asker(), "kiosk")
    return await ticket(taken[0].ticket)


async def ticket(id: UUID) -> Ticket:
    """The number as it stands."""
    found = await Ticket.objects().get(Ticket.id == id)
    assert found is not None
    return found


async def later(minutes: float) -> None:
    """Time goes by."""
    await clock.move_to(await clock.now() + dt.timedelta(minutes=minutes))


async def numbers() -> list[str]:
    """Every number issued, in the order of their digits."""
    found = await db.rows("SELECT letter, digits FROM ticket ORDER BY letter, digits")
    return [f"{row['letter']}{row['digits']:03d}" for row in found]

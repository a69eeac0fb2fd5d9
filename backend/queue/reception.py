"""What staff do for whoever stands before them: a number, a check-in, a return after a miss. Each asks who they are."""

from uuid import UUID

from backend import db, identity
from backend.queue.check_in import check_in
from backend.queue.record import Asker, seen
from backend.queue.send import come_back
from backend.queue.take import Matter, Taken, Visitor, take
from backend.refusal import NotFound

DESK = ("clerk", "guide", "manager")
BOOKED = "SELECT h.code FROM appointment a JOIN slot s ON s.id = a.slot JOIN hall h ON h.id = s.hall WHERE a.id = $1"


async def receive(hall: UUID, by: UUID, matters: list[Matter], who: Visitor) -> list[Taken]:
    """取号 at the guide's desk. Refuses: NotFound, Denied, and as `take`."""
    found = await db.rows("SELECT code FROM hall WHERE id = $1", hall)
    if not found:
        raise NotFound("没有找到这个大厅")
    await identity.require(by, *DESK, hall=found[0]["code"])
    return await take(hall, matters, who, Asker(staff=by), "guide")


async def welcome(appointment: UUID, by: UUID, who: Visitor) -> Taken:
    """签到 at the guide's desk, who has seen who they are. Refuses: NotFound, Denied, and as `check_in`."""
    found = await db.rows(BOOKED, appointment)
    if not found:
        raise NotFound("没有找到这个预约")
    await identity.require(by, *DESK, hall=found[0]["code"])
    return await check_in(appointment, who, Asker(staff=by))


async def bring_back(ticket: UUID, by: UUID) -> UUID:
    """过号回来, said by staff. Refuses: NotFound, Denied, and as `come_back`."""
    await identity.require(by, *DESK, hall=(await seen(ticket))["hall_code"])
    return await come_back(ticket, Asker(staff=by))

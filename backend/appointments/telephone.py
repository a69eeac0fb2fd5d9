"""The telephone desk (电话预约): the hall's staff book, move, answer and cancel for who calls, by the rules of online.

Only the pause after no-shows is not asked here: it closes the way online, and the telephone stays open. Who did it
stands in the event.
"""

from uuid import UUID

from backend import clock, db, identity
from backend.appointments import relocations
from backend.appointments.answers import take_kept
from backend.appointments.book import Asker, reserve
from backend.appointments.cancel import give_up
from backend.appointments.move import put
from backend.appointments.own import Held, locked
from backend.appointments.tables import Appointment
from backend.catalog.tables import Hall
from backend.refusal import Denied, NotFound, Refusal

DESK = ("manager", "guide", "clerk")
TWICE = Refusal("这个人这一天已经约过这件事。可以换一天，或查出原来的预约改时间")
CLOSED = "这个时段已经不开放，请重新选择"
OVER = "这个预约的时间已经过了，不用再改。要办可以重新约"
LATE = {
    "": "现在没有给这个预约留的位置，可以替来电人另选时间",
    "undoing": "大厅照常办理了，原来的时间不变，不用改",
    "over": "留到的时间已经过了，位置让给了别人。可以替来电人另选时间",
}
HALL_OF_SLOT = "SELECT h.code FROM slot s JOIN hall h ON h.id = s.hall WHERE s.id = $1"


@db.retrying
async def book_for_caller(
    slot: UUID, item: UUID, phone: str, who: UUID | identity.Typed, *, by: UUID, note: str = ""
) -> Appointment:
    """Book for who calls from `phone`: one of the people its account knows (an id), or somebody as typed.

    The account is made where the phone has none; its owner finds everything there at the first sign-in. They are
    promised the same notices, and the place is one of those offered online.
    Refuses: Denied (also a hall that is not theirs), NotFound, an impossible ID, and what `book` refuses.
    """
    async with db.transaction(refusing={"appointment_once": TWICE, **identity.person_refusals()}):
        await _of_theirs(slot, by)
        known = None if isinstance(who, UUID) else who
        account = await identity.account_for_phone(phone, known, by_staff=by)
        if isinstance(who, UUID):
            person = await identity.person_for(account, who)
        else:
            person = await identity.person_by_id(account, who, by_staff=by)
        return await reserve(slot, item, person, account, Asker(staff=by, why=note))


@db.retrying
async def move_for_caller(appointment: UUID, slot: UUID, by: UUID, why: str) -> None:
    """Move a booking of the hall's to another slot of a hall of theirs, as asked on the telephone.

    Until its own time is over, for online it ends earlier. Refuses: Denied, NotFound, and what `move` refuses.
    """
    async with db.transaction(refusing={"appointment_once": TWICE}):
        held = await _held(appointment, by)
        await _of_theirs(slot, by)
        await put(held, slot, by_staff=by, why=why)


@db.retrying
async def cancel_for_caller(appointment: UUID, by: UUID, why: str) -> None:
    """Cancel a booking of the hall's, as asked on the telephone, until its own time is over.

    Refuses: Denied, NotFound, one that is no longer booked.
    """
    async with db.transaction():
        await give_up(await _held(appointment, by), by_staff=by, why=why)


@db.retrying
async def accept_for_caller(appointment: UUID, by: UUID) -> None:
    """Take the place that a closing keeps for a booking of the hall's, as the caller says yes. Saying it again
    changes nothing. Refuses: Denied, NotFound, and what `accept` refuses.
    """
    async with db.transaction(refusing={"appointment_once": TWICE}):
        await take_kept((await _held(appointment, by)).appointment, LATE, by_staff=by, why="来电答复")


async def _held(appointment: UUID, by: UUID) -> Held:
    await identity.require(by, *DESK)
    seen = await Appointment.objects().where(Appointment.id == appointment).first()
    if seen is None or not await in_their_hall(seen.slot, by):
        raise NotFound("没有找到这个预约")
    held = await locked(seen)
    if not await in_their_hall(held.slot.id, by):
        raise NotFound("没有找到这个预约")
    if await relocations.open_of(appointment) is None and held.slot.ends_at <= await clock.now():
        raise Refusal(OVER)
    return held


async def _of_theirs(slot: UUID, by: UUID) -> None:
    """The slot is of a hall in which they may book. Refuses: NotFound, Denied."""
    found = await db.rows(HALL_OF_SLOT, slot)
    if not found:
        raise NotFound(CLOSED)
    await identity.require(by, *DESK, hall=found[0]["code"], missing=CLOSED)


async def in_their_hall(slot: UUID, by: UUID) -> bool:
    """Whether a slot's hall is one of theirs."""
    try:
        await _of_theirs(slot, by)
    except (Denied, NotFound):
        return False
    return True


async def desks(by: UUID) -> list[Hall]:
    """The halls for which they may book, the city's first. Refuses: Denied."""
    await identity.require(by, *DESK)
    grants = [grant for role in DESK for grant in await identity.scopes_of(by, role)]
    halls = await Hall.objects().order_by(Hall.code)
    return sorted(
        (hall for hall in halls if any(grant.covers("hall", hall.code) for grant in grants)),
        key=lambda hall: hall.kind != "city",
    )

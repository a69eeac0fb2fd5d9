"""What the telephone desk sees: the halls' bookings of who calls, masked, and one of them to read aloud."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity, secrecy
from backend.appointments.telephone import DESK, desks
from backend.appointments.views import FROM, HISTORY, named
from backend.refusal import NotFound

# `q` is a whole phone number or a whole voucher number; what is over by a day is no call's matter.
CALLERS = (
    FROM + "JOIN account t ON t.id = a.booked_by WHERE (a.number = $1 OR t.phone_index = ANY($2))"
    " AND h.code = ANY($3) AND a.day >= $4 ORDER BY a.state <> 'booked', s.starts_at"
)
# Also who is pushed out by a closing and was not told yet, which citizens do not see.
PUSHED_OUT = FROM.replace("('offered', 'none')", "('pending', 'offered', 'none')")
ONE = PUSHED_OUT + "WHERE a.id = $1 AND h.code = ANY($2)"
PHONE = "SELECT c.phone_sealed FROM account c JOIN appointment a ON a.booked_by = c.id WHERE a.id = $1"


async def bookings_of_caller(q: str, by: UUID) -> list[dict[str, Any]]:
    """The bookings from today on in their halls, by the caller's whole phone number or a voucher's number.

    Refuses: Denied.
    """
    halls = [hall.code for hall in await desks(by)]
    digits = "".join(q.split())
    today = clock.local(await clock.now()).date()
    return [named(row) for row in await db.rows(CALLERS, digits, secrecy.blinds(digits), halls, today)]


async def show_to_desk(appointment: UUID, by: UUID) -> dict[str, Any]:
    """One booking of their halls, masked, with its history. Refuses: Denied, NotFound, also one of another hall."""
    halls = [hall.code for hall in await desks(by)]
    found = await db.rows(ONE, appointment, halls)
    if not found:
        raise NotFound("没有找到这个预约")
    phone = secrecy.unseal((await db.rows(PHONE, appointment))[0]["phone_sealed"])
    # Whom a closing pushed out is still to be answered for, however late it is.
    ahead = found[0]["state"] == "booked" and (
        found[0]["ends_at"] > await clock.now() or bool(found[0]["relocation"])
    )
    return {
        **named(found[0]),
        "masked_phone": secrecy.mask_phone(phone),
        "ahead": ahead,
        "history": await db.rows(HISTORY, appointment),
    }


async def people_of_caller(phone: str, by: UUID) -> list[tuple[UUID, str, str]]:
    """Whom the phone's account knows already: id, relation and masked name, end of the ID. Refuses: Denied."""
    await identity.require(by, *DESK)
    return [
        (
            one.id,
            f"{identity.RELATIONS[one.relation]} {secrecy.mask_name(one.name)}",
            identity.masked_id(one),
        )
        for one in await identity.people_of_phone(phone)
    ]

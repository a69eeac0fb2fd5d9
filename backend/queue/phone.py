"""手机取号: what an account does that stands in a hall, and what it sees of its numbers. Whether it stands there, it
shows by what it carries from the hall's own code (`hall_code`).
"""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import appointments, clock, db, identity
from backend.queue import outlook
from backend.queue.check_in import check_in
from backend.queue.choices import check
from backend.queue.follow import mine
from backend.queue.hall_code import FIRST, here
from backend.queue.issuing import issuing
from backend.queue.late import way
from backend.queue.record import Asker
from backend.queue.shared import shared
from backend.queue.take import Matter, Taken, Visitor, take
from backend.refusal import Refusal

TAKEN = "这个证件今天已经取过这件事的号了。扫号票上的码就能在手机上看；号票丢了，到取号机刷证件补打"


async def hall_of(carries: str) -> dict[str, Any]:
    """The hall in which whoever carries this stands. Refuses: somebody who has scanned nothing, or too long ago."""
    code = await here(carries)
    found = await db.rows("SELECT id, code, name FROM hall WHERE code = $1", code)
    if not found:
        raise Refusal(FIRST)
    return found[0]


async def take_by_phone(
    matters: list[Matter], person: UUID, party: UUID, by: UUID, carries: str
) -> list[Taken]:
    """Numbers for one of the account's people, who stands in the hall.

    Refuses: NotFound, also a stranger's person; whoever is not in a hall; a number that the ID has already, taken
    elsewhere (an ID that was typed gives no account the number of whoever holds it); and as `take`.
    """
    hall = await hall_of(carries)
    somebody = await identity.person_for(by, person)
    await check(hall["id"], matters)
    who = Visitor(party, indexes=(somebody.id_index,), person=person, account=by)
    taken = await take(hall["id"], matters, who, Asker(account=by), "phone")
    own = {one["id"] for one in await mine(by)}
    if not any(one.ticket in own for one in taken):
        raise Refusal(TAKEN)
    return [one for one in taken if one.ticket in own]


async def check_in_by_phone(appointment: UUID, by: UUID, carries: str) -> UUID:
    """签到: the number of one of the account's bookings, in the hall where it is. Refuses: NotFound, also a stranger's;
    whoever stands in no hall, or in another; and as `check_in`.
    """
    booked = await appointments.show(appointment, by=by)
    hall = await hall_of(carries)
    if booked["hall_code"] != hall["code"]:
        raise Refusal(f"这个预约在{booked['hall_name']}，到那里扫码才能签到")
    return (await check_in(appointment, Visitor(uuid4(), account=by), Asker(account=by))).ticket


async def own_tickets(by: UUID) -> list[dict[str, Any]]:
    """The account's live numbers of today, with what to tell of each."""
    found = await mine(by)
    views = {code: await shared.recent(code) for code in {row["hall"] for row in found}}
    return [{**row, "said": outlook.told(views[row["hall"]], row["id"])} for row in found]


async def coming_today(by: UUID) -> list[dict[str, Any]]:
    """The account's bookings of today that can be checked in, or will be, as `way` tells of each; also those whose
    time is over, while their hall issues numbers.
    """
    now = await clock.now()
    over = [one for one in await appointments.past(by=by) if await _still(one, now)]
    booked = [one for one in await appointments.upcoming(by=by) if _to_come(one, now)]
    return [await way(one, one["hall_code"], now) for one in (*reversed(over), *booked)]


async def coming(appointment: UUID, by: UUID) -> dict[str, Any] | None:
    """One of the account's bookings, as `way` tells of it; None where it is not of today, over or closed.

    Refuses: NotFound, also a stranger's.
    """
    now, booked = await clock.now(), await appointments.show(appointment, by=by)
    if booked["state"] == "booked" and _to_come(booked, now):
        return await way(booked, booked["hall_code"], now)
    return None


def _to_come(one: dict[str, Any], now: dt.datetime) -> bool:
    return bool(one["day"] == clock.local(now).date() and one["ends_at"] > now and not one["closed"])


async def _still(one: dict[str, Any], now: dt.datetime) -> bool:
    """Missed, or not marked yet, and the hall would take them in as one who just came."""
    if one["day"] != clock.local(now).date() or one["state"] not in ("booked", "missed") or one["closed"]:
        return False
    hall = await db.rows("SELECT id FROM hall WHERE code = $1", one["hall_code"])
    return not (await issuing(hall[0]["id"], one["hall_code"], one["hall_name"])).why

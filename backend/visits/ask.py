"""上门代办申请: by the account for one of its people, by whoever answers the telephone, or by the agent."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, identity, secrecy
from backend.refusal import NotFound, Refusal
from backend.visits.askers import STAFF, reach
from backend.visits.dispatch import first_circle
from backend.visits.record import Asker, record
from backend.visits.rules import visit_rules
from backend.visits.tables import Visit

PLACE = """
SELECT g.id, g.code, g.neighbours, h.id AS hall, h.code AS hall_code, h.phone AS hall_phone
FROM village g JOIN hall h ON h.id = g.hall WHERE g.code = $1
"""
OPEN = """
SELECT count(*) AS n FROM visit v JOIN village g ON g.id = v.village
WHERE g.hall = $1 AND v.state IN ('requested', 'taken', 'agreed', 'paused')
"""
REFUSALS = {
    "visit_token_hash_key": Refusal("这一页放得太久，请重新打开再试"),
    "visit_once": Refusal("这件事已经申请过上门了，在“上门代办”里能看到"),
}


class Asked(msgspec.Struct, frozen=True):
    """What is asked for: the item, the village (its code), the reason (`visits.toml`), where and whom to call; for one
    of the account's people (an id), or for somebody as typed.
    """

    item: UUID
    village: str
    reason: str
    address: str
    phone: str
    who: UUID | identity.Typed
    note: str = ""


@db.retrying
async def ask(asked: Asked, by: UUID, token: str) -> UUID:
    """Ask as an account; returns the visit. The same token again (a page sent twice) is the same visit.

    Refuses: NotFound, an item that is not done at the door, a reason that is none or does not fit, a town that has no
    room for more, the same matter twice.
    """
    async with db.transaction(refusing=REFUSALS):
        if known := await _known(token):
            return known
        if not isinstance(asked.who, UUID):
            raise TypeError("an account asks for one of its people")
        person = await identity.person_for(by, asked.who)
        return await open_visit(asked, (by, person), Asker(account=by), token, "account")


@db.retrying
async def ask_for(asked: Asked, by: UUID, token: str, asked_by: str = "phone") -> UUID:
    """Ask for who called (`phone`), or as the agent who knows of them (`agent`). Refuses: Denied, NotFound, also a
    village that is none of theirs, what `ask` refuses, an impossible ID.
    """
    await identity.require(by, *STAFF)
    async with db.transaction(refusing={**REFUSALS, **identity.person_refusals()}):
        if known := await _known(token):
            return known
        await _of_theirs(asked.village, by)
        return await open_visit(asked, await whose(asked, by), Asker(staff=by), token, asked_by)


async def whose(asked: Asked, by: UUID) -> tuple[UUID, identity.Person]:
    """A part: the account of the phone, and its person as typed."""
    if isinstance(asked.who, UUID):
        raise TypeError("staff type in whom they ask for")
    account = await identity.account_for_phone(asked.phone, asked.who, by_staff=by)
    return account, await identity.person_by_id(account, asked.who, by_staff=by)


async def _known(token: str) -> UUID | None:
    found = await db.rows("SELECT id FROM visit WHERE token_hash = $1", secrecy.token_hash(token))
    return found[0]["id"] if found else None


async def _of_theirs(village: str, by: UUID) -> None:
    there, place = await reach(by, *STAFF), await place_of(village)
    if not there.everywhere and village not in there.villages and place["hall_code"] not in there.halls:
        raise NotFound("没有找到这个村，可能不归你负责")


async def place_of(village: str) -> dict[str, Any]:
    """The village and its town's centre. Refuses: NotFound."""
    found = await db.rows(PLACE, village)
    if not found:
        raise NotFound("没有找到这个村，请重新选择")
    return found[0]


async def open_visit(
    asked: Asked, owner: tuple[UUID, identity.Person], asker: Asker, token: str, asked_by: str
) -> UUID:
    """A part, whoever asks: the visit, who may take it first, and its event."""
    db.inside()
    account, person = owner
    place, now = await place_of(asked.village), await clock.now()
    await _of_the_doorstep(asked.item)
    await _refuse_reason(asked.reason, person, place, now)
    [number] = await db.rows("SELECT nextval('visit_number') AS n")
    made = Visit(
        id=uuid4(), number=f"{clock.local(now):%y%m%d}{number['n']:06d}", token_hash=secrecy.token_hash(token),
        item=asked.item, village=place["id"], account=account, person=person.id,
        name_sealed=secrecy.seal(person.name), phone_sealed=secrecy.seal(asked.phone),
        address_sealed=secrecy.seal(asked.address), reason=asked.reason, asked_by=asked_by, note=asked.note,
        requested_at=now, **await first_circle(place, now),
    )  # fmt: skip
    await Visit.insert(made)
    await record(UUID(str(made.id)), "requested", "", "requested", asker, asked.note)
    return UUID(str(made.id))


async def _of_the_doorstep(item: UUID) -> None:
    found = await db.rows("SELECT doorstep FROM item WHERE id = $1", item)
    if not found:
        raise NotFound("没有找到这件事")
    if not found[0]["doorstep"]:
        raise Refusal("这件事不能上门办，可以预约到大厅办")


async def _refuse_reason(
    reason: str, person: identity.Person, place: dict[str, Any], now: dt.datetime
) -> None:
    known = visit_rules().reasons.get(reason)
    if known is None:
        raise Refusal("请选为什么要上门")
    age = age_of(person, clock.local(now).date())
    if known.least_age and age is not None and age < known.least_age:
        raise Refusal(f"证件上还没满 {known.least_age} 岁，请选别的情况")
    # Counted without a lock: one request more or less does no harm.
    if not known.first and (await db.rows(OPEN, place["hall"]))[0]["n"] >= visit_rules().others_most_open:
        raise Refusal(
            f"这个镇上门的人手已经排满，先照顾高龄、残疾、重病的人。可以先打 {place['hall_phone']} 问问"
        )


def age_of(person: identity.Person, today: dt.date) -> int | None:
    """In years, by a resident's ID; None where the kind of ID does not tell."""
    if person.id_type != "resident":
        return None
    digits = secrecy.unseal(person.id_sealed)
    born = (int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    return today.year - born[0] - ((today.month, today.day) < born[1:])

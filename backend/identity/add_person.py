"""One more person whom the account acts for."""

import datetime as dt
from uuid import UUID

import msgspec

from backend import clock
from backend.db import transaction
from backend.identity import authorisation
from backend.identity.documents import checked, identified, lock_people, refuse_twice, refusing
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.people import live
from backend.identity.tables import Person
from backend.refusal import Refusal


class Typed(msgspec.Struct, frozen=True):
    """Somebody as they were typed in. `relation` is one of RELATIONS, `id_type` one of ID_TYPES.

    Who is `authorised` `agreed` to it, until and with a day; without one for as long as `identity.toml` sets.
    """

    name: str
    relation: str
    id_type: str
    id_number: str
    until: dt.date | None = None
    agreed: bool = False


async def add_person(
    by: UUID,
    name: str,
    relation: str,
    id_type: str,
    id_number: str,
    *,
    priority_class: str = "",
    elder: bool = False,
    voice: bool = False,
    until: dt.date | None = None,
    agreed: bool = False,
) -> Person:
    """Let the account act for one more person; the ID stays unproved until a counter or OIDC proves it.

    Refuses: who is `authorised` and did not agree, a term that cannot be, a second “self”, an ID the
    account already has, more people than `identity.toml` sets, an impossible ID; NotFound, an erased account.
    """
    now = await clock.now()
    number = checked(id_type, id_number, now)
    async with transaction(refusing()):
        await lock_people(by, living=True)
        person = await of(by, Typed(name, relation, id_type, number, until, agreed), now)
        await refuse_twice(by, id_type, number)
        person.priority_class, person.elder, person.voice = priority_class, elder, voice
        return await keep(person)


async def of(account: UUID, who: Typed, now: dt.datetime) -> Person:
    """Part: the account's person, not yet kept. The number is a tidied one. Refuses: who is `authorised` and did not
    agree, a term that cannot be.
    """
    authorised = who.relation == "authorised"
    term = authorisation.given(who.until, who.agreed, now) if authorised else authorisation.NOTHING
    return Person(
        account=account, relation=who.relation, name=who.name, created_at=now, **term,
        **await identified(who.id_type, who.id_number),
    )  # fmt: skip


async def keep(person: Person, by_staff: UUID | None = None) -> Person:
    """Part: the account acts for them from now on. Refuses: one person too many."""
    await _refuse_crowd(person.account)
    await person.save()
    term = str(person.authorised_until or "")
    await record("person-added", account=person.account, person=person.id, by_staff=by_staff, after=term)
    return person


async def _refuse_crowd(by: UUID) -> None:
    most = limits().accounts.most_people
    if await Person.count().where(live(by)) >= most:
        raise Refusal(f"一个账号最多添加 {most} 位办事人，请先移除不再需要的")

"""Who calls the hall: the account of a phone and a person of it, made where they are not known yet."""

import datetime as dt
from uuid import UUID

import msgspec

from backend import clock, db
from backend.identity.add_person import Typed, keep, of
from backend.identity.authorisation import refuse_ended
from backend.identity.documents import checked, id_indexes, lock_people
from backend.identity.events import record
from backend.identity.people import live, people_of, person_of
from backend.identity.phones import idle, let_go, lock_phone, open_account, phone_indexes, unsure
from backend.identity.tables import Account, Person


async def account_for_phone(phone: str, who: Typed | None, by_staff: UUID) -> UUID:
    """Part: the account of this phone; a new one that has not proved its phone, where there is none.

    Whoever signs in with the phone's code has it from then on, and reads the privacy notice first. A number that
    was idle so long that it may be somebody else's keeps its account only where `who` is one of its people, by ID.
    """
    db.inside()
    await lock_phone(phone)
    now = await clock.now()
    if known := await _account(phone):
        if not idle(known, now) or await _theirs(known.id, who, now):
            return known.id
        await let_go(known)
    account = await open_account(phone, now)
    await record("account-opened", account=account, by_staff=by_staff)
    return account


async def person_by_id(account: UUID, who: Typed, by_staff: UUID) -> Person:
    """Part: the account's person with this ID, as it knows them; a new one, unproved, where it knows none.

    Refuses: an impossible ID, an authority whose term is over, a second “self”, more people than `identity.toml` sets.
    """
    now = await clock.now()
    number = checked(who.id_type, who.id_number, now)
    await lock_people(account, living=True)
    known = live(account) & Person.id_index.is_in(id_indexes(who.id_type, number))
    if found := await Person.objects().where(known).first():
        await refuse_ended(found)
        return await person_of(account, found.id)
    known_as = msgspec.structs.replace(who, id_number=number)
    return await keep(await of(account, known_as, now), by_staff=by_staff)


async def people_of_phone(phone: str) -> list[Person]:
    """The people that the phone's account acts for; nobody where it has none, or where whoever has the number may be
    somebody else. For a verb that has checked who asks.
    """
    account = await _account(phone)
    return await people_of(account.id) if account and not unsure(account, await clock.now()) else []


async def _account(phone: str) -> Account | None:
    return await Account.objects().where(Account.phone_index.is_in(phone_indexes(phone))).first()


async def _theirs(account: UUID, who: Typed | None, now: dt.datetime) -> bool:
    if who is None:
        return False
    number = checked(who.id_type, who.id_number, now)
    return await Person.exists().where(live(account), Person.id_index.is_in(id_indexes(who.id_type, number)))

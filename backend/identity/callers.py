"""Who calls the hall: the account of a phone and a person of it, made where they are not known yet."""

from uuid import UUID

import msgspec

from backend import clock, db
from backend.identity.add_person import Typed, keep, of
from backend.identity.authorisation import refuse_ended
from backend.identity.documents import checked, id_indexes, lock_people
from backend.identity.events import record
from backend.identity.people import live, people_of, person_of
from backend.identity.phones import lock_phone, open_account, phone_indexes
from backend.identity.tables import Account, Person


async def account_for_phone(phone: str, by_staff: UUID) -> UUID:
    """Part: the account of this phone; a new one that has not proved its phone, where there is none.

    Whoever signs in with the phone's code has it from then on, and reads the privacy notice first.
    """
    db.inside()
    await lock_phone(phone)
    if known := await _account(phone):
        return known
    account = await open_account(phone, await clock.now())
    await record("account-opened", account=account, by_staff=by_staff)
    return account


async def person_by_id(account: UUID, who: Typed, by_staff: UUID) -> Person:
    """Part: the account's person with this ID, as it knows them; a new one, unproved, where it knows none.

    Refuses: an impossible ID, an authority whose term is over, a second “self”, more people than `identity.toml` sets.
    """
    now = await clock.now()
    number = checked(who.id_type, who.id_number, now)
    await lock_people(account)
    known = live(account) & Person.id_index.is_in(id_indexes(who.id_type, number))
    if found := await Person.objects().where(known).first():
        await refuse_ended(found)
        return await person_of(account, found.id)
    known_as = msgspec.structs.replace(who, id_number=number)
    return await keep(await of(account, known_as, now), by_staff=by_staff)


async def people_of_phone(phone: str) -> list[Person]:
    """The people that the phone's account acts for; nobody where it has none. For a verb that has checked who asks."""
    account = await _account(phone)
    return await people_of(account) if account else []


async def _account(phone: str) -> UUID | None:
    found = await Account.objects().where(Account.phone_index.is_in(phone_indexes(phone))).first()
    return found.id if found else None

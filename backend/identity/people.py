"""Whom an account acts for: itself, family, those who authorised it. Others' people are not there for it."""

from uuid import UUID

from backend import clock, db, secrecy
from backend.db import transaction
from backend.identity.authorisation import refuse_ended
from backend.identity.events import record
from backend.identity.tables import Account, Person
from backend.refusal import NotFound

GONE = "没有找到这位办事人，可能已经移除"


def live(account: UUID):  # type: ignore[no-untyped-def]  # a Piccolo condition
    """The condition: the account's people who were not removed."""
    return (Person.account == account) & Person.removed_at.is_null()


async def person_for(by: UUID, person: UUID) -> Person:
    """Part: the person, if this account may act for them now: what every booking asks.

    Refuses: NotFound, whoever else they are; an authority whose term is over.
    """
    found = await person_of(by, person)
    await refuse_ended(found)
    return found


async def person_of(by: UUID, person: UUID) -> Person:
    """Part: one of the account's people, also one whose authority has ended. Refuses: NotFound."""
    # One raw statement: every booking asks this. Shared with each other, but not with a key's rotation or the
    # account's erasure: what is written about the person afterwards is written under the index they have now.
    found = await db.rows(
        "SELECT * FROM person WHERE id = $1 AND account = $2 AND removed_at IS NULL FOR SHARE", person, by
    )
    if not found:
        raise NotFound(GONE)
    return Person(_exists_in_db=True, **found[0])


async def people_of(by: UUID) -> list[Person]:
    """Everybody this account acts for, oneself first."""
    found = await Person.objects().where(live(by)).order_by(Person.created_at)
    return sorted(found, key=lambda person: person.relation != "self")


async def remove_person(by: UUID, person: UUID) -> None:
    """The account no longer acts for the person; what was booked for them stays. Refuses: NotFound."""
    now = await clock.now()
    async with transaction():
        gone = Person.update({Person.removed_at: now}).where(live(by), Person.id == person)
        if not await gone.returning(Person.id):
            raise NotFound(GONE)
        await record("person-removed", account=by, person=person)


async def prefer_elder(by: UUID, elder: bool) -> None:
    """Remember the reading size with the account's own person; without one only the cookie knows."""
    await Person.update({Person.elder: elder}).where(live(by), Person.relation == "self")


async def phone_of(account: UUID) -> str:
    """The account's phone number, for telling them something; never for a screen unmasked."""
    found = await Account.select(Account.phone_sealed).where(Account.id == account).first()
    if found is None:
        raise NotFound
    return secrecy.unseal(found["phone_sealed"])


def masked_id(person: Person) -> str:
    """尾号 0012: what a screen may show of the person's ID."""
    return secrecy.mask_id(secrecy.unseal(person.id_sealed))

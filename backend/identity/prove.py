"""A person's ID, checked at a counter (核验): from then on their name and number are no longer typed words."""

from uuid import UUID

from backend import clock
from backend.db import transaction
from backend.identity.documents import lock_people
from backend.identity.events import record
from backend.identity.roles import require
from backend.identity.tables import Person
from backend.refusal import NotFound

CHECKERS = ("manager", "guide", "clerk", "desk")


async def prove(person: UUID, by_staff: UUID, *, hall: str | None = None) -> None:
    """Say that the person's ID was seen at a counter and is theirs. `hall`, a code, is where; without it any
    hall of the member of staff will do. Saying it again changes nothing.

    A person whom the account has removed can be proved too: what was booked for them stays theirs.
    Refuses: Denied, NotFound.
    """
    async with transaction():
        await require(by_staff, *CHECKERS, hall=hall)
        await mark_proved(person, by_staff)


async def mark_proved(person: UUID, by_staff: UUID) -> None:
    """Part of a verb that has checked who asks: as `prove`. Refuses: NotFound."""
    known = await Person.select(Person.account).where(Person.id == person).first()
    if known is None:
        raise NotFound("没有找到这位办事人")
    await lock_people(known["account"])  # name and ID must not change under the clerk's eyes
    proved = Person.update({Person.proved_at: await clock.now()}).where(
        Person.id == person, Person.proved_at.is_null()
    )
    if await proved.returning(Person.id):
        await record("id-proved", account=known["account"], person=person, by_staff=by_staff)

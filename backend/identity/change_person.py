"""What was typed about a person is changed, as long as no counter has proved it."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock
from backend.db import transaction
from backend.identity import authorisation
from backend.identity.documents import checked, id_indexes, identified, lock_people, refuse_twice, refusing
from backend.identity.events import record
from backend.identity.people import live, person_of
from backend.identity.tables import Person
from backend.refusal import Refusal


async def change_person(
    by: UUID,
    person: UUID,
    name: str,
    relation: str,
    *,
    id_type: str = "",
    id_number: str = "",
    priority_class: str = "",
    elder: bool = False,
    voice: bool = False,
    until: dt.date | None = None,
    agreed: bool = False,
) -> None:
    """Change the person; an empty `id_number` keeps the ID. Refuses: NotFound, and as `add_person` does.

    Another day `until`, another ID or a new authority needs that the person `agreed`; so is a term renewed.

    Once an ID was proved, name and ID are no longer the citizen's to change.
    """
    now = await clock.now()
    number = checked(id_type, id_number, now) if id_number else ""
    changed: dict[Any, Any] = {
        "name": name,
        "relation": relation,
        "priority_class": priority_class,
        "elder": elder,
        "voice": voice,
    }
    async with transaction(refusing()):
        await lock_people(by, living=True)
        changed |= await identified(id_type, number) if number else {}
        found = await person_of(by, person)
        changed |= await _term(found, changed, until, agreed)
        _refuse_proved(found, number or name != found.name)
        if number:
            await refuse_twice(by, id_type, number, but=person)
        if number and found.id_index not in id_indexes(id_type, number):
            await _another(found, changed)
        else:
            await Person.update(changed).where(live(by), Person.id == person)
        await record(
            "person-id-changed" if number else "person-changed", account=by, person=person,
            before=str(found.authorised_until or ""), after=str(changed["authorised_until"] or ""),
        )  # fmt: skip


async def _term(found: Person, wanted: dict[str, Any], until: dt.date | None, agreed: bool) -> dict[str, Any]:
    if wanted["relation"] != "authorised":
        return authorisation.NOTHING
    if authorisation.anew(found, wanted["relation"], until, "id_sealed" in wanted):
        return authorisation.given(until, agreed, await clock.now())
    return {"authorised_until": found.authorised_until, "agreed_at": found.agreed_at}


async def _another(found: Person, changed: dict[str, Any]) -> None:
    # Another ID is another person: what is booked stays with whom it was booked for, and cannot be handed on.
    now = await clock.now()
    await Person.update({Person.removed_at: now}).where(Person.id == found.id)
    await Person.insert(Person(account=found.account, created_at=now, **changed))


def _refuse_proved(person: Person, wanted: object) -> None:
    if person.proved_at and wanted:
        raise Refusal("证件已经核验过，姓名和证件号要改请带证件到窗口")

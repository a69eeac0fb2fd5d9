"""One more person whom the account acts for."""

from uuid import UUID

from backend import clock
from backend.db import transaction
from backend.identity.documents import checked, identified, lock_people, refuse_twice, refusing
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.people import live
from backend.identity.tables import Person
from backend.refusal import Refusal


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
) -> Person:
    """Let the account act for one more person; the ID stays unproved until a counter or OIDC proves it.

    Refuses: a second “self”, an ID the account already has, more people than `identity.toml` sets, an
    impossible ID.
    """
    now = await clock.now()
    number = checked(id_type, id_number, now)
    person = Person(
        account=by,
        relation=relation,
        name=name,
        priority_class=priority_class,
        elder=elder,
        voice=voice,
        created_at=now,
        **identified(id_type, number),
    )
    async with transaction(refusing()):
        await lock_people(by)
        await _refuse_crowd(by)
        await refuse_twice(by, id_type, number)
        await person.save()
        await record("person-added", account=by, person=person.id)
    return person


async def _refuse_crowd(by: UUID) -> None:
    most = limits().accounts.most_people
    if await Person.count().where(live(by)) >= most:
        raise Refusal(f"一个账号最多添加 {most} 位办事人，请先移除不再需要的")

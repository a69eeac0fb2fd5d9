"""An ID that the issuer has verified: it proves the account's own person, as a counter does, and overwrites nothing."""

from uuid import UUID

from backend import clock
from backend.identity import people
from backend.identity.add_person import Typed, keep, of
from backend.identity.documents import id_indexes, lock_people
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.oidc_claims import Claims
from backend.identity.oidc_client import called
from backend.identity.tables import Person
from backend.refusal import Refusal


async def own_person(account: UUID) -> Person | None:
    """Part: who the account's owner says they are."""
    return await Person.objects().where(people.live(account), Person.relation == "self").first()


def same(person: Person, claims: Claims) -> bool:
    """The person has the verified ID."""
    return bool(claims.id_number) and person.id_index in id_indexes(limits().oidc.id_type, claims.id_number)


async def settle(account: UUID, claims: Claims) -> str:
    """Part: prove the person with the verified ID, or make the account's own where there is none.

    Returns what contradicts it and was left as it is: `id`, `name` or nothing.
    """
    if not claims.id_number:
        return ""
    await lock_people(account, living=True)
    own = await own_person(account)
    with_it = next((one for one in await people.people_of(account) if same(one, claims)), None)
    if own and not same(own, claims):
        return "id"
    if with_it is None:
        await _made(account, claims)
        return ""
    if with_it.name != claims.name and with_it.proved_at is None:
        return "name"
    await _prove(with_it)
    return ""


async def _made(account: UUID, claims: Claims) -> None:
    who = Typed(claims.name, "self", limits().oidc.id_type, claims.id_number)
    try:
        await _prove(await keep(await of(account, who, await clock.now())))
    except Refusal:
        return  # one person too many: they can make room and sign in again


async def _prove(person: Person) -> None:
    proved = Person.update({Person.proved_at: await clock.now()}).where(
        Person.id == person.id, Person.proved_at.is_null()
    )
    if await proved.returning(Person.id):
        await record("id-proved", account=person.account, person=person.id, way="oidc")


async def refuse_another(account: UUID, claims: Claims) -> None:
    """Part. Refuses: an identity of somebody else than the person whom a counter proved to be the owner."""
    own = await own_person(account)
    if own and own.proved_at and claims.id_number and not same(own, claims):
        raise Refusal(f"这个{called()}账号的证件，和已经核验过的“本人”不是同一个。要改请带证件到窗口")

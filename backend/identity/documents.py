"""Parts around one person's ID: judged, sealed, indexed, and only once in an account."""

import datetime as dt
from uuid import UUID

from backend import clock, db, secrecy
from backend.identity import ids
from backend.identity.people import live
from backend.identity.tables import Account, Person
from backend.refusal import NotFound, Refusal

GONE = "这个账号已经注销，或手机号换了主人"
TWICE = "这个证件号已经添加过了"


def refusing() -> dict[str, Refusal]:
    """What the constraints of `person` mean. Made anew each time: a raised exception keeps its frames."""
    return {
        "person_one_self": Refusal("“本人”已经添加过了，其他人请选“家人”或“委托我办事的人”"),
        "person_id_once": Refusal(TWICE),
    }


def id_indexes(id_type: str, number: str) -> list[bytes]:
    """Every blind index under which this ID may be stored, across accounts, newest key first."""
    return secrecy.blinds(ids.id_key(id_type, number))


def any_id_indexes(number: str) -> list[bytes]:
    """Every blind index an ID with this number may be stored under, whatever its kind: for a search."""
    keys = {ids.id_key(kind, number.strip().upper()) for kind in ids.ID_TYPES}
    return [index for key in keys for index in secrecy.blinds(key)]


def checked(id_type: str, number: str, now: dt.datetime) -> str:
    """The tidied number. Refuses: an impossible one."""
    try:
        return ids.id_number(id_type, number, clock.local(now).date())
    except ValueError as wrong:
        raise Refusal(str(wrong)) from None


async def identified(id_type: str, number: str) -> dict:
    """Part: the columns that hold an ID.

    An ID keeps the index that it is known by until `rekey` moves all of its rows at once: limits and unique
    indexes compare one index, and must not see one person as two while a key rotates.
    """
    await lock_id(id_type, number)
    known = (
        await Person.select(Person.id_index).where(Person.id_index.is_in(id_indexes(id_type, number))).first()
    )
    index = known["id_index"] if known else id_indexes(id_type, number)[0]
    return {"id_type": id_type, "id_sealed": secrecy.seal(number), "id_index": index}


async def lock_id(id_type: str, number: str) -> None:
    """Part: one at a time adds this ID anywhere, or moves it to another key."""
    db.inside()
    await db.rows(
        "SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"id:{ids.id_key(id_type, number)}")
    )


async def lock_people(account: UUID, living: bool = False) -> None:
    """Part: one change of an account's people at a time. Not a row lock: those keep the house's order.

    `living`: something is written for the account. Refuses: NotFound, it was erased, or its number let go, before the
    lock was had.
    """
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"people:{account}"))
    if living and not await Account.exists().where(Account.id == account, Account.phone_index.is_not_null()):
        raise NotFound(GONE)


async def refuse_twice(by: UUID, id_type: str, number: str, but: UUID | None = None) -> None:
    """Part: the unique index cannot see that an older key's index means the same ID."""
    same = live(by) & Person.id_index.is_in(id_indexes(id_type, number))
    if await Person.exists().where(same & (Person.id != but) if but else same):
        raise Refusal(TWICE)

"""A phone as codes and accounts know it: by its blind indexes, one change at a time, and its code's hash."""

import datetime as dt
from uuid import UUID

from backend import db, secrecy
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.sessions import revoke_all
from backend.identity.tables import Account


async def lock_phone(phone: str) -> None:
    """Part: one at a time per phone, in every process, until the transaction ends."""
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"phone:{phone}"))


def phone_indexes(phone: str) -> list[bytes]:
    """Every index this phone may be stored under, newest key first."""
    return secrecy.blinds(phone)


def hashed(id: UUID, digits: str) -> str:
    """What a code's blind index is made of."""
    # The row's id goes in, so that equal codes do not look equal in the table.
    return f"code:{id}:{digits}"


def idle(account: Account, now: dt.datetime) -> bool:
    """The number was unused so long (`identity.toml`: accounts) that it may be somebody else's."""
    return now - account.seen_at >= dt.timedelta(days=limits().accounts.idle_days)


async def let_go(account: Account) -> None:
    """Part: the number's former owner keeps their rows; the number no longer leads to them."""
    await revoke_all(account=account.id)
    await Account.update({Account.phone_index: None}).where(Account.id == account.id)
    await record("number-released", account=account.id)


async def open_account(phone: str, now: dt.datetime) -> UUID:
    """Part: a new account of this phone, which has not read the privacy notice yet."""
    account = Account(
        phone_sealed=secrecy.seal(phone), phone_index=phone_indexes(phone)[0], created_at=now, seen_at=now
    )
    await account.save()
    return account.id

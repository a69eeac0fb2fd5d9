"""A phone as codes and accounts know it: by its blind indexes, one change at a time, and its code's hash."""

import datetime as dt
from uuid import UUID

from backend import clock, db, secrecy
from backend.identity.documents import lock_people
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.people import live
from backend.identity.sessions import revoke_all
from backend.identity.tables import Account, LinkedIdentity, Person, Staff

# `seen_at` of an account whose phone the issuer verified once, perhaps long ago, and no code yet.
UNPROVED = dt.datetime.fromtimestamp(0, dt.UTC)


async def lock_phone(phone: str) -> None:
    """Part: one at a time per phone, in every process, until the transaction ends."""
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"phone:{phone}"))


async def lock_phone_of(account: UUID) -> bool:
    """Part: the same for the account's own phone. False where it has none, for it was erased."""
    own = await Account.select(Account.phone_sealed).where(Account.id == account).first()
    if own is None or not own["phone_sealed"]:
        return False
    await lock_phone(secrecy.unseal(own["phone_sealed"]))
    return True


def phone_indexes(phone: str) -> list[bytes]:
    """Every index this phone may be stored under, newest key first."""
    return secrecy.blinds(phone)


def hashed(id: UUID, digits: str) -> str:
    """What a code's blind index is made of."""
    # The row's id goes in, so that equal codes do not look equal in the table.
    return f"code:{id}:{digits}"


def idle(account: Account, now: dt.datetime) -> bool:
    """The number was unused so long (`identity.toml`: accounts) that it may be somebody else's. One that no code has
    proved is unused since the account was opened.
    """
    used = account.created_at if account.seen_at == UNPROVED else account.seen_at
    return now - used >= dt.timedelta(days=limits().accounts.idle_days)


def unsure(account: Account, now: dt.datetime) -> bool:
    """Whoever has the number may be somebody else: it is idle, or only the issuer ever vouched for it. They must show
    that the account is theirs before they see anything of it; that alone lets no number go.
    """
    return account.seen_at == UNPROVED or idle(account, now)


async def let_go(account: Account) -> None:
    """Part, with the phone locked: neither the number nor a linked identity leads to the former owner's rows any more;
    of their people names and IDs go as of any others whom an account no longer acts for (`retention.toml`).
    """
    now = await clock.now()
    await lock_people(account.id)
    await Person.update({Person.removed_at: now}).where(live(account.id))
    await revoke_all(account=account.id)
    await LinkedIdentity.update({LinkedIdentity.unlinked_at: now}).where(
        LinkedIdentity.account == account.id, LinkedIdentity.unlinked_at.is_null()
    )
    await Account.update({Account.phone_index: None}).where(Account.id == account.id)
    await put_down(Staff.account == account.id, "号码换了主人")
    await record("number-released", account=account.id)


async def put_down(whose, why: str = "") -> None:  # type: ignore[no-untyped-def]  # a Piccolo condition
    """Part: these members of staff carry no phone any more."""
    carried = Staff.account.is_not_null()
    had = (
        await Staff.select(Staff.id, Staff.account)
        .where(whose, carried)
        .order_by(Staff.id)
        .lock_rows("UPDATE")
    )
    for row in had:
        await Staff.update({Staff.account: None}).where(Staff.id == row["id"])
        await record("phone-unlinked", account=row["account"], staff=row["id"], why=why)


async def open_account(phone: str, now: dt.datetime, seen_at: dt.datetime | None = None) -> UUID:
    """Part: a new account of this phone, which has not read the privacy notice yet. `seen_at`: UNPROVED, or now."""
    account = Account(
        phone_sealed=secrecy.seal(phone), phone_index=phone_indexes(phone)[0], created_at=now,
        seen_at=seen_at or now,
    )  # fmt: skip
    await account.save()
    return account.id


async def seen(account: Account, phone: str, now: dt.datetime) -> UUID:
    """Part: a code proved just now that the number is this account's; nothing else does."""
    # Rewriting index and seal moves the row to the newest keys after a rotation.
    account.seen_at = now
    account.phone_index, account.phone_sealed = phone_indexes(phone)[0], secrecy.seal(phone)
    await account.save([Account.seen_at, Account.phone_index, Account.phone_sealed])
    return account.id

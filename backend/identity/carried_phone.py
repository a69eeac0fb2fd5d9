"""值守手机: the phone that a member of staff carries; its code proves that it is theirs."""

import datetime as dt
from uuid import UUID

from backend import clock
from backend.db import transaction
from backend.identity.events import record
from backend.identity.phones import lock_phone, open_account, phone_indexes, put_down, seen, unsure
from backend.identity.tables import Account, Staff
from backend.identity.try_code import WrongCode, try_code, use_code
from backend.refusal import Refusal

UNSURE = "这个号码很久没登录过启办。请先用它在手机上登录一次，再来关联"


async def carried(by: UUID) -> UUID | None:
    """The account of the phone they carry."""
    found = await Staff.select(Staff.account).where(Staff.id == by).first()
    return found["account"] if found else None


async def link_phone(by: UUID, phone: str, code: str) -> None:
    """From now on they carry this phone, and no other; its account is made where there is none. They see nothing of it.

    Refuses: WrongCode; a number that was idle so long (`identity.toml`) that its account may be somebody else's. As at
    a sign-in, the refusal is raised after the commit, so that no try goes uncounted.
    """
    async with transaction():
        await lock_phone(phone)
        refused = await _linked(by, phone, code, await clock.now())
    if refused:
        raise refused


async def _linked(by: UUID, phone: str, code: str, now: dt.datetime) -> Refusal | None:
    proved = await try_code(phone, code, now)
    if isinstance(proved, WrongCode):
        return proved
    known = await Account.objects().where(Account.phone_index.is_in(phone_indexes(phone))).first()
    if known and unsure(known, now):
        return Refusal(UNSURE)
    await use_code(proved, now)
    account = await seen(known, phone, now) if known else await open_account(phone, now)
    await Staff.update({Staff.account: account}).where(Staff.id == by)
    await record("phone-linked", account=account, staff=by)
    return None


async def unlink_phone(by: UUID) -> None:
    """They carry none any more; twice is once."""
    async with transaction():
        await put_down(Staff.id == by)

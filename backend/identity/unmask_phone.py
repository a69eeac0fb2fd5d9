"""A citizen's phone number in clear, for staff who must call them: a logged act with a reason."""

from uuid import UUID

from backend import secrecy
from backend.db import transaction
from backend.identity.events import record
from backend.identity.roles import require
from backend.identity.tables import Account
from backend.refusal import NotFound, Refusal

CALLERS = ("manager", "guide", "clerk", "desk")
LEAST, MOST = 2, 200  # characters of a reason


async def unmask_phone(account: UUID, by_staff: UUID, reason: str, *, hall: str | None = None) -> str:
    """The account's phone number in clear; who saw it, when and why is written down (个人信息保护法 51: access by
    role, and a log). `hall`, a code, is for whose business; without it any hall of theirs will do.

    Refuses: Denied, NotFound, a reason shorter than two characters or longer than 200, and a number that has
    gone to somebody else.
    """
    why = reason.strip()
    if not LEAST <= len(why) <= MOST:
        raise Refusal(f"请写明为什么要看完整号码，{LEAST} 到 {MOST} 个字")
    async with transaction():
        await require(by_staff, *CALLERS, hall=hall)
        known = await Account.objects().where(Account.id == account).first()
        if known is None:
            raise NotFound("没有找到这个号码")
        if known.phone_index is None:
            raise Refusal("这个号码已经换了主人，请不要再打，改用别的办法联系")
        await record("phone-unmasked", account=account, by_staff=by_staff, why=why)
    return secrecy.unseal(known.phone_sealed)

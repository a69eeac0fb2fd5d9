"""One-time codes are tried: as often as `identity.toml` sets, the latest only, compared in constant time."""

import datetime as dt
import hmac
from uuid import UUID

from backend import secrecy
from backend.identity.limits import limits
from backend.identity.phones import hashed, phone_indexes
from backend.identity.tables import Code
from backend.refusal import Refusal


class WrongCode(Refusal):
    """The code does not open the door. `counted`: there was a code, and this was one of its tries."""

    counted = False


async def try_code(phone: str, digits: str, now: dt.datetime) -> UUID | WrongCode:
    """Part: count one try on the phone's latest code and compare. Returns the code's id, or why not.

    It returns the refusal instead of raising it, so that the counted try is committed.
    The phone must be locked. A right code is not used up here: `use_code` does that.
    """
    latest = await latest_code(phone, now)
    if latest is None:
        return WrongCode("验证码已失效，请重新获取")
    counted = Code.update({Code.tries: Code.tries + 1}).where(
        Code.id == latest["id"], Code.tries < limits().codes.tries, Code.used_at.is_null()
    )
    tries = await counted.returning(Code.tries)
    if not tries:
        return WrongCode("试错的次数太多了，请重新获取验证码")
    if same(latest, digits):
        return latest["id"]
    left = limits().codes.tries - tries[0]["tries"]
    wrong = WrongCode(f"验证码不对，还可以试 {left} 次" if left else "验证码不对，请重新获取")
    wrong.counted = True
    return wrong


async def latest_code(phone: str, now: dt.datetime) -> dict | None:
    """Part: the phone's latest code, unless it was used or is over."""
    found = (
        await Code.select(Code.id, Code.code_hash, Code.expires_at, Code.used_at, Code.tries)
        .where(Code.phone_index.is_in(phone_indexes(phone)))
        .order_by(Code.sent_at, ascending=False)
        .first()
    )
    usable = found and found["used_at"] is None and found["expires_at"] > now
    return found if usable else None


def same(latest: dict, digits: str) -> bool:
    """Part: these are the code's digits; compared in constant time."""
    wanted = secrecy.blinds(hashed(latest["id"], digits))
    return any([hmac.compare_digest(latest["code_hash"], each) for each in wanted])


async def use_code(id: UUID, now: dt.datetime) -> None:
    """Part: a code opens one session only."""
    await Code.update({Code.used_at: now}).where(Code.id == id)

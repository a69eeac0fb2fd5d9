"""One-time codes: six digits to one phone, counted exactly however many processes send at once."""

import datetime as dt
import hmac
import secrets
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, secrecy
from backend.db import transaction
from backend.identity.limits import limits
from backend.identity.tables import Code
from backend.refusal import Refusal
from backend.settings import settings


class Sent(msgspec.Struct, frozen=True):
    """A code is on its way. `code` is there in demo and test mode only; production cannot see it."""

    expires_at: dt.datetime
    code: str | None


class TooSoon(Refusal):
    """The last code was sent less than a minute ago and is still good."""


async def lock_phone(phone: str) -> None:
    """Part: one at a time per phone, in every process, until the transaction ends."""
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"phone:{phone}"))


def phone_indexes(phone: str) -> list[bytes]:
    """Every index this phone may be stored under, newest key first."""
    return secrecy.blinds(phone)


async def send_code(phone: str, address: str) -> Sent:
    """Send a fresh code; the earlier one no longer counts. `address` is the asker's network address.

    Refuses: within 60 s of the last, the 11th of the day, more than the address may ask for in an hour.
    """
    if not settings().playful:
        raise Refusal("短信验证码还没有开通，请到大厅窗口或拨打 12345 办理")
    now, digits, id = await clock.now(), f"{secrets.randbelow(10**6):06d}", uuid4()
    async with transaction():
        await lock_phone(phone)
        await _refuse_too_many_for_phone(phone, now)
        await _refuse_too_many_from(address, now)
        expires = now + dt.timedelta(minutes=limits().codes.minutes)
        await Code(
            id=id,
            phone_index=phone_indexes(phone)[0],
            code_hash=secrecy.blind(_hashed(id, digits)),
            address_index=secrecy.blind(f"address:{address}"),
            sent_at=now,
            expires_at=expires,
        ).save()
    return Sent(expires, digits)


def _hashed(id: UUID, digits: str) -> str:
    # The row's id goes in, so that equal codes do not look equal in the table.
    return f"code:{id}:{digits}"


async def _refuse_too_many_for_phone(phone: str, now: dt.datetime) -> None:
    rules, local = limits().codes, clock.local(now)
    midnight = clock.at(local.date(), dt.time())
    sent = (
        await Code.select(Code.sent_at)
        .where(Code.phone_index.is_in(phone_indexes(phone)), Code.sent_at >= midnight)
        .order_by(Code.sent_at, ascending=False)
    )
    wait = rules.resend_seconds - (now - sent[0]["sent_at"]).total_seconds() if sent else 0
    if wait > 0:
        raise TooSoon(f"验证码刚发过，{max(1, round(wait))} 秒后可以再发")
    if len(sent) >= rules.a_day:
        raise Refusal(f"这个手机号今天已发过 {rules.a_day} 次验证码，请明天再试，或到大厅窗口办理")


async def _refuse_too_many_from(address: str, now: dt.datetime) -> None:
    # Taken after the phone's lock by everybody, so the two locks cannot wait for each other.
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"address:{address}"))
    hour_ago = now - dt.timedelta(hours=1)
    sent = await Code.count().where(
        Code.address_index.is_in(secrecy.blinds(f"address:{address}")), Code.sent_at > hour_ago
    )
    if sent >= settings().codes_per_address_hour:
        raise Refusal("这里的网络一小时内要的验证码太多了，请稍后再试，或换用手机流量")


class WrongCode(Refusal):
    """The code does not open the door; the try was counted."""


async def try_code(phone: str, digits: str, now: dt.datetime) -> UUID | WrongCode:
    """Part: count one try on the phone's latest code and compare. Returns the code's id, or why not.

    It returns the refusal instead of raising it, so that the counted try is committed.
    The phone must be locked. A right code is not used up here: `use_code` does that.
    """
    latest = await _latest(phone, now)
    if latest is None:
        return WrongCode("验证码已失效，请重新获取")
    counted = Code.update({Code.tries: Code.tries + 1}).where(
        Code.id == latest["id"], Code.tries < limits().codes.tries, Code.used_at.is_null()
    )
    tries = await counted.returning(Code.tries)
    if not tries:
        return WrongCode("试错的次数太多了，请重新获取验证码")
    if _same(latest, digits):
        return latest["id"]
    left = limits().codes.tries - tries[0]["tries"]
    return WrongCode(f"验证码不对，还可以试 {left} 次" if left else "验证码不对，请重新获取")


async def _latest(phone: str, now: dt.datetime) -> dict | None:
    found = (
        await Code.select(Code.id, Code.code_hash, Code.expires_at, Code.used_at)
        .where(Code.phone_index.is_in(phone_indexes(phone)))
        .order_by(Code.sent_at, ascending=False)
        .first()
    )
    usable = found and found["used_at"] is None and found["expires_at"] > now
    return found if usable else None


def _same(latest: dict, digits: str) -> bool:
    wanted = secrecy.blinds(_hashed(latest["id"], digits))
    return any([hmac.compare_digest(latest["code_hash"], each) for each in wanted])


async def use_code(id: UUID, now: dt.datetime) -> None:
    """Part: a code opens one session only."""
    await Code.update({Code.used_at: now}).where(Code.id == id)

"""One-time codes are sent: six digits to one phone, counted exactly however many processes send at once."""

import datetime as dt
import secrets
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, secrecy, sms
from backend.db import transaction
from backend.identity.limits import limits
from backend.identity.phones import hashed, lock_phone, phone_indexes
from backend.identity.tables import Code
from backend.refusal import Refusal
from backend.settings import settings


class Sent(msgspec.Struct, frozen=True):
    """A code is on its way by text message. `code` is there in demo and test mode only: the page shows it, too."""

    expires_at: dt.datetime
    code: str | None


class TooSoon(Refusal):
    """The last code was sent so short a time ago (`identity.toml`: codes) that it is still good."""


async def send_code(phone: str, address: str) -> Sent:
    """Send a fresh code; the earlier one no longer counts, and is not sent if it still waits. `address` is the
    asker's network address.

    Refuses, as `identity.toml` sets: too soon after the last (TooSoon), one more than the day's; more
    than CODES_PER_ADDRESS_HOUR from the address; and where no text messages can be sent.
    """
    if not sms.available():
        raise Refusal("短信验证码还没有开通，请到大厅窗口或拨打 12345 办理")
    now, digits, id = await clock.now(), f"{secrets.randbelow(10**6):06d}", uuid4()
    async with transaction():
        await lock_phone(phone)
        await _withdraw(await _refuse_too_many_for_phone(phone, now))
        await _refuse_too_many_from(address, now)
        expires = now + dt.timedelta(minutes=limits().codes.minutes)
        await Code(
            id=id,
            phone_index=phone_indexes(phone)[0],
            code_hash=secrecy.blind(hashed(id, digits)),
            address_index=secrecy.blind(f"address:{address}"),
            sent_at=now,
            expires_at=expires,
        ).save()
        await sms.send(
            phone, limits().codes.said(digits), key=f"code:{id}", kind="code", useless_after=expires
        )
    return Sent(expires, digits if settings().playful else None)


async def _withdraw(code: UUID | None) -> None:
    if code:
        await sms.withdraw(f"code:{code}")


async def _refuse_too_many_for_phone(phone: str, now: dt.datetime) -> UUID | None:
    """Returns the last code that was sent today."""
    rules, local = limits().codes, clock.local(now)
    midnight = clock.at(local.date(), dt.time())
    sent = (
        await Code.select(Code.id, Code.sent_at)
        .where(Code.phone_index.is_in(phone_indexes(phone)), Code.sent_at >= midnight)
        .order_by(Code.sent_at, ascending=False)
    )
    wait = rules.resend_seconds - (now - sent[0]["sent_at"]).total_seconds() if sent else 0
    if wait > 0:
        raise TooSoon(f"验证码刚发过，{max(1, round(wait))} 秒后可以再发")
    if len(sent) >= rules.a_day:
        raise Refusal(f"这个手机号今天已发过 {rules.a_day} 次验证码，请明天再试，或到大厅窗口办理")
    return sent[0]["id"] if sent else None


async def _refuse_too_many_from(address: str, now: dt.datetime) -> None:
    # Taken after the phone's lock by everybody, so the two locks cannot wait for each other.
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"address:{address}"))
    hour_ago = now - dt.timedelta(hours=1)
    sent = await Code.count().where(
        Code.address_index.is_in(secrecy.blinds(f"address:{address}")), Code.sent_at > hour_ago
    )
    if sent >= settings().codes_per_address_hour:
        raise Refusal("这里的网络一小时内要的验证码太多了，请稍后再试，或换用手机流量")

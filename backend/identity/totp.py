"""Time-based codes of an authenticator (RFC 6238: SHA-1, six digits, 30 seconds, as every authenticator knows)."""

import datetime as dt
import hmac
from uuid import UUID

import pyotp
import segno
from markupsafe import Markup

from backend import secrecy
from backend.identity.limits import limits
from backend.identity.tables import Staff
from backend.settings import settings

SECONDS = 30


def fresh_secret() -> str:
    """160 random bits, as base32 letters that can be typed."""
    return pyotp.random_base32()


def picture(secret: str, username: str) -> Markup:
    """The QR that an authenticator reads (`otpauth://totp/…`), drawn as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="启办工作台")
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704  # our own


def spelled(secret: str) -> str:
    """The secret in groups of four, for typing."""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def step_of(secret: str, digits: str, now: dt.datetime) -> int | None:
    """The step whose code these digits are, of those that `identity.toml` allows a clock to be wrong by."""
    drift = limits().totp.drift_steps
    current, code = int(now.timestamp()) // SECONDS, pyotp.TOTP(secret)
    near = range(current - drift, current + drift + 1)
    right = [step for step in near if hmac.compare_digest(code.generate_otp(step).encode(), digits.encode())]
    return right[-1] if right else None


async def use_code(staff: UUID, sealed: bytes, digits: str, now: dt.datetime) -> bool:
    """Part: whether the code is right and newer than the last one used, which it is from now on."""
    step = step_of(secrecy.unseal(sealed), digits, now)
    if step is None:
        return False
    used = Staff.update({Staff.totp_step: step}).where(Staff.id == staff, Staff.totp_step < step)
    return bool(await used.returning(Staff.id))


def owed(roles: frozenset[str], has: bool) -> bool:
    """Whether these roles may not be used yet: `identity.toml` asks them for an authenticator, and there is none."""
    rule = limits().totp
    return not has and (rule.playful or not settings().playful) and not roles.isdisjoint(rule.roles)

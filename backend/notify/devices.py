"""The browsers that an account lets us ring: joining, listing, leaving."""

import base64
import datetime as dt
import re
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from backend import clock, db, secrecy
from backend.notify import endpoints, vapid
from backend.notify.rules import rules
from backend.notify.tables import PushSubscription
from backend.refusal import NotFound, Refusal


class Keys(msgspec.Struct, frozen=True):
    """What it takes to ring a browser; only ever sealed."""

    endpoint: str
    p256dh: str
    auth: str


JOIN = """
INSERT INTO push_subscription AS s
       (id, account, session, endpoint_hash, sealed, key_id, device, created_at, seen_at, revoked_why)
SELECT gen_random_uuid(), $1, v.id, $3, $4, $5, v.device, $6, $6, '' FROM session v
WHERE v.id = $2 AND v.account = $1 AND v.revoked_at IS NULL
ON CONFLICT (endpoint_hash) DO UPDATE SET
  account = excluded.account, session = excluded.session, sealed = excluded.sealed, key_id = excluded.key_id,
  device = excluded.device, seen_at = excluded.seen_at, revoked_at = NULL, revoked_why = '',
  created_at = CASE WHEN s.account = excluded.account AND s.revoked_at IS NULL
                    THEN s.created_at ELSE excluded.created_at END
RETURNING id
"""
# One browser has one: making a new one (another key, another browser profile state) ends the one before.
REPLACE = """
UPDATE push_subscription SET revoked_at = $3, revoked_why = 'replaced'
WHERE session = $1 AND id <> $2 AND revoked_at IS NULL
"""
NEW = """
SELECT count(*) AS n FROM push_subscription s JOIN session v ON v.id = s.session
WHERE v.account = $1 AND s.account = $1 AND s.created_at >= $2
"""
LIST = """
SELECT s.id, s.device, s.created_at, s.seen_at, s.key_id, s.session FROM push_subscription s
JOIN session v ON v.id = s.session AND v.revoked_at IS NULL AND v.expires_at > $2
WHERE s.account = $1 AND s.revoked_at IS NULL ORDER BY s.seen_at DESC
"""
RINGABLE = """
SELECT DISTINCT s.account FROM push_subscription s JOIN session v ON v.id = s.session AND v.account = s.account
WHERE s.account = ANY($1) AND s.revoked_at IS NULL AND v.revoked_at IS NULL AND v.expires_at > $2
"""


async def subscribe(keys: Keys, key_id: int, *, by: UUID, session: UUID) -> UUID:
    """Let this session's browser be rung about the account's notices; the same endpoint again is the same device,
    with another account it changes hands. Refuses: Refusal, when push is off, the keys are no keys, or more are new
    today than `notices.toml` allows.
    """
    if key_id != vapid.newest() or not key_id:
        raise Refusal(
            "这个页面太旧了，请刷新后再打开提醒"
            if vapid.newest()
            else "现在不能打开弹出提醒，重要的事会发短信"
        )
    sealed, now = secrecy.seal(msgspec.json.encode(keys).decode()), await clock.now()
    async with db.transaction():
        # Two at once are counted one by one.
        await db.rows("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", by)
        found = await db.rows(JOIN, by, session, secrecy.token_hash(keys.endpoint), sealed, key_id, now)
        if not found:
            raise NotFound
        await _refuse_too_many(by, now)
        await db.rows(REPLACE, session, found[0]["id"], now)
    return UUID(str(found[0]["id"]))


async def _refuse_too_many(by: UUID, now: dt.datetime) -> None:
    midnight = clock.at(clock.local(now).date(), dt.time.min)
    if (await db.rows(NEW, by, midnight))[0]["n"] > rules().push.new_a_day:
        raise Refusal("今天打开提醒的次数太多了，请明天再试；重要的事会发短信")


async def devices(by: UUID) -> list[dict[str, Any]]:
    """The account's devices that can be rung, last seen first. One whose session is over is none of them."""
    return await db.rows(LIST, by, await clock.now())


async def ringable(accounts: list[UUID]) -> set[UUID]:
    """Those of the accounts that have a device which can be rung."""
    return {row["account"] for row in await db.rows(RINGABLE, accounts, await clock.now())}


async def revoke(device: UUID, by: UUID) -> None:
    """Never ring this device again. Refuses: NotFound, one that is not theirs."""
    ended = PushSubscription.update(
        {PushSubscription.revoked_at: await clock.now(), PushSubscription.revoked_why: "by-owner"}
    ).where(
        PushSubscription.id == device, PushSubscription.account == by, PushSubscription.revoked_at.is_null()
    )
    if not await ended.returning(PushSubscription.id):
        raise NotFound


def endpoint(text: str) -> str:
    """An endpoint that we may ask. Refuses: ValueError."""
    if not endpoints.allowed(text):
        raise ValueError("推送地址不属于我们连得上的推送服务，重要的事会发短信")
    return text


def point(text: str) -> str:
    """A browser's public key: a point of P-256, 65 bytes in base64url. Refuses: ValueError."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(text, 65))
    except ValueError:
        raise ValueError("浏览器的公钥不对，请刷新页面再试") from None
    return text.rstrip("=")


def secret(text: str) -> str:
    """A browser's secret: 16 bytes in base64url. Refuses: ValueError."""
    try:
        _bytes(text, 16)
    except ValueError:
        raise ValueError("浏览器的密钥不对，请刷新页面再试") from None
    return text.rstrip("=")


def _bytes(text: str, length: int) -> bytes:
    plain = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", plain) or len(plain) % 4 == 1:
        raise ValueError
    found = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    if len(found) != length:
        raise ValueError
    return found

"""The way to the issuer and back: bound to one browser by a sealed cookie, good for minutes, taken once."""

import base64
import binascii
import datetime as dt
import hmac
import secrets
from collections.abc import Mapping
from uuid import UUID

import msgspec

from backend import clock, secrecy
from backend.db import transaction
from backend.identity import oidc_provider
from backend.identity.limits import limits
from backend.identity.oidc_claims import Claims, read, unsealed
from backend.identity.oidc_client import Client
from backend.identity.oidc_provider import Unfinished
from backend.identity.tables import OidcReturn
from backend.refusal import Refusal
from backend.secrecy import token_hash

LOST = "登录没有从这个浏览器开始，或已经过期。请重新登录，或用短信验证码登录"


class Departure(msgspec.Struct, frozen=True):
    """What the browser carries, sealed, while its owner is with the issuer. `to` is a path of ours to go on to;
    `linking`: somebody who is signed in wants to link the identity, not to sign in by it.
    """

    state: str
    nonce: str
    verifier: str
    until: dt.datetime
    to: str
    linking: bool


async def depart(client: Client, to: str, linking: bool = False) -> tuple[str, str]:
    """Where to go, and the cookie to carry. Writes nothing. Refuses: Unfinished, where the issuer is away."""
    until = await clock.now() + dt.timedelta(minutes=limits().oidc.minutes)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    going = Departure(state, nonce, verifier, until, to, linking)
    sealed = secrecy.seal(msgspec.json.encode(going).decode())
    return (
        await oidc_provider.authorization(client, state, nonce, verifier),
        base64.urlsafe_b64encode(sealed).decode(),
    )


async def came_back(client: Client, cookie: str, said: Mapping[str, str]) -> Departure:
    """The departure that this return belongs to; from now on it is taken. `said` is the query of the return.

    Refuses: Unfinished, a return that did not leave from this browser, is late, was taken before, or comes from
    another issuer (RFC 9207).
    """
    going, now = _opened(cookie), await clock.now()
    if going is None or not hmac.compare_digest(going.state.encode(), said.get("state", "").encode()):
        raise Unfinished(LOST)
    if going.until <= now or said.get("iss", client.issuer) != client.issuer:
        raise Unfinished(LOST)
    async with transaction({"oidc_return_state_hash_key": Unfinished(LOST)}):
        await OidcReturn(state_hash=token_hash(going.state), expires_at=going.until).save()
    return going


def _opened(cookie: str) -> Departure | None:
    try:
        return msgspec.json.decode(secrecy.unseal(base64.urlsafe_b64decode(cookie)), type=Departure)
    except (binascii.Error, ValueError, secrecy.Unreadable, msgspec.DecodeError):
        return None


async def claims_of(client: Client, going: Departure, said: Mapping[str, str]) -> Claims:
    """Who the issuer says they are. Refuses: Unfinished, also who did not want to go on there."""
    if said.get("error") == "access_denied":
        raise Unfinished(f"你没有同意用{client.name}登录。可以再试一次，或用短信验证码登录")
    if not said.get("code"):
        raise oidc_provider.untrusted(client)
    tokens = await oidc_provider.exchange(client, said["code"], going.verifier)
    believed = await oidc_provider.believed(client, tokens, going.nonce)
    return read(client.issuer, believed, await clock.now())


async def hold(going: Departure, claims: Claims) -> str:
    """Keep what the issuer said until the person has proved the phone and said yes. Returns the browser's token."""
    token = secrets.token_urlsafe(32)
    await OidcReturn.update(
        {OidcReturn.token_hash: token_hash(token), OidcReturn.claims_sealed: claims.sealed()}
    ).where(OidcReturn.state_hash == token_hash(going.state))
    return token


async def held(token: str) -> Claims:
    """What waits for this browser. Refuses: Unfinished, nothing does."""
    if found := await waiting(token):
        return found
    raise Unfinished(LOST)


async def waiting(token: str) -> Claims | None:
    """What waits for this browser, if anything does."""
    found = (
        await OidcReturn.objects()
        .where(OidcReturn.token_hash == token_hash(token), OidcReturn.expires_at > await clock.now())
        .first()
    )
    return unsealed(found.claims_sealed) if found and found.claims_sealed else None


async def take(token: str, by: UUID) -> Claims:
    """Part: what waits is this account's from now on; asking again, as a double click does, changes nothing.

    Refuses: nothing waits, or another account took it.
    """
    free = OidcReturn.account.is_null() | (OidcReturn.account == by)
    taken = OidcReturn.update({OidcReturn.account: by}).where(
        OidcReturn.token_hash == token_hash(token), OidcReturn.expires_at > await clock.now(), free
    )
    found = await taken.returning(OidcReturn.claims_sealed)
    if not found:
        raise Refusal("这一步已经过期，请重新开始关联")
    return unsealed(found[0]["claims_sealed"])


async def forget_returns() -> None:
    """Delete what nobody can come back to any more; safe to run twice and at once."""
    await OidcReturn.delete().where(OidcReturn.expires_at <= await clock.now())

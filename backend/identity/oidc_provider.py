"""The issuer, asked by HTTPS: its addresses and keys, a code for tokens, and whether an ID token is to be believed.

OpenID Connect Core 1.0 with PKCE (RFC 7636, S256). Time is real time here: the tokens are dated by somebody else's
clock, which does not follow the demo's.
"""

import time
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from backend.identity.limits import limits
from backend.identity.oidc_client import Client
from backend.refusal import Refusal

PATIENCE = 5.0  # seconds for each question
LEEWAY = 60  # seconds by which the issuer's clock may be wrong
AGAIN = 10.0  # seconds between two looks for a key that is not known
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


class Unfinished(Refusal):
    """Signing in by the issuer did not come to its end; a code by SMS always does."""


def away(client: Client) -> Unfinished:
    """It does not answer, or not as agreed."""
    return Unfinished(f"{client.name}暂时连不上。请稍后再试，或用短信验证码登录")


def untrusted(client: Client) -> Unfinished:
    """What it said cannot be believed."""
    return Unfinished(f"{client.name}返回的信息核对不上，没有登录。请重新登录，或用短信验证码登录")


async def _asked(client: Client, method: str, url: str, **more: Any) -> dict[str, Any]:
    """The JSON object it answers. No redirects: the addresses are those it published. Refuses: Unfinished."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
            answer = await http.request(method, url, **more)
            answer.raise_for_status()
            found = answer.json()
    except httpx.HTTPStatusError as refused:
        raise (untrusted if refused.response.is_client_error else away)(client) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise away(client) from None
    if not isinstance(found, dict):
        raise away(client)
    return found


async def _cached(client: Client, url: str, at_least: float = 0.0) -> dict[str, Any]:
    """What stands there, at most `cache_minutes` old, and not older than `at_least` (on the monotonic clock)."""
    known = _kept.get(url)
    oldest = max(time.monotonic() - limits().oidc.cache_minutes * 60, at_least)
    if known is None or known[0] < oldest:
        known = _kept[url] = time.monotonic(), await _asked(client, "GET", url)
    return known[1]


async def metadata(client: Client) -> dict[str, Any]:
    """Its addresses (OpenID Connect Discovery 1.0). Refuses: Unfinished, also where it calls itself otherwise or has
    an address that others could read on the way.
    """
    found = await _cached(client, client.issuer.rstrip("/") + "/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    named = [str(found.get(name, "")) for name in (*wanted, "userinfo_endpoint")]
    secure = client.issuer.startswith("https://")
    if found.get("issuer") != client.issuer or not all(named[:3]):
        raise away(client)
    if secure and any(address and not address.startswith("https://") for address in named):
        raise away(client)
    return found


async def authorization(client: Client, state: str, nonce: str, verifier: str) -> str:
    """Where the person goes to say who they are. Refuses: Unfinished."""
    there = (await metadata(client))["authorization_endpoint"]
    asking = OAuth2Client(
        None,
        client.id,
        scope=limits().oidc.scopes,
        redirect_uri=client.redirect_uri,
        code_challenge_method="S256",
    )
    return str(asking.create_authorization_url(there, state, verifier, nonce=nonce)[0])


async def exchange(client: Client, code: str, verifier: str) -> dict[str, Any]:
    """The tokens for the code, which works once. Refuses: Unfinished."""
    known = await metadata(client)
    form = {
        "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
        "redirect_uri": client.redirect_uri,
    }  # fmt: skip
    ways = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" in ways:
        pair = quote(client.id, safe=""), quote(client.secret, safe="")  # RFC 6749, 2.3.1
        return await _asked(client, "POST", known["token_endpoint"], data=form, auth=pair)
    secret = {"client_id": client.id, "client_secret": client.secret}
    return await _asked(client, "POST", known["token_endpoint"], data=form | secret)


async def believed(client: Client, tokens: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of the ID token, and those that the user-info address adds. Refuses: Unfinished, whatever is not
    signed by the issuer, for us, now, and in answer to our question.
    """
    signed, access = str(tokens.get("id_token", "")), str(tokens.get("access_token", ""))
    try:
        token = await _decoded(client, signed)
        claims = CodeIDToken(
            token.claims, token.header, _expected(client), _asked_with(client, nonce, access)
        )
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError):
        raise untrusted(client) from None
    more = await _user_info(client, access)
    if more and more.get("sub") != claims["sub"]:
        raise untrusted(client)
    return {**more, **claims}


def _expected(client: Client) -> dict[str, Any]:
    essential = {"essential": True}
    return {
        "iss": {**essential, "value": client.issuer},
        "aud": {**essential, "value": client.id},
        "sub": essential,
    }


def _asked_with(client: Client, nonce: str, access: str) -> dict[str, str]:
    return {"nonce": nonce, "client_id": client.id, "access_token": access}


async def _decoded(client: Client, signed: str) -> jwt.Token:
    # Ours is the list of algorithms: a token must not choose how it is checked (RFC 8725, 3.1).
    rules = JWSRegistry(algorithms=sorted(limits().oidc.algorithms), strict_check_header=False)
    address = (await metadata(client))["jwks_uri"]
    try:
        return jwt.decode(signed, _keys(await _cached(client, address)), registry=rules)
    except InvalidKeyIdError:
        fresh = await _cached(client, address, time.monotonic() - AGAIN)  # it may have changed its keys
        return jwt.decode(signed, _keys(fresh), registry=rules)


def _keys(found: dict[str, Any]) -> KeySet:
    return KeySet.import_key_set(found)  # type: ignore[arg-type]  # judged there


async def _user_info(client: Client, access: str) -> dict[str, Any]:
    address = (await metadata(client)).get("userinfo_endpoint")
    if not address or not access:
        return {}
    return await _asked(client, "GET", address, headers={"authorization": f"Bearer {access}"})

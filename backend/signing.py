"""Signed JSON between us and another system, both ways: HMAC-SHA256 over a canonical text.

The canonical text is seven lines joined by a line feed, without one at the end:

    method (POST)
    path of the address (no host, no query)
    key id: the other system's name, as SMS_PROVIDERS, DESK_EXPORT or SIGNING has it
    timestamp: seconds since 1970, decimal
    nonce: any text, new in each request
    idempotency key: the message's or the request's id; empty in a report to us
    SHA-256 of the body in lower-case hex

Signature: lower-case hex of HMAC-SHA256(secret, canonical text in UTF-8). Headers: `X-Sms-Key`,
`X-Sms-Timestamp`, `X-Sms-Nonce`, `X-Sms-Signature` (`X-Desk-…`, `X-Signing-…` where it is about those), and
`Idempotency-Key`. No provider of the market speaks exactly this: a city puts an adapter of a few lines before its
provider, or changes `http_gateway.py`.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from backend.settings import Partner


def signature(of: Partner, path: str, *, timestamp: str, nonce: str, key: str, body: bytes) -> str:
    """The signature of one request."""
    lines = ["POST", path, of.name, timestamp, nonce, key, hashlib.sha256(body).hexdigest()]
    return hmac.new(of.secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def signed(  # noqa: PLR0917  # one after the other as the canonical text goes
    of: Partner, path: str, seconds: int, key: str, body: bytes, about: str = "Sms"
) -> dict[str, str]:
    """The headers of a POST of ours, `X-Sms-…` or of what it is `about`."""
    timestamp, nonce = str(seconds), secrets.token_hex(16)
    return {
        f"X-{about}-Key": of.name,
        f"X-{about}-Timestamp": timestamp,
        f"X-{about}-Nonce": nonce,
        f"X-{about}-Signature": signature(of, path, timestamp=timestamp, nonce=nonce, key=key, body=body),
        "Idempotency-Key": key,
    }


def genuine(
    of: Partner,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: int,
    within: int,
    about: str = "Sms",
) -> bool:
    """The provider signed this POST, at most `within` seconds ago or ahead. Compared in constant time."""
    head = f"x-{about.lower()}"
    timestamp = headers.get(f"{head}-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    nonce, key = headers.get(f"{head}-nonce", ""), headers.get("idempotency-key", "")
    wanted = signature(of, path, timestamp=timestamp, nonce=nonce, key=key, body=body)
    given = headers.get(f"{head}-signature", "")
    right = hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))
    return right and headers.get(f"{head}-key") == of.name and abs(int(timestamp) - seconds) <= within

"""VAPID (RFC 8292): who we are to a push service. Keys by id; the highest signs for new subscriptions."""

import base64
import time
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from backend.notify.few import Few
from backend.settings import settings

LIFE = 12 * 3600  # seconds a signature is good for; services refuse more than a day
_signed: Few[tuple[int, str], tuple[float, str]] = Few()  # until when it is used, the header


def newest() -> int:
    """The id of the key that new subscriptions are made with; 0 where push is off."""
    return max(settings().vapid_keys, default=0)


@cache
def _key(key_id: int) -> Vapid02:
    number = int.from_bytes(settings().vapid_keys[key_id], "big")
    return Vapid02(private_key=ec.derive_private_key(number, ec.SECP256R1()))


def known(key_id: int) -> bool:
    """We still have this key."""
    return key_id in settings().vapid_keys


@cache
def public(key_id: int) -> str:
    """The public key as browsers want it (base64url, uncompressed point)."""
    point = _key(key_id).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def authorization(key_id: int, audience: str) -> str:
    """The header for an origin, signed anew when half of its life is over: signing costs as much as sending.

    The clock here is the world's, not the demo's: the push service reads it.
    """
    now = time.time()
    until, header = _signed.used((key_id, audience), (0.0, ""))
    if until < now:
        claims = {"aud": audience, "sub": settings().vapid_subject, "exp": int(now) + LIFE}
        header = _key(key_id).sign(claims)["Authorization"]
        _signed[key_id, audience] = now + LIFE / 2, header
    return header

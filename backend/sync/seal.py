"""What phones seal for us, and what we sign for them. Keys come from SYNC_KEYS; the highest id is the newest.

Sealed: key id (1 byte), the sender's ephemeral P-256 point (65), nonce (12), AES-256-GCM with its tag. The key is
HKDF-SHA256 of the ECDH secret, salted with both points. What is sealed is bound to its record and place by the
authenticated words (`payload` or `attachment`, and the record's id). A browser knows no SM2 or SM4; what lies in our
tables afterwards is under SM4 like everything else.
"""

import base64
import os
from functools import cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.settings import settings

CURVE, POINT, NONCE = ec.SECP256R1(), 65, 12
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ECDSA = ec.ECDSA(SHA256())


class Unopened(Exception):
    """It was altered, sealed for somebody else, or its key is gone."""


def encoded(data: bytes) -> str:
    """Base64url without padding, as phones write bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes again. Refuses: ValueError."""
    if not text.isascii():
        raise ValueError("no base64url")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def newest() -> int:
    """The id of the key that phones seal with from now on; 0 where there is none."""
    return max(settings().sync_keys, default=0)


@cache
def _key(number: int, use: str) -> ec.EllipticCurvePrivateKey:
    # One secret a key id, and a key of its own for each use.
    stretched = HKDF(SHA256(), 48, salt=None, info=f"qiban sync {use}".encode()).derive(
        settings().sync_keys[number]
    )
    return ec.derive_private_key(int.from_bytes(stretched) % (ORDER - 1) + 1, CURVE)


def point(of: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as phones write it."""
    return of.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_keys() -> dict[str, str | int]:
    """What a phone needs of us: the newest key's id, the point to seal for, the point our receipts are checked by."""
    number = newest()
    names = {"seal": _key(number, "seal"), "receipt": _key(number, "receipt")}
    return {"id": number, **{name: encoded(point(key.public_key())) for name, key in names.items()}}


def _secret(mine: ec.EllipticCurvePrivateKey, theirs: bytes, salt: bytes) -> AESGCM:
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"qiban visit 1").derive(shared))


def sealed(data: bytes, words: str, number: int, to: bytes) -> bytes:
    """Seal as a phone does: for tests, and for the vectors that the phone's code is held to."""
    own = ec.generate_private_key(CURVE)
    here, nonce = point(own.public_key()), os.urandom(NONCE)
    return (
        bytes([number])
        + here
        + nonce
        + _secret(own, to, here + to).encrypt(nonce, data, words.encode("ascii"))
    )


def opened(data: bytes, words: str) -> bytes:
    """What was sealed for us under these words. Refuses: Unopened."""
    try:
        mine = _key(data[0], "seal")
        theirs, nonce, body = (
            data[1 : 1 + POINT],
            data[1 + POINT : 1 + POINT + NONCE],
            data[1 + POINT + NONCE :],
        )
        return _secret(mine, theirs, theirs + point(mine.public_key())).decrypt(
            nonce, body, words.encode("ascii")
        )
    except (IndexError, KeyError, ValueError, InvalidTag):
        raise Unopened from None


def sign(body: bytes) -> bytes:
    """Our signature of a receipt, r and s of 32 bytes each."""
    r, s = decode_dss_signature(_key(newest(), "receipt").sign(body, ECDSA))
    return r.to_bytes(32) + s.to_bytes(32)


def known_point(data: bytes) -> bytes:
    """A phone's public key, checked. Refuses: ValueError."""
    return point(ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data))


def genuine(key: bytes, body: bytes, signature: bytes) -> bool:
    """The holder of this public key signed exactly this."""
    if len(signature) != 64:
        return False
    try:
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key).verify(der, body, ECDSA)
    except (InvalidSignature, ValueError):
        return False
    return True

"""Whether what came back is a signature of this document by this person (电子签名法 13, 14), whoever says so.

Three things have to hold: the signature is one over the document itself (RSA with PKCS #1 v1.5 or PSS, or ECDSA, with
SHA-256; checked over its hash, for the text never goes to the service); its certificate is one for signing, was valid
then, and leads to a root that this deployment names (path validation of RFC 5280, by `cryptography`); and it names the
signer. Why no PKCS #7: `cryptography` makes such signatures and does not verify them, and a reader of ASN.1 of our own
is a risk of its own; who has one sends what is in it. What cannot be seen here: that a certificate was revoked, which
is the service's to know. SM2 the library does not verify, so it is refused.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from functools import partial

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

from backend.esign.chain import chain_of, common_name, holder, issued
from backend.esign.unproved import Unproved

DIGEST = Prehashed(hashes.SHA256())
PADDINGS = (padding.PKCS1v15(), padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO))


class Document(msgspec.Struct, frozen=True):
    """What is signed, by its SHA-256 in hexadecimal digits, and who has to sign it."""

    hash: str
    name: str


class Claim(msgspec.Struct, frozen=True):
    """What the service says: the signature in base64, the certificates as PEM, the signer's first; when."""

    signature: str
    certificates: list[str]
    signed_at: dt.datetime


class Certified(msgspec.Struct, frozen=True):
    """A signature that was proved, whole enough to be proved again, and what its certificate says."""

    hash: str
    claim: Claim
    signer: str
    issuer: str
    serial: str


def prove(document: Document, claim: Claim, roots: list[x509.Certificate]) -> Certified:
    """The signature, proved. Refuses: Unproved."""
    chain = chain_of(claim.certificates)
    _covers(document.hash, claim.signature, chain[0])
    issued(chain, roots, claim.signed_at)
    held = holder(chain[0], document.name)
    kept = Claim(claim.signature, [_pem(one) for one in chain], claim.signed_at)
    return Certified(document.hash, kept, held, common_name(chain[0].issuer), f"{chain[0].serial_number:X}")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _covers(hash_: str, signature: str, certificate: x509.Certificate) -> None:
    try:
        given, key = base64.b64decode(signature, validate=True), certificate.public_key()
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        raise Unproved("signature") from None
    if not any(_holds(way) for way in _ways(key, given, bytes.fromhex(hash_))):
        raise Unproved("signature")


def _ways(key: object, given: bytes, digest: bytes) -> list[Callable[[], None]]:
    """How a key of its kind may have signed."""
    if isinstance(key, rsa.RSAPublicKey):
        return [partial(key.verify, given, digest, way, DIGEST) for way in PADDINGS]
    if isinstance(key, ec.EllipticCurvePublicKey):
        return [partial(key.verify, given, digest, ec.ECDSA(DIGEST))]
    return []


def _holds(way: Callable[[], None]) -> bool:
    try:
        way()
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True

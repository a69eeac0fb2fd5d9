"""An authority of the tests' own, which certifies whom it is told to: keys and signatures are real."""

import base64
import datetime as dt
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SIGNING, SEALING = {"digital_signature", "content_commitment"}, {"key_encipherment"}
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
FIRST, LAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2045, 1, 1, tzinfo=dt.UTC)


def named(name: str) -> x509.Name:
    """By its common name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """A root, one below it that certifies people, and what they sign."""

    def __init__(self, name: str = "江苏省电子商务认证中心（测试）", last: dt.datetime = LAST) -> None:
        self.root_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = self._made(
            name, self.root_key, name, self.root_key, {"key_cert_sign"}, ca=True, last=last
        )
        below = f"{name}个人"
        self.below = self._made(below, self.key, name, self.root_key, {"key_cert_sign"}, ca=True)

    @property
    def roots(self) -> bytes:
        """As SIGNING_ROOTS has them."""
        return self.root.public_bytes(Encoding.PEM)

    def _made(
        self, name: str, key: Any, issuer: str, by: Any, usage: set[str], *, ca: bool = False,
        first: dt.datetime = FIRST, last: dt.datetime = LAST,
    ) -> x509.Certificate:  # fmt: skip
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(last)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.KeyUsage(**{one: one in usage for one in USAGES}), True)
        )
        if ca:
            builder = builder.add_extension(x509.BasicConstraints(True, None), True)
        return builder.sign(by, hashes.SHA256())

    def certify(self, name: str, key: Any, usage: set[str] = SIGNING, **more: Any) -> list[str]:
        """The chain of somebody's certificate, theirs first, without the root."""
        own = self._made(
            name, key, self.below.subject.rfc4514_string().removeprefix("CN="), self.key, usage, **more
        )
        return [one.public_bytes(Encoding.PEM).decode() for one in (own, self.below)]


def over_hash(digest: bytes, key: rsa.RSAPrivateKey) -> str:
    """A signature over what has this SHA-256, as a service makes it, base64."""
    return base64.b64encode(key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))).decode()


def key_of(kind: str) -> Any:
    """A new key: rsa, pss, ec, or one whose signatures are no use here."""
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)


def signed(document: bytes, key: Any, kind: str) -> str:
    """A signature over the document, base64."""
    if kind == "ed25519":
        return base64.b64encode(key.sign(document)).decode()
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
    ways = {
        "rsa": (padding.PKCS1v15(), hashes.SHA256()),
        "pss": (pss, hashes.SHA256()),
        "ec": (ec.ECDSA(hashes.SHA256()),),
    }
    return base64.b64encode(key.sign(document, *ways[kind])).decode()

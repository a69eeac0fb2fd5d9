"""The signer's certificate: from an authority that this deployment names, valid when it was used, for this person."""

import datetime as dt
import unicodedata

from cryptography import x509
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from backend.esign.unproved import Unproved

DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅.", "·"))  # how people write the one within a name


def chain_of(certificates: list[str]) -> list[x509.Certificate]:
    """The certificates, the signer's first. Refuses: Unproved."""
    try:
        found = [x509.load_pem_x509_certificate(one.encode()) for one in certificates]
    except ValueError:
        found = []
    if not found:
        raise Unproved("certificate")
    return found


def issued(chain: list[x509.Certificate], roots: list[x509.Certificate], at: dt.datetime) -> None:
    """The first leads to one of the roots by the others, and was valid then. Refuses: Unproved."""
    builder = PolicyBuilder().store(Store(roots)).time(at)
    policies = builder.extension_policies(
        ee_policy=_of_signers(), ca_policy=ExtensionPolicy.webpki_defaults_ca()
    )
    try:
        policies.build_client_verifier().verify(chain[0], chain[1:])
    except (VerificationError, ValueError, x509.DuplicateExtension):
        raise Unproved("certificate") from None


def _of_signers() -> ExtensionPolicy:
    """What a person's certificate has to say; the rules of browsers would want the name of a host in it."""
    policy = ExtensionPolicy.permit_all()
    policy = policy.require_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs)
    return policy.may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _issues_nothing)


def _signs(policy: Policy, certificate: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not (usage.digital_signature or usage.content_commitment):
        raise ValueError("not for signing")


def _issues_nothing(
    policy: Policy, certificate: x509.Certificate, said: x509.BasicConstraints | None
) -> None:
    if said and said.ca:
        raise ValueError("an authority, no person")


def holder(certificate: x509.Certificate, name: str) -> str:
    """What it calls its holder; that is the person's name, by itself or between `@`, as authorities here write it
    (`051@张三@…@1`). Refuses: Unproved.
    """
    held = common_name(certificate.subject)
    if _plain(name) not in {_plain(held), *map(_plain, held.split("@"))}:
        raise Unproved("name")
    return held


def common_name(of: x509.Name) -> str:
    """How it is called (CN), or nothing."""
    return "".join(str(one.value) for one in of.get_attributes_for_oid(NameOID.COMMON_NAME)[:1])


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).translate(DOTS).split())

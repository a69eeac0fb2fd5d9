"""https for trying the app on a phone: an authority of this machine, and a certificate for its addresses.

Browsers run a service worker, push and an installed app only over https. The authority lies in the data folder,
so that a phone trusts it once a year; whoever has its key could impersonate any site to those phones, so only the
owner can read it, and it has an end, for somebody may forget to delete it from the phone.
"""

import datetime as dt
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import ifaddr
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from backend.local import Unusable
from backend.local.secret import kept
from backend.settings import Settings

LASTS = dt.timedelta(days=397)  # Apple refuses any server's certificate that lasts longer than 825 days
SPARE = dt.timedelta(days=30)  # one with less left is renewed at the next start
YESTERDAY = dt.timedelta(days=1)  # a phone's clock may be slow
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104


class Files(NamedTuple):
    """Where everything lies, as PEM."""

    authority: Path
    authority_key: Path
    chain: Path
    key: Path


def files(data: Path) -> Files:
    """The four files of a data folder."""
    names = ("authority.pem", "authority.secret", "server.pem", "server.secret")
    return Files(*(data / "tls" / name for name in names))


def names(host: str) -> list[str]:
    """By what others reach this machine, the address of its way out first; with a HOST of its own, that one."""
    if host not in ANYWHERE:
        return list(dict.fromkeys([host, "localhost", "127.0.0.1"]))
    found = [each.ip for adapter in ifaddr.get_adapters() for each in adapter.ips if isinstance(each.ip, str)]
    inside = sorted(found, key=lambda address: (address != _way_out(), address))
    return list(dict.fromkeys([*inside, "localhost", "127.0.0.1", "::1", socket.gethostname()]))


def _way_out() -> str:
    # Nothing is sent: the system only says from which address it would be.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""  # no network at all
        return str(probe.getsockname()[0])


def ready(found: Settings, now: dt.datetime) -> Files:
    """The files, made where they are missing; a certificate for other names, or old, is renewed.
    Refuses: Unusable.
    """
    have = files(found.data)
    try:
        have.authority.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        authority = _authority(have, now)
        if not _serves(have, names(found.host), now):
            _issue(authority, have, names(found.host), now)
    except (OSError, ValueError) as error:
        raise Unusable(f"TLS=1: cannot use {have.authority.parent} ({error})") from error
    return have


def _authority(have: Files, now: dt.datetime) -> trustme.CA:
    if not (have.authority.exists() and _lasts(_read(have.authority), now)):
        for old in (have.authority, have.chain):  # a certificate never lies beside a key that is not its own
            old.unlink(missing_ok=True)
        made = trustme.CA(
            organization_name="Qiban", organization_unit_name=f"启办试用 {socket.gethostname()}"
        )
        kept(have.authority_key, made.private_key_pem.bytes().decode())
        kept(have.authority, _ending(made, now).public_bytes(Encoding.PEM).decode())
    return trustme.CA.from_pem(have.authority.read_bytes(), have.authority_key.read_bytes())


def _lasts(authority: x509.Certificate, now: dt.datetime) -> bool:
    """Neither as good as over, nor, as ours once were, without an end."""
    end = authority.not_valid_after_utc
    return end > now + SPARE and end - authority.not_valid_before_utc <= LASTS + YESTERDAY


def _ending(endless: trustme.CA, now: dt.datetime) -> x509.Certificate:
    """The authority's certificate with an end: trustme's own are valid until the year 3000."""
    own = x509.load_pem_x509_certificate(endless.cert_pem.bytes())
    key = load_pem_private_key(endless.private_key_pem.bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    made = x509.CertificateBuilder(own.issuer, own.subject, own.public_key(), own.serial_number)
    for each in own.extensions:
        made = made.add_extension(each.value, each.critical)
    return made.not_valid_before(now - YESTERDAY).not_valid_after(now + LASTS).sign(key, SHA256())


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _serves(have: Files, wanted: list[str], now: dt.datetime) -> bool:
    if not (have.chain.exists() and have.key.exists()):
        return False
    leaf, issuer = _read(have.chain), _read(have.authority).subject
    said = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {f"{name.value}" for name in said}
    return leaf.issuer == issuer and known >= {*wanted} and leaf.not_valid_after_utc > now + SPARE


def _issue(authority: trustme.CA, have: Files, wanted: list[str], now: dt.datetime) -> None:
    end = min(now + LASTS, _read(have.authority).not_valid_after_utc)
    made = authority.issue_cert(*wanted, not_before=now - YESTERDAY, not_after=end)
    kept(have.key, made.private_key_pem.bytes().decode())
    kept(have.chain, "".join(pem.bytes().decode() for pem in made.cert_chain_pems))


def address(found: Settings) -> str:
    """Where a phone in the same network opens the app."""
    return f"https://{_bracketed(names(found.host)[0])}:{found.port}"


def door(found: Settings) -> str:
    """Where it gets the authority's certificate first."""
    return f"http://{_bracketed(names(found.host)[0])}:{found.port + 1}"


def _bracketed(name: str) -> str:
    try:
        return f"[{name}]" if ip_address(name).version == 6 else name
    except ValueError:
        return name

"""https for a phone: an authority that stays, a certificate that fits this machine, one line where it cannot be."""

import datetime as dt
import socket
import ssl
import stat
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from cryptography import x509

from backend.commands import tls
from backend.local import Unusable
from backend.local.server import free_port
from backend.settings import Settings
from tests.setup.commands import run

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)


def leaf(files: tls.Files) -> x509.Certificate:
    return x509.load_pem_x509_certificate(files.chain.read_bytes())


def named(files: tls.Files) -> set[str]:
    said = leaf(files).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {f"{name.value}" for name in said}


def test_the_authority_stays_and_its_key_is_the_owner_s_alone(tmp_path: Path) -> None:
    found = Settings(data=tmp_path, tls=True)
    first = tls.ready(found, NOW)
    authority = first.authority.read_bytes()
    later = tls.ready(found, NOW + dt.timedelta(days=300))
    assert later.authority.read_bytes() == authority
    for secret in (first.authority_key, first.key):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.authority.parent.stat().st_mode) == 0o700


def authority(files: tls.Files) -> x509.Certificate:
    return x509.load_pem_x509_certificate(files.authority.read_bytes())


def test_a_phone_that_forgets_to_delete_the_authority_trusts_it_for_a_year_only(tmp_path: Path) -> None:
    found = Settings(data=tmp_path, tls=True)
    first = authority(tls.ready(found, NOW))
    assert NOW + dt.timedelta(days=365) < first.not_valid_after_utc < NOW + dt.timedelta(days=400)
    files = tls.ready(found, NOW + dt.timedelta(days=380))
    second = authority(files)
    assert second.not_valid_after_utc > NOW + dt.timedelta(days=700)
    leaf(files).verify_directly_issued_by(second)


def test_an_authority_without_an_end_is_replaced(tmp_path: Path) -> None:
    found = Settings(data=tmp_path, tls=True)
    files, endless = tls.ready(found, NOW), trustme.CA()
    files.authority_key.write_bytes(endless.private_key_pem.bytes())
    files.authority.write_bytes(endless.cert_pem.bytes())
    made = authority(tls.ready(found, NOW))
    assert made.not_valid_after_utc < NOW + dt.timedelta(days=400)
    leaf(files).verify_directly_issued_by(made)


def test_no_certificate_outlasts_its_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Settings(data=tmp_path, tls=True)
    tls.ready(found, NOW)
    monkeypatch.setattr(tls, "names", lambda host: ["192.0.2.9"])
    files = tls.ready(found, NOW + dt.timedelta(days=300))
    assert leaf(files).not_valid_after_utc <= authority(files).not_valid_after_utc


def test_a_certificate_that_still_serves_is_kept_and_an_old_one_is_renewed(tmp_path: Path) -> None:
    found = Settings(data=tmp_path, tls=True)
    first = leaf(tls.ready(found, NOW))
    assert leaf(tls.ready(found, NOW + dt.timedelta(days=300))) == first
    renewed = leaf(tls.ready(found, NOW + dt.timedelta(days=380)))
    assert renewed.not_valid_after_utc > first.not_valid_after_utc
    lasts = renewed.not_valid_after_utc - renewed.not_valid_before_utc
    assert lasts < dt.timedelta(days=825), "Apple's phones refuse longer ones"


def test_another_address_gets_a_certificate_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Settings(data=tmp_path, tls=True, host="0.0.0.0")
    monkeypatch.setattr(tls, "names", lambda host: ["192.0.2.7", "localhost"])
    assert named(tls.ready(found, NOW)) == {"192.0.2.7", "localhost"}
    monkeypatch.setattr(tls, "names", lambda host: ["192.0.2.8", "localhost"])
    assert "192.0.2.8" in named(tls.ready(found, NOW))
    assert tls.address(found) == "https://192.0.2.8:8000"
    assert tls.door(found) == "http://192.0.2.8:8001"


def test_a_host_that_is_everywhere_is_reached_by_every_address_and_name() -> None:
    assert {"127.0.0.1", "::1", "localhost", socket.gethostname()} <= {*tls.names("0.0.0.0")}
    assert tls.names("127.0.0.1") == ["127.0.0.1", "localhost"]


def test_a_browser_that_trusts_the_authority_trusts_the_server(tmp_path: Path) -> None:
    files = tls.ready(Settings(data=tmp_path, tls=True), dt.datetime.now(dt.UTC))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(files.chain, files.key)
    asking = ssl.create_default_context(cafile=files.authority)
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(theirs, ours, server_side=True)
    client = asking.wrap_bio(ours, theirs, server_hostname="localhost")
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.getpeercert()


def test_an_authority_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    found = Settings(data=tmp_path, tls=True)
    tls.ready(found, NOW).authority_key.write_text("no key")
    with pytest.raises(Unusable, match="TLS=1: cannot use"):
        tls.ready(found, NOW)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"TLS": "maybe"}, "TLS='maybe'"),
        ({"TLS": "1", "PUBLIC_URL": "https://qiban.example"}, "PUBLIC_URL"),
        ({"TLS": "1", "MODE": "production"}, "production"),
    ],
)
def test_what_does_not_go_together_is_one_line(tmp_path: Path, given: dict[str, str], said: str) -> None:
    ended = run("up", data=tmp_path, PORT=str(free_port()), **given)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1), ended.stderr
    assert said in ended.stderr


def _taken() -> socket.socket:
    """A door above a free one, below those that a system hands out: nobody is given the free one meanwhile."""
    for port in range(20000, 20200):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return socket.create_server(("127.0.0.1", port + 1))
    raise AssertionError("every door is taken")


def test_a_door_that_is_taken_is_one_line_and_nothing_runs(tmp_path: Path) -> None:
    with _taken() as taken:
        port = taken.getsockname()[1] - 1
        ended = run("up", data=tmp_path, TLS="1", PORT=str(port))
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1), ended.stderr
    assert f"PORT + 1 = {port + 1}" in ended.stderr

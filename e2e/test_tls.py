"""`up` with TLS=1, as one tries it on a phone: trusted by its own authority, a service worker, a secure session."""

import base64
import hashlib
import signal
import ssl
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, expect

from e2e import steps
from e2e.conftest import ARGS, ROOT, App, binary


class Secured(App):
    """The app over https."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"https://127.0.0.1:{self.port}"
        self.env["TLS"] = "1"

    def opened(self, path: str) -> bytes:
        """What it answers to a client that trusts its authority, and no other."""
        trusting = ssl.create_default_context(cafile=self.folder / "tls" / "authority.pem")
        with urllib.request.urlopen(self.url + path, timeout=10, context=trusting) as answer:
            said: bytes = answer.read()
            return said

    def _ready(self) -> bool:
        return "Ctrl-C" in self.log.read_text()

    def fingerprint(self) -> str:
        """Of the server's public key, as Chromium wants it."""
        leaf = x509.load_pem_x509_certificate((self.folder / "tls" / "server.pem").read_bytes())
        key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(key).digest()).decode()


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    """`up` with TLS=1; told to stop, it must end by itself."""
    with tempfile.TemporaryDirectory(prefix="e2e-tls-", dir=ROOT / ".local") as folder:
        running = Secured(Path(folder) / "data")
        process = running.start()
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_a_client_that_trusts_its_authority_is_answered_and_another_is_not(secured: Secured) -> None:
    assert b"ok" in secured.opened("/healthz")
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(f"{secured.url}/healthz", timeout=10)


def test_the_terminal_shows_where_to_go_and_the_door_gives_the_certificate(secured: Secured) -> None:
    said = secured.log.read_text()
    door = f"http://127.0.0.1:{secured.port + 1}"
    assert f"{secured.url}/console" in said
    assert door in said
    assert "▄▄▄▄▄ █" in said
    with urllib.request.urlopen(door, timeout=10) as page:
        text = page.read().decode()
    assert secured.url in text
    assert "证书信任设置" in text
    with urllib.request.urlopen(f"{door}/qiban.crt", timeout=10) as file:
        assert file.headers["content-type"] == "application/x-x509-ca-cert"
        assert file.read() == (secured.folder / "tls" / "authority.pem").read_bytes()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{door}/authority.secret", timeout=10)


def test_the_app_runs_its_service_worker_and_keeps_a_secure_session(
    secured: Secured, chromium: Browser, phone: str
) -> None:
    # Chromium honours the list only with a profile of its own; certificates are judged in every other way.
    trusted = f"--ignore-certificate-errors-spki-list={secured.fingerprint()}"
    with tempfile.TemporaryDirectory() as profile:
        window = chromium.browser_type.launch_persistent_context(
            profile, executable_path=binary(), args=[*ARGS, trusted], base_url=secured.url
        )
        page = window.pages[0]
        page.goto("/")
        assert page.evaluate("navigator.serviceWorker.ready.then(one => one.active.scriptURL)").endswith(
            "/sw.js"
        )
        steps.sign_in(page, phone, "/people/new")
        expect(page.get_by_role("heading", level=1)).to_have_text("添加办事人")
        (session,) = [one for one in window.cookies() if one["name"] == "session"]
        assert session["secure"]
        window.close()

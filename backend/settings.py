"""Everything the environment decides, read once and checked at start.

A bad value is refused with one line that names the variable; nothing else in the
house reads the environment.
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

Mode = Literal["demo", "test", "production"]


class BadSetting(Exception):
    """A variable of the environment cannot be used; the text names it and says what is expected."""


class Partner(msgspec.Struct, frozen=True):
    """A system that we send signed JSON: its name (the key id of its signatures), address and shared secret; without a
    name and a secret a folder (`file:///…`, `s3://…`).
    """

    name: str
    url: str
    secret: str


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment decides. Keys are bytes by key id; the highest id is the one that seals, or signs."""

    mode: Mode = "demo"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    database_url: str = ""
    database_pool: int = 20
    redis_url: str = ""
    data: Path = Path(".local")
    files_url: str = ""  # file://… or s3://bucket/…; empty: a folder in `data`
    clamd: str = ""
    city: str = "qidong"
    web_processes: int = 1
    trusted_proxies: frozenset[str] = frozenset()
    sm4_keys: dict[int, bytes] = {}
    index_keys: dict[int, bytes] = {}
    vapid_keys: dict[int, bytes] = {}  # none: no web push, and people are told so
    sync_keys: dict[int, bytes] = {}  # none: no agent's phone can be registered, and they are told so
    vapid_subject: str = "mailto:qiban@localhost"
    codes_per_address_hour: int = 300
    tls: bool = False
    sms_providers: tuple[Partner, ...] = ()
    desk_export: Partner | None = None
    signing: Partner | None = None  # none: people sign on the screen or on paper
    signing_roots: list[x509.Certificate] = []
    turn_urls: tuple[str, ...] = ()  # none: screens meet directly or not at all, and people are told so
    turn_secret: str = ""
    turn_address: str = "127.0.0.1"
    metrics_token: str = ""
    worker_metrics_port: int = 0
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "苏服办"

    @property
    def reference(self) -> Path:
        """The folder of the city's reference data: a name under `backend/reference/`, or a path."""
        return Path(__file__).parent / "reference" / self.city

    @property
    def playful(self) -> bool:
        """Demo and test: the clock may be moved and one-time codes are shown."""
        return self.mode != "production"

    @property
    def secure(self) -> bool:
        """People reach us by https, so cookies are Secure and HSTS is sent."""
        return self.tls or self.public_url.startswith("https://")


def _number(source: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = source.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise BadSetting(f"{name}={text!r}: expected a whole number from {least} to {most}")
    return int(text)


def _mode(source: Mapping[str, str]) -> Mode:
    text = source.get("MODE", "demo")
    if text not in ("demo", "test", "production"):
        raise BadSetting(f"MODE={text!r}: expected demo, test or production")
    return text  # type: ignore[return-value]  # narrowed by the test above


def _yes(source: Mapping[str, str], name: str) -> bool:
    text = source.get(name, "").strip()
    if text not in ("", "0", "1"):
        raise BadSetting(f"{name}={text!r}: expected 1, or nothing")
    return text == "1"


def keys_in(source: Mapping[str, str], name: str, size: int) -> dict[int, bytes]:
    """`1:hex,2:hex`: every live key with its id (0–255)."""
    try:
        pairs = [part.split(":") for part in source.get(name, "").split(",") if part.strip()]
        keys = {int(number): bytes.fromhex(key) for number, key in pairs}
    except ValueError:
        raise BadSetting(f"{name}: expected id:hex pairs separated by commas") from None
    if any(len(key) != size for key in keys.values()) or any(not 0 <= number < 256 for number in keys):
        raise BadSetting(f"{name}: every key must be {size} bytes in hex, with an id from 0 to 255")
    return keys


def _token(source: Mapping[str, str], name: str) -> str:
    token = source.get(name, "").strip()
    if token and len(token) < 16:
        raise BadSetting(
            f"{name}: expected at least 16 characters; python -m backend keys prints a fresh one"
        )
    return token


def _signing_keys(source: Mapping[str, str], name: str) -> dict[int, bytes]:
    """`1:base64url,2:base64url`: private P-256 keys (32 bytes) with their ids (1–32767)."""
    try:
        pairs = [part.strip().split(":") for part in source.get(name, "").split(",") if part.strip()]
        keys = {int(number): base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)) for number, key in pairs}
    except (ValueError, binascii.Error):
        raise BadSetting(f"{name}: expected id:base64url pairs separated by commas") from None
    if any(len(key) != 32 or not any(key) for key in keys.values()) or not all(0 < n < 32768 for n in keys):
        raise BadSetting(f"{name}: every key must be 32 bytes in base64url, with an id from 1 to 32767")
    return keys


def _subject(source: Mapping[str, str]) -> str:
    """Whom a push service may write to: RFC 8292 wants `mailto:` or `https:`."""
    address = source.get("PUBLIC_URL", "").rstrip("/")
    text = source.get("VAPID_SUBJECT", "").strip() or (address if address.startswith("https://") else "")
    if not text:
        return Settings().vapid_subject
    if not (text.startswith("https://") or (text.startswith("mailto:") and "@" in text)):
        raise BadSetting(f"VAPID_SUBJECT={text!r}: expected mailto:… or https://…")
    return text


def _files(source: Mapping[str, str]) -> str:
    text = source.get("FILES_URL", "").strip()
    if text and not re.fullmatch(r"(file:///|s3://[a-z0-9.-]+).*", text):
        raise BadSetting(f"FILES_URL={text!r}: expected file:///a/folder or s3://bucket/folder")
    return text


def _clamd(source: Mapping[str, str]) -> str:
    text = source.get("CLAMD", "").strip()
    if text and not re.fullmatch(r"unix:/.+|[A-Za-z0-9.-]+:[0-9]{1,5}", text):
        raise BadSetting(f"CLAMD={text!r}: expected unix:/path/of/clamd.sock or host:port")
    return text


def _sms_providers(source: Mapping[str, str]) -> tuple[Partner, ...]:
    """`name|https://…|secret`, separated by commas, in the order in which they are asked; or `none`."""
    text = source.get("SMS_PROVIDERS", "").strip()
    entries = [] if text == "none" else [entry.split("|") for entry in text.split(",") if entry.strip()]
    if any(len(entry) != 3 for entry in entries) or len(entries) > 2:
        raise BadSetting("SMS_PROVIDERS: expected at most two of name|https://…|secret, separated by commas")
    found = tuple(Partner(*(part.strip() for part in entry)) for entry in entries)
    for one in found:
        _check_partner("SMS_PROVIDERS", one, _mode(source))
    if len({one.name for one in found}) < len(found):
        raise BadSetting("SMS_PROVIDERS: every provider needs a name of its own")
    return found


def _check_partner(variable: str, one: Partner, mode: Mode) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", one.name) or one.name == "log":
        raise BadSetting(f"{variable}: a name is up to 20 small letters, digits and hyphens, and not `log`")
    if len(one.secret) < 16:
        raise BadSetting(f"{variable}: the secret of {one.name} is shorter than 16 characters")
    try:
        address = urlsplit(one.url)
        host, port = address.hostname or "", address.port
    except ValueError:
        host, port = "", 0
    if not host or port == 0 or address.scheme not in ("http", "https"):
        raise BadSetting(f"{variable}: {one.name}: expected an address such as https://system.example/in")
    if mode == "production" and address.scheme != "https" and host not in ("127.0.0.1", "::1", "localhost"):
        raise BadSetting(f"{variable}: {one.name}: what concerns people leaves by https:// only")


def _desk_export(source: Mapping[str, str]) -> Partner | None:
    """A folder, or `name|https://…|secret`."""
    text = source.get("DESK_EXPORT", "").strip()
    if not text:
        return None
    if re.fullmatch(r"(file:///|s3://[a-z0-9.-]+).*", text):
        return Partner("", text, "")
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != 3:
        raise BadSetting(
            "DESK_EXPORT: expected file:///a/folder, s3://bucket/folder or name|https://…|secret"
        )
    found = Partner(*parts)
    _check_partner("DESK_EXPORT", found, _mode(source))
    return found


def _signing(source: Mapping[str, str]) -> Partner | None:
    """`name|https://…|secret`, with SIGNING_ROOTS."""
    text = source.get("SIGNING", "").strip()
    if bool(text) != bool(source.get("SIGNING_ROOTS", "").strip()):
        raise BadSetting("SIGNING and SIGNING_ROOTS go together: whose signatures count is ours to say")
    if not text:
        return None
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != 3:
        raise BadSetting("SIGNING: expected name|https://…|secret")
    found = Partner(*parts)
    _check_partner("SIGNING", found, _mode(source))
    return found


def _signing_roots(source: Mapping[str, str]) -> list[x509.Certificate]:
    """A file of certificates (PEM)."""
    name = source.get("SIGNING_ROOTS", "").strip()
    try:
        return x509.load_pem_x509_certificates(Path(name).read_bytes()) if name else []
    except (OSError, ValueError) as error:
        raise BadSetting(
            f"SIGNING_ROOTS={name!r}: expected a file of certificates in PEM ({type(error).__name__})"
        ) from None


def _turn_urls(source: Mapping[str, str]) -> tuple[str, ...]:
    """`turn:host:port?transport=udp`, `turns:…` (RFC 7065), separated by commas, with TURN_SECRET."""
    found = tuple(url.strip() for url in source.get("TURN_URLS", "").split(",") if url.strip())
    if bool(found) != bool(source.get("TURN_SECRET", "").strip()):
        raise BadSetting("TURN_URLS and TURN_SECRET go together: a relay that knows nobody serves nobody")
    if not all(
        re.fullmatch(r"turns?:(\[[0-9a-fA-F:]+\]|[^\s:/?@]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?", url)
        for url in found
    ):
        raise BadSetting(
            "TURN_URLS: expected turn:host:3478?transport=udp, the same with tcp, and turns:host:5349?transport=tcp"
        )
    return found


def _address(source: Mapping[str, str], name: str, default: str) -> str:
    text = source.get(name, "").strip() or default
    try:
        found = ip_address(text)
    except ValueError:
        found = None
    if not found or found.is_unspecified:
        raise BadSetting(f"{name}={text!r}: expected one IP address of this machine")
    return str(found)


def read(source: Mapping[str, str]) -> Settings:
    """Check the environment and return what it decides. Refuses: BadSetting, one line."""
    found = Settings(
        mode=_mode(source),
        host=source.get("HOST", "").strip() or "127.0.0.1",
        port=_number(source, "PORT", 8000, 1, 65535),
        public_url=source.get("PUBLIC_URL", "").rstrip("/"),
        database_url=source.get("DATABASE_URL", ""),
        database_pool=_number(source, "DATABASE_POOL", 20, 2, 500),
        redis_url=source.get("REDIS_URL", ""),
        data=Path(source.get("DATA", "") or ".local"),
        files_url=_files(source),
        clamd=_clamd(source),
        city=source.get("CITY", "").strip() or "qidong",
        web_processes=_number(source, "WEB_PROCESSES", 1, 1, 64),
        trusted_proxies=frozenset(
            filter(None, source.get("TRUSTED_PROXIES", "").replace(" ", "").split(","))
        ),
        sm4_keys=keys_in(source, "SM4_KEYS", 16),
        index_keys=keys_in(source, "INDEX_KEYS", 32),
        vapid_keys=_signing_keys(source, "VAPID_KEYS"),
        sync_keys=keys_in(source, "SYNC_KEYS", 32),
        vapid_subject=_subject(source),
        codes_per_address_hour=_number(source, "CODES_PER_ADDRESS_HOUR", 300, 1, 1_000_000),
        tls=_yes(source, "TLS"),
        sms_providers=_sms_providers(source),
        desk_export=_desk_export(source),
        signing=_signing(source),
        signing_roots=_signing_roots(source),
        turn_urls=_turn_urls(source),
        turn_secret=_token(source, "TURN_SECRET"),
        turn_address=_address(source, "TURN_ADDRESS", "127.0.0.1"),
        metrics_token=_token(source, "METRICS_TOKEN"),
        worker_metrics_port=_number(source, "WORKER_METRICS_PORT", 0, 0, 65535),
        oidc_issuer=source.get("OIDC_ISSUER", "").strip(),
        oidc_client_id=source.get("OIDC_CLIENT_ID", "").strip(),
        oidc_client_secret=source.get("OIDC_CLIENT_SECRET", "").strip(),
        oidc_name=source.get("OIDC_NAME", "").strip() or "苏服办",
    )
    if not found.reference.is_dir():
        raise BadSetting(f"CITY={found.city!r}: there is no such folder of reference data")
    _check_addresses(found)
    _check_oidc(found)
    if "MODE" not in source and found.public_url.startswith("https://"):
        raise BadSetting(
            "PUBLIC_URL is https, so say MODE=production, or MODE=demo: a demo shows its codes to all"
        )
    if found.mode == "production":
        _check_production(found, source)
    return found


def _check_production(found: Settings, source: Mapping[str, str]) -> None:
    """Nothing of production has a default that others know. All that is missing is named at once."""
    there = {
        "SM4_KEYS (python -m backend keys prints fresh ones)": found.sm4_keys,
        "INDEX_KEYS (python -m backend keys prints fresh ones)": found.index_keys,
        "VAPID_KEYS (python -m backend keys prints fresh ones)": found.vapid_keys,
        "SMS_PROVIDERS (name|https://…|secret; none says that nobody gets a text message or code)": source.get(
            "SMS_PROVIDERS", ""
        ).strip(),
        "DATABASE_URL (postgresql://user:password@host/database)": found.database_url,
        "REDIS_URL (redis://:password@host:6379/0)": found.redis_url,
        "PUBLIC_URL (the address people type; it begins with https://)": found.secure,
    }
    if missing := [name for name, value in there.items() if not value]:
        raise BadSetting(f"MODE=production needs {'; '.join(missing)}")


def _check_addresses(found: Settings) -> None:
    if found.tls and found.mode == "production":
        raise BadSetting(
            "TLS=1 is for trying the app on a phone: in production what stands before web ends TLS"
        )
    if found.tls and found.public_url:
        raise BadSetting("TLS=1 makes an address of its own: leave PUBLIC_URL out")
    if found.tls and found.port == 65535:
        raise BadSetting("TLS=1 also listens at PORT + 1: choose a lower PORT")
    if found.public_url and not found.public_url.startswith(("http://", "https://")):
        raise BadSetting(f"PUBLIC_URL={found.public_url!r}: expected http://… or https://…")
    try:
        for proxy in found.trusted_proxies:
            ip_address(proxy)
    except ValueError:
        raise BadSetting("TRUSTED_PROXIES: expected IP addresses separated by commas") from None


def _check_oidc(found: Settings) -> None:
    """Signing in by the province's identity: all of it or nothing, and never over a line that others read."""
    given = [bool(one) for one in (found.oidc_issuer, found.oidc_client_id, found.oidc_client_secret)]
    if any(given) and not (all(given) and found.public_url):
        raise BadSetting("OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and PUBLIC_URL go together")
    usual = (
        ("https://",)
        if found.mode == "production"
        else ("https://", "http://127.0.0.1:", "http://localhost:")
    )
    if found.oidc_issuer and not found.oidc_issuer.startswith(usual):
        raise BadSetting(f"OIDC_ISSUER={found.oidc_issuer!r}: expected https://…")


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read(os.environ)

"""Everything the environment decides, read once and checked at start.

A bad value is refused with one line that names the variable; nothing else in the
house reads the environment.
"""

import os
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

import msgspec

Mode = Literal["demo", "test", "production"]


class BadSetting(Exception):
    """A variable of the environment cannot be used; the text names it and says what is expected."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment decides. Keys are bytes by key id; the highest id is the one that seals."""

    mode: Mode = "demo"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    database_url: str = ""
    database_pool: int = 20
    redis_url: str = ""
    data: Path = Path(".local")
    city: str = "qidong"
    web_processes: int = 1
    trusted_proxies: frozenset[str] = frozenset()
    sm4_keys: dict[int, bytes] = {}
    index_keys: dict[int, bytes] = {}
    codes_per_address_hour: int = 300
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
        return self.public_url.startswith("https://")


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


def _keys(source: Mapping[str, str], name: str, size: int) -> dict[int, bytes]:
    """`1:hex,2:hex`: every live key with its id (0–255)."""
    try:
        pairs = [part.split(":") for part in source.get(name, "").split(",") if part.strip()]
        keys = {int(number): bytes.fromhex(key) for number, key in pairs}
    except ValueError:
        raise BadSetting(f"{name}: expected id:hex pairs separated by commas") from None
    if any(len(key) != size for key in keys.values()) or any(not 0 <= number < 256 for number in keys):
        raise BadSetting(f"{name}: every key must be {size} bytes in hex, with an id from 0 to 255")
    return keys


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
        city=source.get("CITY", "").strip() or "qidong",
        web_processes=_number(source, "WEB_PROCESSES", 1, 1, 64),
        trusted_proxies=frozenset(
            filter(None, source.get("TRUSTED_PROXIES", "").replace(" ", "").split(","))
        ),
        sm4_keys=_keys(source, "SM4_KEYS", 16),
        index_keys=_keys(source, "INDEX_KEYS", 32),
        codes_per_address_hour=_number(source, "CODES_PER_ADDRESS_HOUR", 300, 1, 1_000_000),
        oidc_issuer=source.get("OIDC_ISSUER", "").strip(),
        oidc_client_id=source.get("OIDC_CLIENT_ID", "").strip(),
        oidc_client_secret=source.get("OIDC_CLIENT_SECRET", "").strip(),
        oidc_name=source.get("OIDC_NAME", "").strip() or "苏服办",
    )
    if not found.reference.is_dir():
        raise BadSetting(f"CITY={found.city!r}: there is no such folder of reference data")
    _check_addresses(found)
    _check_oidc(found)
    if "MODE" not in source and found.secure:
        raise BadSetting(
            "PUBLIC_URL is https, so say MODE=production, or MODE=demo: a demo shows its codes to all"
        )
    if found.mode == "production" and not (found.sm4_keys and found.index_keys and found.secure):
        raise BadSetting(
            "MODE=production needs SM4_KEYS, INDEX_KEYS and a PUBLIC_URL that begins with https://"
        )
    return found


def _check_addresses(found: Settings) -> None:
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

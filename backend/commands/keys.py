"""Fresh secrets in the form of an `.env` file; nothing is kept here."""

import base64
import secrets

from cryptography.hazmat.primitives.asymmetric import ec

from backend import settings

FRESH = {"SM4_KEYS": 16, "INDEX_KEYS": 32, "SYNC_KEYS": 32}  # bytes of a key


def env(after: int = 0) -> str:
    """Lines for `.env`: one new key of each kind under the next id, and a token for `/metrics`.

    With `after`, the highest id in use, the keys are to be joined to those that are there: `1:old,2:new`.
    """
    lines = [f"{name}={after + 1}:{secrets.token_hex(size)}" for name, size in FRESH.items()]
    lines.append(f"VAPID_KEYS={after + 1}:{_signing_key()}")
    return "\n".join([*lines, f"METRICS_TOKEN={secrets.token_urlsafe(32)}"])


def _signing_key() -> str:
    """A private P-256 key as base64url: its number alone, without a wrapping (RFC 8292)."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def highest(source: dict[str, str]) -> int:
    """The highest key id the environment names; 0 where it names none. Refuses: BadSetting."""
    used = [settings.keys_in(source, name, size) for name, size in FRESH.items()]
    return max((number for keys in used for number in keys), default=0)

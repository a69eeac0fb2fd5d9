"""What the issuer says of a person, in our words: which claim is which is `identity.toml` (oidc)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec

from backend import clock, secrecy
from backend.identity import checks, ids
from backend.identity.limits import limits


class Claims(msgspec.Struct, frozen=True):
    """Who somebody is for the issuer. `phone` and `id_number` are empty unless the issuer has verified them and they
    can be; `id_number` comes with a `name`.
    """

    issuer: str
    subject: str
    phone: str = ""
    name: str = ""
    id_number: str = ""

    @property
    def key(self) -> str:
        """Issuer and subject in one: what a linked identity seals, and what its blind index is made of."""
        return f"oidc:{self.issuer}:{self.subject}"

    def sealed(self) -> bytes:
        """For a row, for minutes."""
        return secrecy.seal(msgspec.json.encode(self).decode())


def unsealed(row: bytes) -> Claims:
    """The claims again."""
    return msgspec.json.decode(secrecy.unseal(row), type=Claims)


def read(issuer: str, said: dict[str, Any], now: dt.datetime) -> Claims:
    """Take from the claims what is ours to use; what makes no sense here counts as not said."""
    rule, today = limits().oidc, clock.local(now).date()
    name = _tidied(checks.name, said.get(rule.name))
    number = _tidied(lambda text: ids.id_number(rule.id_type, text, today), said.get(rule.id_number))
    phone = _tidied(checks.mobile, said.get(rule.phone))
    return Claims(
        issuer, str(said["sub"])[:255],
        phone=phone if _yes(said.get(rule.phone_verified)) else "",
        name=name,
        id_number=number if name and _yes(said.get(rule.id_verified)) else "",
    )  # fmt: skip


def _tidied(check: Callable[[str], str], value: object) -> str:
    try:
        return check(str(value or ""))
    except ValueError:
        return ""


def _yes(value: object) -> bool:
    return str(value).lower() in limits().oidc.yes

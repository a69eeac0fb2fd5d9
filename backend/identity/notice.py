"""The privacy notice, as data: `reference/qidong/privacy.toml`."""

from functools import cache

import msgspec

from backend.identity.limits import FILE


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One card of the notice."""

    title: str
    text: str


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole notice."""

    parts: list[Part]


@cache
def notice() -> Notice:
    """What people are told about their data. Refuses: msgspec.ValidationError that names the field."""
    return msgspec.toml.decode(FILE.with_name("privacy.toml").read_bytes(), type=Notice)

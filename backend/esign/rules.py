"""How long a signature may take, as data: `esign.toml` of the city's reference data."""

from functools import cache
from typing import Annotated

import msgspec

from backend.settings import settings

FILE = "esign.toml"


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, which says what each means."""

    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    every_seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)]
    report_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)]


@cache
def rules() -> Rules:
    """The city's rules. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=Rules)

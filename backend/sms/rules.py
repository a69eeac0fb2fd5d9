"""How text messages are sent, as data: `sms.toml` of the city's reference data."""

import datetime as dt
from functools import cache
from typing import Annotated

import msgspec

from backend.settings import settings

FILE = "sms.toml"
Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]


class Retry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often a message is offered in all, and how long it rests when every provider failed."""

    attempts: Annotated[int, msgspec.Meta(ge=1, le=50)]
    first_seconds: Seconds
    most_seconds: Seconds
    busy_most_seconds: Seconds

    def __post_init__(self) -> None:
        if self.most_seconds < self.first_seconds:
            raise ValueError("most_seconds: Expected at least first_seconds")

    def rest(self, rounds: int) -> dt.timedelta:
        """After the first failed round `first_seconds`, then twice as long each time, up to the most."""
        return dt.timedelta(seconds=min(self.most_seconds, self.first_seconds * 2 ** max(0, rounds - 1)))


class Demotion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a provider is too slow to be asked first, and for how long."""

    window_seconds: Seconds
    least: Count
    slow_ms: Annotated[int, msgspec.Meta(ge=1, le=60_000)]
    percent: Annotated[int, msgspec.Meta(ge=1, le=99)]
    seconds: Seconds


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days phones and texts are kept, and how many days rows are."""

    personal_days: Days
    days: Days

    def __post_init__(self) -> None:
        if self.days < self.personal_days:
            raise ValueError("days: Expected at least personal_days")


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `sign` is the signature before every text; `first` the kinds that overtake others."""

    sign: Annotated[str, msgspec.Meta(min_length=2, max_length=12)]
    first: list[str]
    report_seconds: Seconds
    retry: Retry
    demotion: Demotion
    keep: Keep


@cache
def rules() -> Rules:
    """The city's rules. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=Rules)

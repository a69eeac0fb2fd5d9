"""How somebody at home is found for the desk, as data: `handoff.toml` of the city's reference data."""

import datetime as dt
from functools import cache
from typing import Annotated

import msgspec

from backend.settings import settings

FILE = "handoff.toml"
Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=1440)]
Count = Annotated[int, msgspec.Meta(ge=1, le=100)]


class HandoffRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, which says what each means."""

    ring: Seconds
    connect: Seconds
    beat: Seconds
    lease: Seconds
    resume: Seconds
    wait: Seconds
    retry: Seconds
    wrap: Seconds
    silent: Count
    circles: Annotated[list[Count], msgspec.Meta(min_length=1)]
    call_back_after: Minutes
    call_back_each: Minutes

    def circle(self, round: int) -> int:
        """How many ring in this round, from 0."""
        return self.circles[min(round, len(self.circles) - 1)]


@cache
def handoff_rules() -> HandoffRules:
    """The rules of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=HandoffRules)


def seconds(count: int) -> dt.timedelta:
    """As a length of time."""
    return dt.timedelta(seconds=count)

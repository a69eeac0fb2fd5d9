"""How somebody at home is found for the desk, as data: `handoff.toml` of the city's reference data."""

import datetime as dt
from functools import cache
from typing import Annotated, Literal

import msgspec

from backend.settings import settings

FILE = "handoff.toml"
Side = Literal["desk", "officer"]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=1440)]
Speed = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Milliseconds = Annotated[int, msgspec.Meta(ge=1, le=60_000)]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]
Count = Annotated[int, msgspec.Meta(ge=1, le=100)]


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an applicant says before an officer; of which matters (`items`: codes), none: of each."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z-]{1,20}$")]
    says: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    items: list[str] = []


class HandoffRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, which says what each means."""

    ring: Seconds
    connect: Seconds
    beat: Seconds
    lease: Seconds
    resume: Seconds
    wait: Seconds
    supervise: Annotated[int, msgspec.Meta(ge=0, le=3600)]
    retry: Seconds
    wrap: Seconds
    push_after: Seconds
    sms_after: Seconds
    phone_ring: Seconds
    phone_for: Minutes
    silent: Count
    circles: Annotated[list[Count], msgspec.Meta(min_length=1)]
    call_back_after: Minutes
    call_back_each: Minutes
    call_back_apart: Minutes
    turn_minutes: Minutes
    check_good: Speed
    check_enough: Speed
    check_far: Milliseconds
    check_days: Days
    identity: dict[Side, str]
    record: str
    statements: list[Statement]

    def statements_of(self, item: str) -> list[Statement]:
        """Those of the matter with this code, the general ones first."""
        return sorted(
            (one for one in self.statements if item in (one.items or [item])), key=lambda one: bool(one.items)
        )

    def circle(self, round: int) -> int:
        """How many ring in this round, from 0."""
        return self.circles[min(round, len(self.circles) - 1)]


@cache
def handoff_rules() -> HandoffRules:
    """The rules of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=HandoffRules)


def patience() -> dt.timedelta:
    """How long a desk waits at most: the search, and what whoever supervises it has to arrange a call-back."""
    return seconds(handoff_rules().wait + handoff_rules().supervise)


def seconds(count: int) -> dt.timedelta:
    """As a length of time."""
    return dt.timedelta(seconds=count)

"""How home visits go, as data: `visits.toml` of the city's reference data."""

import datetime as dt
from functools import cache
from typing import Annotated

import msgspec

from backend.settings import settings

FILE = "visits.toml"
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why somebody is visited at home."""

    name: str
    first: bool = False
    least_age: int = 0


class Power(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a 委托书 may let the agent do."""

    name: str
    usual: bool = False


class VisitRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, which says what each means."""

    circle_minutes: Annotated[list[Minutes], msgspec.Meta(min_length=3, max_length=3)]
    agree_days: Days
    visit_days: Days
    visit_minutes: Annotated[int, msgspec.Meta(ge=10, le=480)]
    call_days: Days
    sample_percent: Percent
    yellow_minutes: Annotated[list[Minutes], msgspec.Meta(min_length=3, max_length=3)]
    others_most_open: Annotated[int, msgspec.Meta(ge=0)]
    mandate_days: Days
    hotline: list[str]
    hours: Annotated[list[tuple[dt.time, dt.time]], msgspec.Meta(min_length=1)]
    reasons: dict[str, Reason]
    powers: dict[str, Power]


@cache
def visit_rules() -> VisitRules:
    """The rules of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=VisitRules)

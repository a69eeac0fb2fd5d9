"""How a case goes on, as data: `cases.toml` of the city's reference data."""

import datetime as dt
from functools import cache
from typing import Annotated

import msgspec

from backend.settings import settings

FILE = "cases.toml"
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class Seals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the seals say."""

    receipt: str
    shanghai: str
    process: str
    decision: str


class CaseRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file, which says what each means."""

    deemed_types: list[str]
    notice_days: Days
    accept_within: Days
    gap_days: Days
    verify_days: Days
    closing: dt.time
    yellow_days: Days
    yellow_percent: Annotated[int, msgspec.Meta(ge=1, le=99)]
    most_extension: Days
    tries_of_case: Annotated[int, msgspec.Meta(ge=1, le=100)]
    tries_of_address: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    couriers: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=20)]], msgspec.Meta(min_length=1)
    ]
    remedy: str
    answer: str
    commitment: str
    seals: Seals


@cache
def case_rules() -> CaseRules:
    """The rules of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=CaseRules)

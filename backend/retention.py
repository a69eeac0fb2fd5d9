"""How long what is kept (个人信息保护法 19: no longer than the purpose needs), as data: `retention.toml` of the city.

Each domain forgets its own rows, in batches, by `forget()` here; a nightly job calls them.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Annotated

import msgspec

from backend import db
from backend.settings import settings

FILE = "retention.toml"
BATCH = 1000  # rows of a kind that one statement deletes
Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
HalfAYear = Annotated[
    int, msgspec.Meta(ge=180, le=36_500)
]  # GB/T 22239 (等保) and 网络安全法 21: logs at least six months


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Days; the file says from when each counts."""

    codes: Days
    sessions: HalfAYear
    events: HalfAYear
    notices: Days
    waits: Days
    no_shows: Days
    bookings: Annotated[int, msgspec.Meta(ge=90, le=36_500)]
    removed_people: Days
    numbers: Days
    looks: Days
    sheets: Days
    visits: Days
    records: Days
    uploads: Days
    recordings: Annotated[int, msgspec.Meta(ge=30, le=90)]

    def __post_init__(self) -> None:
        if self.bookings < self.no_shows:
            raise ValueError("bookings: Expected at least no_shows")
        if self.bookings < self.numbers:
            raise ValueError("bookings: Expected at least numbers")


@cache
def kept() -> Retention:
    """The periods of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=Retention)


def before(now: dt.datetime, kind: str) -> dt.datetime:
    """What of this kind is older than the moment is forgotten."""
    found: int = getattr(kept(), kind)
    return now - dt.timedelta(days=found)


async def forget(statements: Mapping[str, str], now: dt.datetime) -> int:
    """One batch of each: a statement by the kind whose period it goes by, told the moment ($1) and the most rows
    ($2), that returns what it changed. How many rows in all; 0 when nothing is left.
    """
    gone = 0
    for name, statement in statements.items():
        gone += len(await db.rows(statement, before(now, name.partition(" ")[0]), BATCH))
    return gone


def said(days: int) -> str:
    """A period as people say it: 7 天, 180 天, 1 年, 3 年."""
    return f"{days // 365} 年" if days % 365 == 0 else f"{days} 天"


def told(text: str) -> str:
    """The text with every `{kind}` as its period, so that a promise is what is done."""
    for name in Retention.__struct_fields__:
        text = text.replace(f"{{{name}}}", said(getattr(kept(), name)))
    return text

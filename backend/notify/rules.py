"""How each kind of notice reaches people, as data: `notices.toml` of the city's reference data."""

import datetime as dt
from functools import cache
from typing import Annotated, Literal

import msgspec

from backend import clock
from backend.settings import settings

FILE = "notices.toml"
Minutes = Annotated[int, msgspec.Meta(ge=0, le=20_160)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=59)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Host = Annotated[str, msgspec.Meta(pattern=r"^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: a name that nobody knows is a slip."""


class Quiet(_Table, frozen=True, rename={"since": "from"}):
    """The hours (免打扰) over midnight in which nobody's phone rings."""

    since: dt.time
    until: dt.time

    def __post_init__(self) -> None:
        if self.since <= self.until:
            raise ValueError("quiet: it begins in the evening and ends in the morning")


class Push(_Table, frozen=True):
    """Which push services we speak to, how patiently, and how many new subscriptions an account makes on a day."""

    hosts: Annotated[list[Host], msgspec.Meta(min_length=1)]
    tries: Annotated[int, msgspec.Meta(ge=1, le=20)]
    first_pause_seconds: Count
    most_pause_minutes: Count
    new_a_day: Count


class Same(_Table, frozen=True):
    """Within how many minutes the same words go out once."""

    minutes: Minutes


class Trials(_Table, frozen=True):
    """How often an account may try its channels."""

    a_day: Count


class Group(_Table, frozen=True):
    """What people choose together on 通知设置."""

    title: Words
    line: Words


class Kind(_Table, frozen=True):
    """One kind: `must_reach` goes by SMS when the phone stayed silent for `limit_minutes` and `limit_seconds`; `urgent`
    overtakes; `on_duty` is to staff by their office: it has no group, for nobody chooses about it.
    """

    name: Words
    urgency: Literal["very-low", "low", "normal", "high"]
    limit_minutes: Minutes
    ttl_minutes: Annotated[int, msgspec.Meta(ge=1, le=20_160)]
    limit_seconds: Seconds = 0
    group: str = ""
    must_reach: bool = False
    urgent: bool = False
    breaks_quiet: bool = False
    every_channel: bool = False
    on_duty: bool = False

    @property
    def limit(self) -> dt.timedelta:
        """How long a phone has to say that it showed it."""
        return dt.timedelta(minutes=self.limit_minutes, seconds=self.limit_seconds)


class Rules(_Table, frozen=True):
    """The whole file."""

    quiet: Quiet
    push: Push
    same: Same
    trials: Trials
    groups: dict[str, Group]
    kinds: dict[str, Kind]

    def __post_init__(self) -> None:
        for name, kind in self.kinds.items():
            if kind.group not in self.groups and not (kind.every_channel or kind.on_duty):
                raise ValueError(f"kinds.{name}.group: there is no group {kind.group!r}")

    def kind(self, name: str) -> Kind:
        """What is known of a kind; one that the file does not name is neither urgent nor must it reach."""
        return self.kinds.get(name) or _UNKNOWN

    def kinds_of(self, group: str) -> list[Kind]:
        """The kinds of a group, in the file's order."""
        return [kind for kind in self.kinds.values() if kind.group == group]

    @property
    def urgent(self) -> list[str]:
        """The kinds that overtake."""
        return [name for name, kind in self.kinds.items() if kind.urgent]


_UNKNOWN = Kind(name="其他消息", urgency="normal", limit_minutes=60, ttl_minutes=720)


@cache
def rules() -> Rules:
    """The rules of this deployment. Refuses: msgspec.ValidationError; loading refuses it before."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=Rules)


def quiet(moment: dt.datetime) -> bool:
    """Within the hours in which nobody is disturbed."""
    hours, time = rules().quiet, clock.local(moment).time()
    return time >= hours.since or time < hours.until


def awake(moment: dt.datetime) -> dt.datetime:
    """The moment, or the end of the quiet hours that it falls into."""
    if not quiet(moment):
        return moment
    day, until = clock.local(moment).date(), rules().quiet.until
    morning = clock.at(day, until)
    return morning if morning > moment else clock.at(day + dt.timedelta(days=1), until)

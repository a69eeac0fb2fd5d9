"""When people are reminded of a booking, as `reminders.toml` of the city's reference data says."""

import datetime as dt
from functools import cache
from typing import Annotated

import msgspec

from backend import clock, notify
from backend.settings import settings

FILE = "reminders.toml"


Reminder = tuple[str, dt.datetime, dt.datetime]


class Reminders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The evening before, some minutes ahead, and how long at the least a place that a closing keeps waits for an
    answer.
    """

    evening: dt.time
    ahead_minutes: Annotated[int, msgspec.Meta(ge=15, le=720)]
    answer_minutes: Annotated[int, msgspec.Meta(ge=15, le=1440)]

    @property
    def ahead(self) -> dt.timedelta:
        """How long before the start."""
        return dt.timedelta(minutes=self.ahead_minutes)

    def quiet(self, moment: dt.datetime) -> bool:
        """Within the hours in which nobody is disturbed (`notices.toml`)."""
        return notify.quiet(moment)


@cache
def rules() -> Reminders:
    """The city's rules. Refuses: msgspec.ValidationError, where the file is wrong."""
    return msgspec.toml.decode((settings().reference / FILE).read_bytes(), type=Reminders)


def reminders(starts_at: dt.datetime, now: dt.datetime) -> list[Reminder]:
    """Kind, due time and last useful moment of the reminders still ahead. One that would fall into the quiet
    hours is not sent: the evening's tells the same time.
    """
    city = rules()
    day = clock.local(starts_at).date()
    evening = clock.at(day - dt.timedelta(days=1), city.evening)
    due = [("appointment-tomorrow", evening, clock.at(day, dt.time.min))]
    if not city.quiet(starts_at - city.ahead):
        due.append(("appointment-soon", starts_at - city.ahead, starts_at))
    return [one for one in due if one[1] > now]


def awake(now: dt.datetime) -> dt.datetime:
    """Now, or the end of the quiet hours."""
    return notify.awake(now)


def answer_by(now: dt.datetime) -> dt.datetime:
    """Until when at the least an answer to a closing is waited for: nobody answers in their sleep."""
    return awake(now) + dt.timedelta(minutes=rules().answer_minutes)


def told(starts_at: dt.datetime, now: dt.datetime) -> str:
    """The reminders still to come, in words; empty when none is."""
    city = rules()
    words = {
        "appointment-tomorrow": f"前一天 {city.evening:%H:%M}",
        "appointment-soon": f"开始前 {clock.span(city.ahead_minutes)}",
    }
    ahead = [words[kind] for kind, *_ in reminders(starts_at, now)]
    said = " 和".join(ahead)
    return f"{said}{' ' if said[-1].isdigit() else ''}提醒你" if said else ""

"""A booking as a calendar entry (RFC 5545), with an alarm as early as the reminder."""

import datetime as dt
from typing import Any

from icalendar import Alarm, Calendar, Event

from backend import clock
from backend.appointments import reminders


def entry(row: dict[str, Any], changes: int, now: dt.datetime) -> Calendar:
    """The calendar with its one entry. The same id and a growing sequence, so that a moved booking replaces the
    old one; a cancelled one takes it away.
    """
    found, stands = Calendar(), row["state"] != "cancelled"
    found.add("prodid", "-//qiban//qiban//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH" if stands else "CANCEL")
    found.add_component(_event(row, changes, now))
    found.add_missing_timezones()
    return found


def _event(row: dict[str, Any], changes: int, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{row['id']}@qiban")
    event.add("sequence", changes)
    event.add("dtstamp", now)
    event.add("dtstart", clock.local(row["starts_at"]))
    event.add("dtend", clock.local(row["ends_at"]))
    event.add("summary", f"{row['item_name']}（{row['hall_name']}）")
    event.add("location", f"{row['address']} {row['floor']}{row['line_name']}")
    event.add("description", f"预约号 {row['number']}")
    event.add("status", "CANCELLED" if row["state"] == "cancelled" else "CONFIRMED")
    event.add_component(_alarm(row))
    return event


def _alarm(row: dict[str, Any]) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{row['item_name']}，预约号 {row['number']}")
    alarm.add("trigger", -reminders.rules().ahead)
    return alarm

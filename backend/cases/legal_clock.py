"""The legal clock of one case: when its promised and its statutory term end, and which light that is."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from backend import clock, db
from backend.appointments import open_spans
from backend.cases.askers import AWAY
from backend.cases.rules import case_rules
from backend.cases.term import Last, Stop, Term, days_left, last_day

LONGEST = 800  # days of the calendar read around a case; beyond, days go by their weekday and are provisional
DAY_OFF = "那天不上班，请选上班的日子"
HOME = """
SELECT h.id FROM hall h LEFT JOIN item_place p ON p.hall = h.id AND p.item = $1
WHERE h.kind = 'city' ORDER BY p.id IS NULL, h.code LIMIT 1
"""
STOPS = 'SELECT since, until FROM case_stop WHERE "case" = $1 ORDER BY since'


class Days:
    """The calendar from a day on, as `term` asks it."""

    def __init__(self, known: Mapping[dt.date, clock.Nature]) -> None:
        self.known = known

    def __call__(self, day: dt.date) -> clock.Nature:
        """What the day is."""
        return self.known.get(day) or clock.nature(day, None, None, None)


async def days_from(day: dt.date) -> Days:
    """The calendar from a day on."""
    return Days(await clock.calendar(day, day + dt.timedelta(days=LONGEST)))


class Due(msgspec.Struct, frozen=True):
    """When the terms end (UTC), as columns of the case. None: no such term, or the clock stands."""

    promised_due: dt.datetime | None = None
    statutory_due: dt.datetime | None = None
    provisional: bool = False
    light: str = ""


async def due_of(case: Mapping[str, Any], days: Days | None = None) -> Due:
    """When its terms end, by its row and its stops; nothing before it was accepted."""
    if case["accepted_at"] is None or case["state"] not in ("accepted", "paused"):
        return Due()
    begins, now = clock.local(case["accepted_at"]).date(), await clock.now()
    days = days or await days_from(min(begins, clock.local(now).date()))
    stops = [Stop(row["since"], row["until"]) for row in await db.rows(STOPS, case["id"])]
    promised = _end(begins, case["promised_days"], case["promised_unit"], case["extension"], days, stops)
    statutory = _end(begins, case["statutory_days"], case["statutory_unit"], case["extension"], days, stops)
    due = [await closing_at_home(case, last.day) if last else None for last in (promised, statutory)]
    return Due(
        promised_due=due[0],
        statutory_due=due[1],
        provisional=any(last.provisional for last in (promised, statutory) if last),
        light=_late(now, *due)
        or (_near(begins, clock.local(now).date(), promised.day, days) if promised else ""),
    )


def _end(  # noqa: PLR0917  # as the sentence goes
    begins: dt.date, count: int | None, unit: str, extension: int, days: Days, stops: list[Stop]
) -> Last | None:
    """An extension is in working days, and runs from the day on which the term would have ended."""
    if count is None:
        return None
    last = last_day(begins, Term(count, unit), days, stops)
    if last is None or not extension:
        return last
    more = last_day(last.day, Term(extension), days, stops)
    return more and Last(more.day, last.provisional or more.provisional)


async def correct_by(type_: str, received: dt.date) -> dt.datetime | None:
    """The closing time of the last day for the one notice of all gaps (行政许可法 32); none where the law deems nothing
    accepted.
    """
    rules = case_rules()
    if type_ not in rules.deemed_types:
        return None
    return clock.at(await clock.working_day_after(received, rules.notice_days), rules.closing)


async def answer_by(case: Mapping[str, Any]) -> dt.datetime | None:
    """Until when the department says whether it accepts what was handed to it from far away, or was corrected since;
    none where it was not handed over, or goes on. Not a term of the law: what the applicant is told.
    """
    since = case["corrected_at"] or case["handed_at"]
    if case["channel"] != AWAY or case["state"] != "received" or case["handed_at"] is None:
        return None
    day = await clock.working_day_after(clock.local(since).date(), case_rules().accept_within)
    return case["correct_by"] or clock.at(day, case_rules().closing)


async def closing_at_home(case: Mapping[str, Any], day: dt.date) -> dt.datetime:
    """When a last day of the department ends: in the hall that took the case in; of one that was taken in far away
    (收受分离) in the city's hall that does the item, for the clock is the department's.
    """
    hall = case["hall"]
    for row in await db.rows(HOME, case["item"]) if case["channel"] == AWAY else ():
        hall = row["id"]
    return await closing_of(hall, day)


async def closing_of(hall: Any, day: dt.date) -> dt.datetime:
    """When a last day ends at a hall."""
    spans = await open_spans(hall, day)
    return clock.at(day, max((closes for _, closes, _ in spans), default=case_rules().closing))


def _late(now: dt.datetime, promised: dt.datetime | None, statutory: dt.datetime | None) -> str:
    """红（过了承诺期限）、双红（过了法定期限）."""
    if statutory and now > statutory:
        return "double"
    return "red" if promised and now > promised else ""


def _near(begins: dt.date, today: dt.date, promised: dt.date, days: Days) -> str:
    """绿, or 黄 near the end; what is done while one waits is never near."""
    left, whole, rules = days_left(today, promised, days), days_left(begins, promised, days), case_rules()
    near = left <= rules.yellow_days or left * 100 <= rules.yellow_percent * whole
    return "yellow" if near and whole else "green"

"""回电: nobody could come to the screen; a named officer does at a written time."""

import datetime as dt
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from uuid import UUID

from backend import cases, clock, db, hints, notify, secrecy
from backend.appointments import open_hours, shut
from backend.handoff.parties import decides
from backend.handoff.phones import alert_supervisors, tell_caller
from backend.handoff.promised_back import tell_applicant, tell_wanted
from backend.handoff.record import move, record
from backend.handoff.rules import handoff_rules

TOLD = """
SELECT 1 FROM handoff_event e WHERE e.handoff = $1 AND e.kind = 'overdue' AND e.at >= $2 AND NOT EXISTS (
  SELECT 1 FROM handoff_event u WHERE u.handoff = $1 AND u.kind = 'unconnected' AND u.at >= e.at) LIMIT 1
"""
DAYS = 14  # looked ahead
NOT_OPEN = "不开门"
MINUTE = dt.timedelta(minutes=1)  # for which the desk is there yet, at least
WHO = f"""
SELECT s.id, EXISTS (SELECT 1 FROM handoff_skill k WHERE k.staff = s.id AND k.item = $2) AS skilled,
       coalesce(u.state <> 'away', false) AS there
FROM staff s LEFT JOIN handoff_duty u ON u.staff = s.id
WHERE {decides("$1")}
ORDER BY (s.id IS NOT DISTINCT FROM $4) DESC, EXISTS (
  SELECT 1 FROM handoff_offer o WHERE o.handoff = $5 AND o.officer = s.id AND o.answer IN ('no', 'passed', 'elsewhere')
), 2 DESC, 3 DESC, cardinality(ARRAY(
  SELECT 1 FROM handoff h WHERE h.call_back_by = s.id AND h.call_back_at > $3)), s.id LIMIT 1
"""  # noqa: S608  # our own words


def moot(handoff: str) -> str:
    """As a condition on a handoff of this alias: nobody has to call back for it any more, for its case is decided, or
    was seen to on the screen since, or came to a call-back anew since, also one that nobody can make yet.
    """
    return f"""(NOT EXISTS (SELECT 1 FROM service_case v WHERE v.id = {handoff}."case" AND v.state IN {cases.UNDECIDED})
  OR EXISTS (SELECT 1 FROM handoff n WHERE n."case" = {handoff}."case" AND n.asked_at > {handoff}.asked_at
    AND n.state IN ('done', 'callback_booked', 'failed')))"""  # noqa: S608  # our own words


TAKEN = f"""
SELECT h.call_back_at AS at FROM handoff h
WHERE h.call_back_by = $1 AND h.id <> $2 AND h.state = 'callback_booked' AND h.called_at IS NULL AND NOT {moot("h")}
"""  # noqa: S608  # our own words
EARLIER = f"""
SELECT h.id, h.call_back_by FROM handoff h WHERE h."case" = $1 AND h.id <> $2
  AND h.state = 'callback_booked' AND h.called_at IS NULL AND NOT {moot("h")}
"""  # noqa: S608  # our own words


async def book_call_back(one: dict[str, Any], kind: str, officer: UUID | None = None) -> dict[str, Any]:
    """A part: the handoff ends with who calls back when, in the hours of the desk; `officer`: who had it. Who said no
    to it is the last to be chosen. Where the department has nobody at all, it fails, and says so.
    """
    await alone()
    now, each = await clock.now(), apart(handoff_rules().call_back_each)
    found = await db.rows(WHO, one["department"], one["item"], now, officer, one["id"])
    when = await _when(one, now, found[0]["id"], each) if found else None
    if when is None:
        await instead(one)
        await tell_wanted(one, kind)
        return await move(one, kind, "failed", why="没有人能回电")
    return await booked(one, kind, found[0]["id"], when)


async def booked(
    one: dict[str, Any], kind: str, officer: UUID, at: dt.datetime, by: UUID | None = None
) -> dict[str, Any]:
    """A part: the handoff ends with this call-back; who supervises the desk is told, whose it is, and who applies. It
    takes the place of what was booked for the case before.
    """
    before = await instead(one)
    await tell_caller(one, officer, at)
    await tell_applicant(one, "call-moved" if before else "call-booked", officer, at, by)
    await _hint(one)
    return await move(one, kind, "callback_booked", by, call_back_at=at, call_back_by=officer)


async def instead(one: dict[str, Any]) -> bool:
    """A part: it takes the place of what was booked for the case before; who was to call is told no more. Whether there
    was any.
    """
    earlier = await db.rows(EARLIER, one["case"], one["id"])
    await notify.withdraw(*(row["id"] for row in earlier))
    for row in earlier:
        db.after_commit(partial(hints.publish, f"officer:{row['call_back_by']}"))
    return bool(earlier)


async def soonest(hall: UUID, at: dt.datetime, taken: list[dt.datetime]) -> dt.datetime:
    """Then, or as soon after it as the desk is open and whoever calls then calls nobody else."""
    each = apart(handoff_rules().call_back_apart)
    async for opens, closes in _hours(hall, at):
        if free := _first(max(opens, at), closes - MINUTE, each, taken):
            return free
    return at  # a desk without hours


async def shut_at(hall: UUID, at: dt.datetime) -> str:
    """Why nobody is at the desk then: its hall closed, or outside its hours, if it has any. Empty: somebody is."""
    when = clock.local(at)
    hours, reason = await open_hours(hall, when.date()), await shut(hall, when)
    if any(opens <= when.time() < closes for opens, closes in hours):
        return ""
    return reason or (NOT_OPEN if hours or await soonest(hall, at, []) != at else "")


async def with_shut(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With `shut`: why nobody will be at the desk, or was, when one is to be called back yet."""
    known: dict[tuple[UUID, dt.datetime], str] = {}
    for row in rows:
        if row["state"] == "callback_booked" and not row["called_at"] and not row["moot"]:
            when = row["hall"], row["call_back_at"]
            known[when] = known[when] if when in known else await shut_at(*when)
    return [{**row, "shut": known.get((row["hall"], row["call_back_at"]), "")} for row in rows]


async def alone() -> None:
    """A part: no other call-back is booked until the transaction ends; one officer would be promised twice at once."""
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number("call-backs"))


async def taken_of(officer: UUID, besides: UUID) -> list[dt.datetime]:
    """When they call back for other handoffs than this, and did not yet; it holds after `alone`."""
    return [row["at"] for row in await db.rows(TAKEN, officer, besides)]


def apart(minutes: int) -> dt.timedelta:
    """As a length of time."""
    return dt.timedelta(minutes=minutes)


async def tell_supervisor(one: dict[str, Any], since: dt.datetime) -> None:
    """A part: nobody came in the whole wait; who supervises the desk hears it, on their pages and phones, once
    since then.
    """
    if await db.rows(TOLD, one["id"], since):
        return
    await record(one["id"], "overdue", one["state"], one["state"])
    await alert_supervisors(one)
    await _hint(one)


async def _hint(one: dict[str, Any]) -> None:
    [hall] = await db.rows("SELECT code FROM hall WHERE id = $1", one["hall"])
    db.after_commit(partial(hints.publish, f"hall:{hall['code']}"))


async def _when(
    one: dict[str, Any], now: dt.datetime, officer: UUID, each: dt.timedelta
) -> dt.datetime | None:
    """The first time at which the desk is open and the officer free, counted from when it opens."""
    soon, taken = now + apart(handoff_rules().call_back_after), await taken_of(officer, one["id"])
    async for opens, closes in _hours(one["hall"], now):
        at = opens + each * max(0, -((opens - soon) // each))
        if free := _first(at, closes - each, each, taken):
            return free
    return None


def _first(
    at: dt.datetime, last: dt.datetime, each: dt.timedelta, taken: list[dt.datetime]
) -> dt.datetime | None:
    while at <= last:
        if all(abs(at - other) >= each for other in taken):
            return at
        at += each
    return None


async def _hours(hall: UUID, since: dt.datetime) -> AsyncIterator[tuple[dt.datetime, dt.datetime]]:
    """From when to when somebody is at the desk, from that day on: no holiday, nothing that its hall closed."""
    for n in range(DAYS):
        day = clock.local(since).date() + dt.timedelta(days=n)
        for opens, closes in await open_hours(hall, day):
            yield clock.at(day, opens), clock.at(day, closes)

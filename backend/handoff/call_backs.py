"""回电的安排: what did not come to its end on the screen, who calls back when, and that they did. Who supervises the
desk is told and may arrange it otherwise.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity, notify
from backend.appointments import called_by, open_hours
from backend.handoff.call_back import (
    DAYS,
    NOT_OPEN,
    alone,
    apart,
    booked,
    moot,
    shut_at,
    taken_of,
    with_shut,
)
from backend.handoff.offers import end_ringing
from backend.handoff.parties import decides, led
from backend.handoff.phones import tell_caller
from backend.handoff.promised_back import tell_applicant
from backend.handoff.record import LOOKS, locked, record
from backend.handoff.rules import handoff_rules, seconds
from backend.handoff.tables import Handoff
from backend.handoff.views import ONE
from backend.refusal import NotFound, Refusal

NOT_BOOKED = "这次没有约回电，或者已经回过了"
NEEDLESS = "不用回电了：这个办件已经结束、有了结果，或者后来又请过一次"
NOT_ABLE = "请选办理这件事的部门的审批人员"
WHEN = f"请选从现在起 {DAYS} 天以内的时间"
SHUT = "“哪天”请另选：办事点那天不开门{why}"
HOURS = "“几点”请选办事点开门的时候：那天是 {hours}{why}"
TAKEN = "这位审批人员那几分钟已经约了别的回电"
YOURS = "这个回电约的是别人"
# `how` it came to that: waits (nobody came in the whole wait, and it rings on), unanswered, settled (the desk did not
# wait so long), callback (somebody said 几分钟后), broken.
OPEN = f"""
SELECT one.*, CASE WHEN state IN ('queued', 'ringing') THEN 'waits' ELSE (
  SELECT CASE WHEN e.kind = 'unanswered' AND EXISTS (
    SELECT 1 FROM handoff_event s WHERE s.handoff = one.id AND s.kind = 'settled') THEN 'settled' ELSE e.kind END
  FROM handoff_event e WHERE e.handoff = one.id AND e.kind IN ('unanswered', 'callback', 'broken')
  ORDER BY e.at DESC LIMIT 1) END AS how
FROM ({ONE}) one
WHERE (state = 'callback_booked' AND called_at IS NULL OR state = 'failed') AND NOT moot
  OR state IN ('queued', 'ringing') AND give_up_at <= $1
ORDER BY coalesce(call_back_at, ended_at, give_up_at), id
"""  # noqa: S608  # our own words
ABLE = f"SELECT s.id, s.name FROM staff s WHERE {decides('$1')} ORDER BY s.name, s.id"  # noqa: S608
DUE = f"""
SELECT count(*) AS n FROM handoff h JOIN service_case c ON c.id = h."case" JOIN staff s ON s.id = h.call_back_by
WHERE s.id = $1 AND h.state = 'callback_booked' AND h.called_at IS NULL AND h.call_back_at <= $2
  AND NOT {moot("h")} AND {decides("c.department")}
"""  # noqa: S608  # our own words
MOOT = f"SELECT {moot('h')} AS moot FROM handoff h WHERE h.id = $1"  # noqa: S608  # our own words
ARRANGED = """
UPDATE handoff h SET state = 'callback_booked', call_back_by = $2, call_back_at = $3, department = c.department
FROM service_case c WHERE h.id = $1 AND c.id = h."case" RETURNING h.id
"""
BETWEEN = f"""
SELECT count(*) AS n FROM handoff h WHERE h.hall = $1 AND h.state = 'callback_booked' AND h.called_at IS NULL
  AND h.call_back_at >= $2 AND h.call_back_at < $3 AND NOT {moot("h")}
"""  # noqa: S608  # our own words
SOON = dt.timedelta(hours=1)


async def due_count(staff: UUID | None, roles: frozenset[str]) -> int:
    """How many desks they are to call back within the hour, or should have; asks only for officers."""
    if staff is None or "officer" not in roles:
        return 0
    return int((await db.rows(DUE, staff, await clock.now() + SOON))[0]["n"])


async def given_up(by: UUID) -> list[dict[str, Any]]:
    """Of the halls and departments that they lead or supervise: who waits longer than anybody should, what is to be
    called back and was not yet, first by whom nobody will be, and what nobody can call back.
    `arranges`: they may arrange it.
    """
    now = await clock.now()
    found = await db.rows(OPEN, now + seconds(handoff_rules().supervise))
    halls, theirs = await led(found, by), await led(found, by, "department")
    seen = [{**row, "arranges": row in halls} for row in found if row in halls or row in theirs]
    return sorted(
        await with_shut(seen),
        key=lambda row: (row["how"] != "waits", not row["caller_gone"] and not row["shut"]),
    )


async def who_could(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The officers of the department that has the case now, for a caller who asked whose it is."""
    [its] = await db.rows("SELECT department FROM service_case WHERE id = $1", one["case"])
    return await db.rows(ABLE, its["department"])


@db.retrying
async def arrange(handoff: UUID, officer: UUID, at: dt.datetime, by: UUID) -> None:
    """改约回电, also of one that nobody could be found for, or that waits yet after the whole wait, and then rings no
    more: another officer, another time. Refuses: Denied, NotFound, one without a call-back, who could not decide it, a
    time that is past or far away, one at which nobody is at the desk, or they call another.
    """
    async with db.transaction():
        one = await _supervised(handoff, by)
        await alone()
        now = await clock.now()
        waits = one["state"] in LOOKS and one["give_up_at"] <= now + seconds(handoff_rules().supervise)
        if (not waits and one["state"] not in ("callback_booked", "failed")) or one["called_at"]:
            raise Refusal(NOT_BOOKED)
        if (await db.rows(MOOT, handoff))[0]["moot"]:
            raise Refusal(NEEDLESS)
        if officer not in {row["id"] for row in await who_could(one)}:
            raise Refusal(NOT_ABLE)
        if not now < at < now + dt.timedelta(days=DAYS):
            raise Refusal(WHEN)
        if reason := await shut_at(one["hall"], at):
            raise Refusal(await _other_time(one["hall"], at, reason))
        if any(
            abs(at - other) < apart(handoff_rules().call_back_apart)
            for other in await taken_of(officer, handoff)
        ):
            raise Refusal(TAKEN)
        if (one["state"], one["call_back_by"], one["call_back_at"]) == ("callback_booked", officer, at):
            return
        if waits:
            await end_ringing(one, "rescinded")
            await booked(one, "arranged", officer, at, by)
            return
        await db.rows(ARRANGED, handoff, officer, at)
        await tell_caller(one, officer, at)
        kind = "call-moved" if one["call_back_at"] else "call-booked"
        await tell_applicant(one, kind, officer, at, by)
        await record(handoff, "rearranged", one["state"], "callback_booked", by)


async def _other_time(hall: UUID, at: dt.datetime, reason: str) -> str:
    """What to choose, where nobody is at the desk then."""
    why = "" if reason == NOT_OPEN else f"（{reason}）"
    hours = "、".join(
        f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in await open_hours(hall, clock.local(at).date())
    )
    return HOURS.format(hours=hours, why=why) if hours else SHUT.format(why=why)


async def _supervised(handoff: UUID, by: UUID) -> dict[str, Any]:
    one = await locked(handoff)
    [hall] = await db.rows("SELECT code FROM hall WHERE id = $1", one["hall"])
    await identity.require(by, "supervisor", "manager", hall=hall["code"])
    return one


@db.retrying
async def called(handoff: UUID, by: UUID) -> None:
    """回过电了, says whoever was to. Refuses: NotFound, another's, one that was called or has no call-back."""
    async with db.transaction():
        one = await locked(handoff)
        await identity.require(by, "officer")
        if one["call_back_by"] != by:
            raise NotFound(YOURS)
        if one["state"] != "callback_booked" or one["called_at"]:
            raise Refusal(NOT_BOOKED)
        await Handoff.update({Handoff.called_at: await clock.now()}).where(Handoff.id == handoff)
        await notify.withdraw(handoff)
        await record(handoff, "called", one["state"], one["state"], by)
        await tell_applicant(one, "called", by, by=by)


async def booked_between(hall: UUID, first: dt.datetime, last: dt.datetime) -> int:
    """How many desks of a hall wait for a call in that time."""
    return int((await db.rows(BETWEEN, hall, first, last))[0]["n"])


called_by(booked_between)

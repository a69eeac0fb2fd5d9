"""回电的安排: what did not come to its end on the screen, who calls back when, and that they did. Who supervises the
desk is told and may arrange it otherwise.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity, notify
from backend.appointments import open_hours, shut
from backend.handoff.call_back import DAYS, alone, apart, booked, soonest, taken_of
from backend.handoff.offers import end_ringing
from backend.handoff.parties import decides, led
from backend.handoff.phones import tell_caller
from backend.handoff.promised_back import tell_applicant
from backend.handoff.record import locked, record
from backend.handoff.rules import handoff_rules, seconds
from backend.handoff.tables import Handoff
from backend.handoff.views import ONE
from backend.refusal import NotFound, Refusal

WAITS = ("queued", "ringing")
NOT_BOOKED = "这次没有约回电，或者已经回过了"
NOT_ABLE = "请选办理这件事的部门的审批人员"
WHEN = f"请选从现在起 {DAYS} 天以内的时间"
SHUT = "“哪天”请另选：办事点那天不开门{why}"
HOURS = "“几点”请选办事点开门的时候：那天是 {hours}{why}"
TAKEN = "这位审批人员那几分钟已经约了别的回电"
YOURS = "这个回电约的是别人"
# `how` it came to that: waits (nobody came in the whole wait, and it rings on), unanswered, callback (somebody said
# 几分钟后), broken.
OPEN = f"""
SELECT one.*, CASE WHEN state IN ('queued', 'ringing') THEN 'waits' ELSE (SELECT e.kind FROM handoff_event e
  WHERE e.handoff = one.id AND e.kind IN ('unanswered', 'callback', 'broken') ORDER BY e.at DESC LIMIT 1) END AS how
FROM ({ONE}) one WHERE (state = 'callback_booked' AND called_at IS NULL OR state = 'failed' AND ended_at > $1)
  OR state IN ('queued', 'ringing') AND give_up_at <= $2
ORDER BY state NOT IN ('queued', 'ringing'), NOT caller_gone, coalesce(call_back_at, ended_at, give_up_at), id
"""  # noqa: S608  # our own words
ABLE = f"SELECT s.id, s.name FROM staff s WHERE {decides('$1')} ORDER BY s.name, s.id"  # noqa: S608
DUE = """
SELECT count(*) AS n FROM handoff
WHERE call_back_by = $1 AND state = 'callback_booked' AND called_at IS NULL AND call_back_at <= $2
"""
SOON = dt.timedelta(hours=1)


async def due_count(staff: UUID | None, roles: frozenset[str]) -> int:
    """How many desks they are to call back within the hour, or should have; asks only for officers."""
    if staff is None or "officer" not in roles:
        return 0
    return int((await db.rows(DUE, staff, await clock.now() + SOON))[0]["n"])


async def given_up(by: UUID) -> list[dict[str, Any]]:
    """Of the halls and departments that they lead or supervise: who waits longer than anybody should, what is to be
    called back and was not yet, first by whom nobody will be, and since yesterday what nobody can call back.
    `arranges`: they may arrange it. `shut`: why nobody will be at the desk then, which was closed after it was booked.
    """
    now = await clock.now()
    found = await db.rows(OPEN, now - dt.timedelta(days=1), now + seconds(handoff_rules().supervise))
    halls, theirs = await led(found, by), await led(found, by, "department")
    seen = [{**row, "arranges": row in halls} for row in found if row in halls or row in theirs]
    for row in seen:
        at = row["call_back_at"]
        row["shut"] = await _unattended(row["hall"], at) if at and at > now else ""
    return sorted(seen, key=lambda row: row["how"] != "waits" and not row["caller_gone"] and not row["shut"])


async def who_could(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The officers of its department, for a caller who asked whose it is."""
    return await db.rows(ABLE, one["department"])


@db.retrying
async def arrange(handoff: UUID, officer: UUID, at: dt.datetime, by: UUID) -> None:
    """改约回电, also of one that nobody could be found for, or that waits yet after the whole wait, and then rings no
    more: another officer, another time. Refuses: Denied, NotFound, one without a call-back, who could not decide it, a
    time that is past or far away, one at which nobody is at the desk, or they call another.
    """
    async with db.transaction():
        one = await _supervised(handoff, by)
        now = await clock.now()
        waits = one["state"] in WAITS and one["give_up_at"] <= now + seconds(handoff_rules().supervise)
        if (not waits and one["state"] not in ("callback_booked", "failed")) or one["called_at"]:
            raise Refusal(NOT_BOOKED)
        if officer not in {row["id"] for row in await who_could(one)}:
            raise Refusal(NOT_ABLE)
        if not now < at < now + dt.timedelta(days=DAYS):
            raise Refusal(WHEN)
        if said := await _unattended(one["hall"], at):
            raise Refusal(said)
        await alone()
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
        values: dict[Any, Any] = {
            Handoff.state: "callback_booked", Handoff.call_back_by: officer, Handoff.call_back_at: at,
        }  # fmt: skip
        await Handoff.update(values).where(Handoff.id == handoff)
        await tell_caller(one, officer, at)
        kind = "call-moved" if one["call_back_at"] else "call-booked"
        await tell_applicant(one, kind, officer, at, by)
        await record(handoff, "rearranged", one["state"], "callback_booked", by)


async def _unattended(hall: UUID, at: dt.datetime) -> str:
    """Why nobody is at the desk then: its hall closed, or outside its hours, if it has any. Empty: somebody is."""
    when = clock.local(at)
    hours, reason = await open_hours(hall, when.date()), await shut(hall, when)
    why = f"（{reason}）" if reason else ""
    if not hours:
        return SHUT.format(why=why) if reason or await soonest(hall, at, []) != at else ""
    if any(opens <= when.time() < closes for opens, closes in hours):
        return ""
    return HOURS.format(hours="、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours), why=why)


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

"""What officers and desks see of handoffs; who applies is never named before somebody has it."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.handoff.call_back import moot, soonest, taken_of, with_shut
from backend.handoff.duty import duty_of
from backend.handoff.parties import decides, led, sits_at, supervises
from backend.handoff.promises import PROMISED, promise_of
from backend.handoff.record import LOOKS, NONE, WAITS_SINCE
from backend.handoff.route import colleagues
from backend.handoff.rules import handoff_rules, seconds
from backend.handoff.seats import SESSION, sits, there
from backend.handoff.words import said
from backend.refusal import Denied, NotFound
from backend.settings import settings

# `caller_gone`: whoever was to call back was disabled, or decides it no more; `moot`: nobody has to any more.
# `case_department`: which has the case now, with its code and phone; `passed_on`: who sent it on last, and why.
ONE = f"""
SELECT h.*, i.name AS item_name, d.name AS department_name,
       w.name AS case_department, w.code AS department_code, w.phone AS department_phone,
       l.name AS hall_name, l.code AS hall_code, l.phone AS hall_phone,
       k.name AS clerk_name, o.name AS officer_name, b.name AS caller_name,
       c.number AS case_number, c.state AS case_state, p.says AS passed_on, b.id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM staff s WHERE s.id = b.id AND {decides("c.department")}) AS caller_gone, {moot("h")} AS moot,
       {WAITS_SINCE} AS waits_since
FROM handoff h JOIN item i ON i.id = h.item JOIN department d ON d.id = h.department JOIN hall l ON l.id = h.hall
JOIN staff k ON k.id = h.clerk JOIN service_case c ON c.id = h."case" JOIN department w ON w.id = c.department
LEFT JOIN staff o ON o.id = h.officer LEFT JOIN staff b ON b.id = h.call_back_by
LEFT JOIN LATERAL (
  SELECT concat(e.says ->> 'was', '的', s.name, '说：', e.why) AS says
  FROM case_event e JOIN staff s ON s.id = e.by_staff
  WHERE e."case" = h."case" AND e.kind = 'transferred' AND e.at >= h.asked_at
    AND e.at <= coalesce(h.ended_at, 'infinity') ORDER BY e.at DESC LIMIT 1) p ON true
"""  # noqa: S608  # our own words
# `passed_by`: who passed it to a colleague last, 转给….
RINGING = f"""
SELECT f.until, f.rung_at, one.*, (SELECT s.name FROM handoff_event e JOIN staff s ON s.id = e.by_staff
  WHERE e.handoff = one.id AND e.kind = 'passed' AND e.at BETWEEN one.waits_since AND f.rung_at
  ORDER BY e.at DESC LIMIT 1) AS passed_by
FROM handoff_offer f JOIN ({ONE}) one ON one.id = f.handoff
WHERE f.officer = $1 AND f.state = 'ringing' AND f.until > $2
"""  # noqa: S608  # our own words
MINE = f"""
SELECT * FROM ({ONE}) one WHERE officer = $1 AND state IN ('connecting', 'live', 'interrupted', 'deciding')
"""  # noqa: S608  # our own words
CALL_BACKS = f"""
SELECT * FROM ({ONE}) one WHERE call_back_by = $1 AND called_at IS NULL
  AND state = 'callback_booked' AND NOT moot AND NOT caller_gone
ORDER BY call_back_at
"""  # noqa: S608
# Of what nobody has yet: `due_at` finds them by its index. It holds past its minute, until they answer otherwise.
PROMISES = f"""
SELECT {PROMISED} AS promised_at, {PROMISED} <= $2 AS is_due, EXISTS (
  SELECT 1 FROM handoff_offer r WHERE r.handoff = one.id AND r.officer = $1 AND r.state = 'ringing' AND r.until > $2
) AS rings, one.* FROM ({ONE}) one JOIN handoff_offer o ON o.handoff = one.id
JOIN staff s ON s.id = o.officer
WHERE one.due_at IS NOT NULL AND one.state IN ('queued', 'ringing') AND o.officer = $1
  AND {PROMISED} IS NOT NULL AND {decides("one.department")} AND NOT EXISTS (SELECT 1 FROM handoff_offer l
  WHERE l.handoff = one.id AND l.officer = $1 AND l.rung_at > o.rung_at AND l.answer <> '') ORDER BY 1
"""  # noqa: S608
RUNG = """
SELECT s.name, f.state, f.answer, f.until FROM handoff_offer f JOIN staff s ON s.id = f.officer
WHERE f.handoff = $1 ORDER BY f.rung_at, s.name
"""
THEIRS = """
SELECT $2 IN (h.officer, h.call_back_by) IS TRUE OR bool_or(f.state = 'ringing') AS now FROM handoff h
LEFT JOIN handoff_offer f ON f.handoff = h.id AND f.officer = $2
WHERE h.id = $1 AND (f.id IS NOT NULL OR $2 IN (h.officer, h.call_back_by)) GROUP BY h.id
"""
PAST = "这次屏对屏不在你这里了"
# Who leads or supervises the desk; `told`: it was recorded that nobody came in the whole wait.
LEADS = f"""
SELECT DISTINCT r.role, EXISTS (
  SELECT 1 FROM handoff_event e JOIN handoff h ON h.id = e.handoff WHERE h.id = $1 AND e.kind = 'overdue'
    AND e.at >= h.give_up_at - $3::interval) AS told
FROM staff_role r JOIN staff s ON s.id = r.staff WHERE {supervises("$2")} ORDER BY 1
"""  # noqa: S608  # our own words
LAST = f"""
SELECT * FROM ({ONE}) one WHERE "case" = $1
ORDER BY ended_at IS NOT NULL, state = 'callback_booked' AND called_at IS NULL AND NOT moot DESC, asked_at DESC LIMIT 1
"""  # noqa: S608  # our own words


class Past(NotFound):
    """It rang for this officer once and is not theirs: somebody else has it, or they gave it away (404)."""


async def ringing(by: UUID) -> dict[str, Any]:
    """For an officer: what rings."""
    return {"ringing": await db.rows(RINGING, by, await clock.now())}


async def calls(by: UUID) -> dict[str, Any]:
    """For an officer: whether they are on duty, what rings, what they have, what they promised, whom they call back."""
    now = await clock.now()
    rings = await db.rows(RINGING, by, now)
    return {
        "now": now, "duty": await duty_of(by), "ringing": rings, "mine": await db.rows(MINE, by),
        "call_backs": await with_shut(await db.rows(CALL_BACKS, by)), "promises": await _promises(by, now),
        "colleagues": await colleagues(rings[0], by) if rings else [],
    }  # fmt: skip


async def _promises(by: UUID, now: dt.datetime) -> list[dict[str, Any]]:
    """几分钟后, said by them, for what nobody has yet: they are rung then, and it stays until somebody has
    it; or they call back at a time that is free.
    """
    found = [{**one, "others": await colleagues(one, by)} for one in await db.rows(PROMISES, by, now)]
    return [
        {**one, "promised_at": await soonest(one["hall"], one["promised_at"], await taken_of(by, one["id"]))}
        if one["promised_at"] >= one["give_up_at"] else one
        for one in found
    ]  # fmt: skip


async def shown(handoff: UUID, by: UUID) -> dict[str, Any]:
    """One, for the officers that it rings for, who has it or calls back, the desk that asked, and who leads or
    supervises it; `arranges`: they may give its call-back to another. Refuses: Past, NotFound.
    """
    found = await db.rows(f"{ONE} WHERE h.id = $1", handoff)
    if not found:
        raise NotFound(NONE)
    [one] = await with_shut(found)
    rang = await db.rows(THEIRS, handoff, by)
    theirs = bool(rang) and rang[0]["now"]
    if not theirs:
        try:
            await identity.require(by, "desk", "manager", "supervisor", hall=one["hall_code"])
        except (Denied, NotFound) as stranger:
            raise (Past(PAST) if rang else NotFound(NONE)) from stranger
    now, seats = await clock.now(), await there(handoff)
    leads = await db.rows(LEADS, handoff, one["hall_code"], seconds(handoff_rules().supervise))
    side = "officer" if theirs else "desk" if await sits_at(one["hall_code"], by) else "observer"
    # Who looks on reads a session once both ends see that they do.
    announced = side != "observer" or one["state"] not in SESSION or sits(seats, by)
    return {
        **one,
        "after": await _after(one, now),
        "side": side,
        "announced": announced,
        "seats": seats,
        "words": await said(handoff)
        if announced and (one["connected_at"] or one["state"] in SESSION)
        else [],
        "rung": await db.rows(RUNG, handoff),
        "now": now,
        "leads": [row["role"] for row in leads],
        "told": [row["role"] for row in leads if row["told"]],
        "arranges": one["state"] in ("callback_booked", "failed") and bool(await led([one], by)),
        "turn": bool(settings().turn_urls),
    }


async def _after(one: dict[str, Any], now: dt.datetime) -> dt.datetime | None:
    """When whoever promised it comes, or calls back where the desk waits no longer: as it would be booked."""
    promise = await promise_of(one, now) if one["state"] in LOOKS else None
    if not promise:
        return None
    at: dt.datetime = promise["at"]
    if at < one["give_up_at"]:
        return at
    return await soonest(one["hall"], at, await taken_of(promise["officer"], one["id"]))


async def last_of(case: UUID) -> dict[str, Any] | None:
    """Of a case the one that runs, else the one about which somebody is to call back, else the latest; for a caller who
    asked whose it is.
    """
    found = await with_shut(await db.rows(LAST, case))
    return found[0] if found else None

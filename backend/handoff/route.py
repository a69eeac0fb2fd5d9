"""Who is rung: the most skilled, of them whoever was idle longest; then a wider circle. Whose page is not there is rung
on the phone they carry (值守手机), after those who are there: in a later circle, or where there is nobody else. Who
refused it or passed it on is not rung for it again, who said 几分钟后 not before then, and who took it without its
coming to a connection after a while.

Officers that another router just looks at are passed over: it is about to ring them. One open offer each, and one
session each, are unique indexes; the look is only a look.
"""

import datetime as dt
import math
from functools import partial
from typing import Any
from uuid import UUID

from backend import cases, clock, db, hints
from backend.handoff.call_back import book_call_back, tell_supervisor
from backend.handoff.offers import end_ringing, rings_until
from backend.handoff.parties import decides
from backend.handoff.phones import Rung, ring_phones
from backend.handoff.promises import PROMISED, book_promised, promise_of
from backend.handoff.record import WAITS_SINCE, look_again, move
from backend.handoff.rules import handoff_rules, patience, seconds

DECIDES = decides("$1")
REACHED = f"(u.seen_at > $3 OR u.seen_at > $4 AND s.account IS NOT NULL) AND {DECIDES}"
ABLE = f"u.state = 'on' AND {REACHED}"
RINGS = "EXISTS (SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.state = 'ringing')"
SKILLED = "EXISTS (SELECT 1 FROM handoff_skill k WHERE k.staff = u.staff AND k.item = $2)"
REFUSED = """
EXISTS (SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.handoff = $5 AND o.answer IN ('no', 'passed'))
"""
# 不归我们, they said of it, to another department in which they decide, too: they are the last there.
SENT_ON = """
EXISTS (SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.handoff = $5 AND o.answer = 'elsewhere')
"""
NOT_YET = f"""
EXISTS (SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.handoff = $5
  AND (o.state = 'undeliverable' AND u.seen_at <= $3 OR o.answer = 'unconnected' AND o.answered_at > $3
    OR {PROMISED} > $6))
"""  # noqa: S608  # our own words
# They said that they can then, and it is not yet then.
LATER = f"""
EXISTS (SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.handoff = $5 AND {PROMISED} > $6)
"""  # noqa: S608
# They said that they can by now, and it has not rung for them since.
KEEPS = """
coalesce((SELECT o.answer LIKE 'in-%' FROM handoff_offer o WHERE o.officer = u.staff AND o.handoff = $5
  ORDER BY o.rung_at DESC LIMIT 1), false)
"""
CANDIDATES = f"""
SELECT u.staff, s.account, u.seen_at > $3 AS there, u.staff IS NOT DISTINCT FROM $7 OR {KEEPS} AS first
FROM handoff_duty u JOIN staff s ON s.id = u.staff
WHERE {ABLE} AND NOT {REFUSED} AND NOT {NOT_YET} AND NOT {RINGS}
ORDER BY 4 DESC, {SENT_ON}, there DESC, {SKILLED} DESC, u.idle_since, u.staff LIMIT $8
FOR UPDATE OF u SKIP LOCKED
"""  # noqa: S608
COLLEAGUES = f"""
SELECT s.id, s.name, u.state, {ABLE} AND NOT {NOT_YET} AND NOT EXISTS (
  SELECT 1 FROM handoff_offer o WHERE o.officer = u.staff AND o.state = 'ringing' AND o.handoff <> $5) AS free,
  (SELECT max({PROMISED}) FROM handoff_offer o
    WHERE o.officer = u.staff AND o.handoff = $5 AND {PROMISED} > $6) AS later
FROM handoff_duty u JOIN staff s ON s.id = u.staff
WHERE u.staff <> $7 AND u.state <> 'away' AND {DECIDES} AND NOT {REFUSED}
ORDER BY 4 DESC, {SKILLED} DESC, s.name, s.id
"""  # noqa: S608
RING = """
INSERT INTO handoff_offer (id, handoff, officer, round, state, answer, rung_at, until)
SELECT gen_random_uuid(), $1, u.officer, $3, 'ringing', '', $4, u.until
FROM unnest($2::uuid[], $5::timestamptz[]) AS u (officer, until)
ON CONFLICT (officer) WHERE state = 'ringing' DO NOTHING RETURNING id, officer, until
"""
ON_DUTY = f"""
SELECT s.name, u.state, u.seen_at > $3 AS there, {RINGS} AS rings, {REFUSED} AS refused, {LATER} AS later
FROM handoff_duty u JOIN staff s ON s.id = u.staff WHERE u.state <> 'away' AND {REACHED}
ORDER BY {SKILLED} DESC, u.idle_since, u.staff
"""  # noqa: S608
WITHDRAWN, OVER = "申请人撤回了这个办件，不用接了", "这个办件已经结束，或者有了结果，不用接了"
ENOUGH = 5  # from so many on one may speak of what is usual
# Of the last so many that somebody took, or that came to a call-back because nobody did.
PACE = f"""
SELECT count(*) AS asked, count(took) AS taken, percentile_cont(0.25) WITHIN GROUP (ORDER BY took) AS soon,
       percentile_cont(0.75) WITHIN GROUP (ORDER BY took) AS late
FROM (SELECT h.state, extract(epoch FROM o.answered_at - {WAITS_SINCE}) AS took FROM handoff h
  LEFT JOIN handoff_offer o ON o.handoff = h.id AND o.state = 'accepted'
  WHERE h.department = $1 AND (o.id IS NOT NULL OR h.state IN ('callback_booked', 'failed'))
  ORDER BY h.asked_at DESC LIMIT 50) last
"""  # noqa: S608  # our own words


def there_since(now: dt.datetime) -> dt.datetime:
    """Whose page answered after that is there."""
    return now - seconds(handoff_rules().lease)


def carried_since(now: dt.datetime) -> dt.datetime:
    """Whose page was there last after that is rung on their phone."""
    return now - dt.timedelta(minutes=handoff_rules().phone_for)


async def route(one: dict[str, Any]) -> dict[str, Any]:
    """A part: ring a circle, beside what rings on; where nobody is free, look again in a while. When it was looked long
    enough, whoever supervises the desk is told; some time after that a call-back is booked: what somebody promised,
    else what is free. Of a case that is over, nothing rings any more. The handoff is locked, queued or ringing.
    """
    if over := await over_of(one):
        return await stop(one, over)
    rules, now = handoff_rules(), await clock.now()
    promise = await promise_of(one, now)
    if one["give_up_at"] <= now:
        return await _book(one, promise)
    told_at = one["give_up_at"] - seconds(rules.supervise)
    if told_at <= now:
        await tell_supervisor(one, told_at)
    able = await _circle(one, now)
    lasts = [seconds(rules.ring if row["there"] else rules.phone_ring) for row in able]
    ends = [min(now + each, one["give_up_at"]) for each in lasts]
    rung = await db.rows(RING, one["id"], [row["staff"] for row in able], one["round"], now, ends)
    first, after = await rings_until(one), promise["at"] if promise else None
    again = now + seconds(rules.ring if rung else rules.retry)
    due = min(again, first or again, after or again, told_at if told_at > now else one["give_up_at"])
    if rung:
        await _tell(one, able, rung)
        return await move(one, "rung", "ringing", due_at=due, after=after, **_moved(one, able, rung))
    state = "ringing" if first else "queued"
    if (state, after) == (one["state"], one["after"]):
        return await look_again(one, due)
    return await move(one, "nobody", state, due_at=due, after=after)


async def over_of(one: dict[str, Any]) -> str:
    """Why its case needs nobody any more, for it is decided or over. Empty: it does."""
    state = (await cases.seen(one["case"]))["state"]
    return "" if state in cases.UNDECIDED else WITHDRAWN if state == "withdrawn" else OVER


async def stop(one: dict[str, Any], over: str) -> dict[str, Any]:
    """A part: its case is over; whatever rings for it stops, and that is its end. The handoff is locked."""
    await end_ringing(one, "rescinded")
    return await move(one, "case-over", "cancelled", why=over)


async def give_up(one: dict[str, Any]) -> dict[str, Any]:
    """A part: nobody is looked for any more, before its time; a call-back is booked as then, but of no case that is
    over. The handoff is locked.
    """
    if over := await over_of(one):
        return await stop(one, over)
    return await _book(one, await promise_of(one, await clock.now()))


async def _book(one: dict[str, Any], promise: dict[str, Any] | None) -> dict[str, Any]:
    if promise:
        return await book_promised(one, promise)
    return await book_call_back(one, "unanswered", one["wanted"])


async def _circle(one: dict[str, Any], now: dt.datetime) -> list[dict[str, Any]]:
    """Whom to ring now: who promised it or to whom it was passed, alone; else the next circle, of which the first asks
    nobody back to their page while somebody sits at theirs.
    """
    able = await db.rows(
        CANDIDATES, one["department"], one["item"], there_since(now), carried_since(now), one["id"], now,
        one["wanted"], handoff_rules().circle(one["round"]),
    )  # fmt: skip
    if first := [row for row in able if row["first"]]:
        return first
    there = [row for row in able if row["there"]]
    return there if there and not one["round"] else able


def _moved(one: dict[str, Any], able: list[dict[str, Any]], rung: list[dict[str, Any]]) -> dict[str, Any]:
    """Who is rung for themselves widens no circle; to whom it was passed is waited for until it rings there."""
    return {
        "round": one["round"] + (not able[0]["first"]),
        "wanted": None if one["wanted"] in {row["officer"] for row in rung} else one["wanted"],
    }


async def _tell(one: dict[str, Any], able: list[dict[str, Any]], rung: list[dict[str, Any]]) -> None:
    """Their pages at once; their phones, where they carry one."""
    known = {row["staff"]: row for row in able}
    phones = []
    for row in rung:
        db.after_commit(partial(hints.publish, f"officer:{row['officer']}"))
        officer = known[row["officer"]]
        if officer["account"]:
            phones.append(Rung(row["id"], officer["account"], row["until"], officer["there"]))
    await ring_phones(one, phones)


async def outlook(department: UUID, item: UUID) -> dict[str, Any]:
    """Before anything rings: who would answer (names, the first first), how many would be rung on their phones, who is
    occupied and rings when free, how soon somebody came of late (empty: too few to say), and the minutes until a
    call-back is booked.
    """
    now = await clock.now()
    found = await db.rows(ON_DUTY, department, item, there_since(now), carried_since(now), None, now)
    free = [row for row in found if row["state"] == "on" and not row["rings"]]
    [pace] = await db.rows(PACE, department)
    return {
        "officers": [row["name"] for row in free if row["there"]],
        "phones": sum(not row["there"] for row in free),
        "occupied": [row["name"] for row in found if row not in free],
        "usual": _usual(pace),
        "most": math.ceil(patience().total_seconds() / 60),
    }


def _usual(pace: dict[str, Any]) -> str:
    """A range, not a promise; and how often nobody came. Nothing of a few."""
    if pace["asked"] < ENOUGH:
        return ""
    missed = pace["asked"] - pace["taken"]
    of = f"最近 {pace['asked']} 次里 {missed} 次没人接"
    if missed > pace["taken"]:
        return f"常常要约回电，{of}"
    if pace["taken"] < ENOUGH:
        return of
    soon, late = (max(1, math.ceil(pace[name] / 60)) for name in ("soon", "late"))
    span = f"{soon}–{late} 分钟" if soon < late else f"{late} 分钟内"
    return f"一般 {span}有人接" + (f"，{of}" if missed else "")


async def left(one: dict[str, Any]) -> str:
    """Who could be rung for it yet: some, who are just not free; only who promised to come `later`; nobody, for all on
    duty `refused`; nobody is on duty: `none`.
    """
    now = await clock.now()
    found = await db.rows(
        ON_DUTY, one["department"], one["item"], there_since(now), carried_since(now), one["id"], now
    )
    could = [row for row in found if not row["refused"]]
    if could:
        return "later" if all(row["later"] for row in could) else "some"
    return "refused" if found else "none"


async def colleagues(one: dict[str, Any], by: UUID) -> list[dict[str, Any]]:
    """To whom an officer may pass it, `free`: it rings there at once; `later`: when they said that they can."""
    now = await clock.now()
    return await db.rows(
        COLLEAGUES, one["department"], one["item"], there_since(now), carried_since(now), one["id"], now, by
    )

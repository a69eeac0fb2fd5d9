"""派单: to the village's agent, then also to the neighbours', then to the town's centre; somebody takes it."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.refusal import NotFound, Refusal
from backend.visits.askers import CENTRE, STAFF, covers, its_own
from backend.visits.mandate import lapse
from backend.visits.record import MISSING, Asker, change, in_state, locked, record
from backend.visits.rules import visit_rules
from backend.visits.tables import Visit
from backend.visits.terms import days_later, minutes_later

LAST = 3
AGENTS = """
SELECT count(*) FILTER (WHERE r.scope = $1 OR r.scope_kind = 'all') AS own, count(*) AS near
FROM staff_role r JOIN staff s ON s.id = r.staff AND s.disabled_at IS NULL
WHERE r.role = 'agent' AND (r.scope_kind = 'all' OR (r.scope_kind = 'village' AND (r.scope = $1 OR r.scope = ANY($2))))
"""
WAITING = (
    "SELECT id FROM visit WHERE state = 'requested' AND circle_until < $1 ORDER BY circle_until LIMIT $2"
)
TAKEN = "这次上门刚刚有人接了"


async def first_circle(place: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """The circle in which somebody is, until when it waits there, and until when somebody must have taken it: columns
    of the visit. `place`: id (hall), code and neighbours of the village.
    """
    [agents] = await db.rows(AGENTS, place["code"], place["neighbours"])
    circle = 1 if agents["own"] else 2 if agents["near"] else LAST
    minutes = visit_rules().circle_minutes
    return {
        "circle": circle,
        "circle_until": await minutes_later(place["hall"], now, sum(minutes[:circle])) if circle < LAST else None,
        "take_by": await minutes_later(place["hall"], now, sum(minutes)),
    }  # fmt: skip


@db.retrying
async def widen(visit: UUID) -> bool:
    """Nobody took it in time: the next circle may, too. False where it went on meanwhile."""
    async with db.transaction():
        found, now = await locked(visit), await clock.now()
        if found["state"] != "requested" or not found["circle_until"] or found["circle_until"] >= now:
            return False
        to = found["circle"] + 1
        until = (
            await minutes_later(found["hall"], found["circle_until"], visit_rules().circle_minutes[to - 1])
            if to < LAST
            else None
        )
        await Visit.update({Visit.circle: to, Visit.circle_until: until}).where(Visit.id == visit)
        await record(visit, "widened", "requested", "requested", Asker(), circle=to)
        return True


async def widen_all(most: int = 200) -> int:
    """The sweep: every visit that nobody of its circle took in time; how many moved on."""
    rows = await db.rows(WAITING, await clock.now(), most)
    return sum([await widen(row["id"]) for row in rows])


@db.retrying
async def take(visit: UUID, by: UUID) -> None:
    """接单: from now on it is theirs, with a time to be agreed. Refuses: Denied, NotFound, one that is not in their
    circle, one that somebody took.
    """
    async with db.transaction():
        found = await locked(visit)
        await _in_circle(found, by)
        if found["state"] != "requested":
            raise Refusal(TAKEN)
        await change(found, "taken", "taken", Asker(staff=by), {"agent": by, **await _after(found)})


async def _after(visit: dict[str, Any]) -> dict[str, Any]:
    """What begins when somebody takes it."""
    now, rules = await clock.now(), visit_rules()
    return {
        "circle_until": None,
        "agree_by": await days_later(visit["hall"], now, rules.agree_days),
        "visit_by": await days_later(visit["hall"], now, rules.visit_days),
    }


async def may_take(visit: dict[str, Any], by: UUID) -> bool:
    """It waits for somebody, and they are in the circle that may take it."""
    return visit["state"] == "requested" and (await _there(visit, by) or await _next_door(visit, by))


async def _there(visit: dict[str, Any], by: UUID) -> bool:
    return await covers(by, visit["village_code"], visit["hall_code"], *STAFF)


async def _next_door(visit: dict[str, Any], by: UUID) -> bool:
    villages = {grant.scope for grant in await identity.scopes_of(by, "agent") if grant.kind == "village"}
    return bool(visit["circle"] >= 2 and villages & set(visit["neighbours"]))


async def _in_circle(visit: dict[str, Any], by: UUID) -> None:
    """The village's own, the town's centre, from the second circle on the neighbours'. Refuses: Denied, NotFound."""
    if await _there(visit, by):
        return
    if await _next_door(visit, by):
        if visit["state"] != "requested":
            raise Refusal(TAKEN)
        return
    await identity.require(by, *STAFF, hall=visit["hall_code"], missing=MISSING)


AGENT = """
SELECT s.id, s.name FROM staff s WHERE s.disabled_at IS NULL AND NOT s.must_change AND EXISTS (
  SELECT 1 FROM staff_role r JOIN village g ON g.code = $1 JOIN hall h ON h.id = g.hall
  WHERE r.staff = s.id AND (
    (r.role = 'agent' AND (r.scope_kind = 'all' OR (r.scope_kind = 'village' AND r.scope IN (
       SELECT o.code FROM village o WHERE o.hall = g.hall OR o.code = ANY(g.neighbours)))))
    OR (r.role IN ('agent', 'clerk', 'manager') AND r.scope_kind = 'hall' AND r.scope = h.code)))
ORDER BY s.name, s.id LIMIT 200
"""


async def who_can(visit: dict[str, Any]) -> list[dict[str, Any]]:
    """Whom it can be given to: agents of the town and next door, and the town's centre."""
    return await db.rows(AGENT, visit["village_code"])


@db.retrying
async def reassign(visit: UUID, to: UUID, by: UUID, why: str) -> None:
    """改派, by who goes there or the town's centre; an agreed time stays, a 委托书 ends. Refuses: Denied, NotFound,
    somebody who is not an agent there, or who is at another door then.
    """
    if not why:
        raise Refusal("请写明为什么换人")
    busy = Refusal("他这段时间约了另一家，请先另约时间再改派")
    async with db.transaction(refusing={"visit_one_at_a_time": busy}):
        found = await locked(visit)
        await _gives(found, by)
        in_state(found, "requested", "taken", "agreed", "paused")
        if found["agent"] == to:
            raise Refusal("本来就是他负责，不用改派")
        if to not in [one["id"] for one in await who_can(found)]:
            raise NotFound("没有找到这位代办员")
        await lapse(visit, "换人负责")
        fresh = found["state"] == "requested"
        values = {"agent": to, **(await _after(found) if fresh else {})}
        await change(
            found, "reassigned", "taken" if fresh else found["state"], Asker(staff=by), values, why, was=found["agent"]
        )  # fmt: skip


async def _gives(visit: dict[str, Any], by: UUID) -> None:
    """The town's centre, or who goes there. Refuses: Denied, NotFound, a colleague."""
    if not await covers(by, visit["village_code"], visit["hall_code"], *CENTRE):
        await its_own(visit, by)

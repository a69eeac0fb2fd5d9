"""Sending a number elsewhere: transfer, a second matter, letting the next go first, stepping back, coming back."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.queue.call import FITS, FREE, ORDER, Called, skills, summon
from backend.queue.desks import counter as counter_of
from backend.queue.lock import HallDay, lock
from backend.queue.record import Asker, change, seen
from backend.queue.seniority import Turn, behind
from backend.queue.serve import in_hand
from backend.queue.take import ONCE, Matter, Taken, Visitor, issue, place
from backend.refusal import NotFound, Refusal

GUIDES = ("guide", "manager")
LINE = "SELECT id FROM line WHERE id = $1 AND hall = $2"
# The waiting of a number's own line, in their order.
WAITING = f"""
SELECT t.id, t.turn_at FROM ticket t WHERE t.day = $1 AND t.state = 'waiting' AND t.line = $2 AND t.id <> $3
ORDER BY {ORDER}
"""  # noqa: S608  # our own constants
NEWER = {"ticket_once": Refusal("这件事后来又取了号，按新的号等就行")}
SECOND = (
    f"SELECT t.id, t.turn_at FROM ticket t WHERE {FITS} AND {FREE} AND t.party <> $6 ORDER BY {ORDER} LIMIT 1"  # noqa: S608
)


async def elsewhere(day: HallDay, to_line: UUID | None, to_counter: UUID | None) -> dict[str, Any]:
    """Where a number goes: a line, or one counter and its line. Refuses: NotFound in another hall."""
    if to_counter:
        there = await counter_of(to_counter)
        if there["hall"] != day.hall:
            raise NotFound("没有找到这个窗口")
        return {"line": there["line"], "only": there["id"]}
    if not to_line or not await db.rows(LINE, to_line, day.hall):
        raise NotFound("请选转到哪个窗口或哪类业务")
    return {"line": to_line, "only": None}


@db.retrying
async def transfer(
    counter: UUID,
    by: UUID,
    ticket: UUID,
    *,
    to_line: UUID | None = None,
    to_counter: UUID | None = None,
    why: str = "",
) -> UUID:
    """转号: to another line or one counter, with its seniority. Refuses: to where it is."""
    async with db.transaction():
        day, _, held = await in_hand(counter, by, ticket, "called", "serving")
        values = await elsewhere(day, to_line, to_counter)
        if values["only"] == counter:
            raise Refusal("号已经在这个窗口了")
        return await change(held, "transferred", "waiting", Asker(staff=by), {**values, "counter": None}, why)


@db.retrying
async def add(counter: UUID, by: UUID, ticket: UUID, matter: Matter) -> Taken:
    """加办: a second matter of the person at the counter, with the seniority of the first; here, if this counter can do
    it. It is called like any other. Refuses: a matter the hall does not do, or that they have a number for.
    """
    async with db.transaction(refusing=ONCE):
        day, here, held = await in_hand(counter, by, ticket, "called", "serving")
        where = await place(day.hall, matter, "")
        every, lines, items = skills(here, day.rules)
        mine = every or where["line"] in lines or where["item"] in items
        who = Visitor(
            held["party"],
            (held["person_index"],) if held["person_index"] else (),
            held["person"],
            held["account"],
        )
        return await issue(
            day, where, who, Turn(held["turn_at"]), Asker(staff=by), "counter", only=counter if mine else None
        )


@db.retrying
async def swap(counter: UUID, by: UUID, ticket: UUID) -> Called:
    """让后面先办: the person asks that the next go first; they stand right behind. Refuses: where nobody else waits."""
    async with db.transaction():
        day, here, held = await in_hand(counter, by, ticket, "called")
        found = await db.rows(SECOND, day.id, counter, *skills(here, day.rules), held["party"])
        if not found:
            raise Refusal("后面没有人在等，让不了")
        values = {
            "turn_at": behind(found, 1, held["turn_at"]),
            "counter": None,
            "called_at": None,
            "rings": 0,
        }
        await change(held, "swapped", "waiting", Asker(staff=by), values)
        return await summon(found[0]["id"], here, by)


@db.retrying
async def step_back(ticket: UUID, places: int, asker: Asker) -> UUID:
    """晚点再叫我: some places further back in its line, while it waits. Whose number it is, the route has asked.

    Refuses: no place or more than the hall allows, nobody behind, one that does not wait any more.
    """
    async with db.transaction():
        day, waiting = await _in_hall(ticket)
        if waiting["state"] != "waiting":
            raise Refusal("已经叫到你了，请到窗口；来不了可以找导办员")
        if not 1 <= places <= day.rules.step_back_most:
            raise Refusal(f"一次可以往后退 1 到 {day.rules.step_back_most} 位")
        line = await _line(day, waiting)
        after = [one for one in line if one["turn_at"] > waiting["turn_at"]]
        if not after:
            raise Refusal("后面没有人，不用往后退")
        values: dict[str, Any] = {"turn_at": behind(after, places, waiting["turn_at"])}
        if len(line) - len(after) + min(places, len(after)) > day.rules.ahead:
            values["near_at"] = None  # it is told again when it is near again
        return await change(waiting, "stepped_back", "waiting", asker, values)


@db.retrying
async def come_back(ticket: UUID, asker: Asker) -> UUID:
    """过号回来: once, within the hall's minutes after the miss; it stands behind the third waiting of its line.

    Refuses: one that was not missed, a second time, too late, beside a newer number for the same thing.
    """
    async with db.transaction(refusing=NEWER):
        day, missed = await _in_hall(ticket)
        if missed["state"] != "missed" or missed["returned"]:
            raise Refusal("这个号没有过号" if missed["state"] != "missed" else "已经回来过一次，请重新取号")
        if await clock.now() > missed["missed_at"] + dt.timedelta(minutes=day.rules.return_minutes):
            raise Refusal(f"过号超过 {day.rules.return_minutes} 分钟了，请重新取号")
        key = behind(await _line(day, missed), day.rules.return_behind, missed["turn_at"])
        values = {"turn_at": key, "returned": True, "counter": None, "called_at": None, "rings": 0}
        return await change(missed, "returned", "waiting", asker, values)


@db.retrying
async def withdraw(ticket: UUID, asker: Asker) -> UUID:
    """不办了: its owner gives the number back. Refuses: one that is called, served or over."""
    async with db.transaction():
        _, waiting = await _in_hall(ticket)
        if waiting["state"] not in ("waiting", "missed"):
            raise Refusal("已经叫到的号要到窗口说一声；办完的不用取消")
        return await change(waiting, "withdrawn", "withdrawn", asker, {"ended_at": await clock.now()})


async def _in_hall(ticket: UUID) -> tuple[HallDay, dict[str, Any]]:
    """The number under its hall's lock. Refuses: NotFound, one of another day."""
    before = await seen(ticket)
    day = await lock(before["hall"])
    if before["day"] != day.id:
        raise Refusal("这是以前的号，今天要办请重新取号")
    return day, await seen(ticket)


async def _line(day: HallDay, of: dict[str, Any]) -> list[dict[str, Any]]:
    return await db.rows(WAITING, day.id, of["line"], of["id"])

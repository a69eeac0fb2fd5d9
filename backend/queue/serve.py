"""What a clerk does with the number at the counter: ring again, miss, start, hold, take back, complete."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.queue.call import BUSY, Called, summon
from backend.queue.desks import at_desk
from backend.queue.lock import HallDay
from backend.queue.record import STALE, Asker, change, seen
from backend.queue.take import Matter, place
from backend.refusal import NotFound, Refusal

HAVE = "这个窗口手上没有号"


async def in_hand(
    counter: UUID, by: UUID, ticket: UUID, *states: str
) -> tuple[HallDay, dict[str, Any], dict[str, Any]]:
    """A part: the day, the counter, and the number it has in hand. Refuses: NotFound, Denied, another's number, one
    that is in none of the states any more.
    """
    day, here = await at_desk(counter, by)
    held = await seen(ticket)
    if held["counter"] != counter or held["hall"] != day.hall:
        raise NotFound("这个号不在你的窗口")
    if held["state"] not in states:
        raise Refusal(STALE)
    return day, here, held


@db.retrying
async def ring(counter: UUID, by: UUID, ticket: UUID) -> UUID:
    """重呼: call the same number once more. Refuses: sooner than the hall's pause between two calls."""
    async with db.transaction():
        day, _, held = await in_hand(counter, by, ticket, "called")
        _pause_over(day, held, await clock.now())
        values = {"rung_at": await clock.now(), "rings": held["rings"] + 1}
        return await change(held, "rung", "called", Asker(staff=by), values)


def _pause_over(day: HallDay, held: dict[str, Any], now: dt.datetime) -> None:
    left = held["rung_at"] + dt.timedelta(seconds=day.rules.ring_seconds) - now
    if left > dt.timedelta(0):
        raise Refusal(f"刚刚叫过，过 {int(left.total_seconds()) + 1} 秒再叫")


@db.retrying
async def miss(counter: UUID, by: UUID, ticket: UUID) -> UUID:
    """过号: called often enough, and nobody came. Refuses: fewer calls than the hall asks for, or the last
    is still running.
    """
    async with db.transaction():
        day, _, held = await in_hand(counter, by, ticket, "called")
        now = await clock.now()
        if held["rings"] < day.rules.rings:
            raise Refusal(f"叫满 {day.rules.rings} 次还没来才能过号，现在叫了 {held['rings']} 次")
        _pause_over(day, held, now)
        return await change(held, "missed", "missed", Asker(staff=by), {"missed_at": now})


@db.retrying
async def start(counter: UUID, by: UUID, ticket: UUID) -> UUID:
    """开始办理: the person is at the counter."""
    async with db.transaction():
        _, _, held = await in_hand(counter, by, ticket, "called")
        return await change(held, "started", "serving", Asker(staff=by), {"started_at": await clock.now()})


@db.retrying
async def hold(counter: UUID, by: UUID, ticket: UUID) -> UUID:
    """挂起: they went to copy papers; the counter is free, and their seniority stays."""
    async with db.transaction():
        _, _, held = await in_hand(counter, by, ticket, "called", "serving")
        return await change(held, "held", "held", Asker(staff=by))


@db.retrying
async def resume(counter: UUID, by: UUID, ticket: UUID) -> Called:
    """They are back: served at this counter, at once. Refuses: a counter that has somebody or is not open."""
    async with db.transaction(refusing=BUSY):
        day, here = await at_desk(counter, by)
        held = await seen(ticket)
        if held["hall"] != day.hall:
            raise NotFound("没有找到这个号")
        if here["state"] != "open" or held["state"] != "held":
            raise Refusal("窗口还没打开，先点“开始叫号”" if here["state"] != "open" else STALE)
        return await summon(ticket, here, by, "resumed")


@db.retrying
async def complete(counter: UUID, by: UUID, ticket: UUID, item: UUID | None = None) -> UUID:
    """办结, with the matter that was done, where it was another than the one taken for. Refuses: a matter that the
    hall does not do.
    """
    async with db.transaction():
        day, _, held = await in_hand(counter, by, ticket, "called", "serving")
        now = await clock.now()
        values = {"ended_at": now, "started_at": held["started_at"] or held["called_at"]}
        if item:
            values["item"] = (await place(day.hall, Matter(item=item), ""))["item"]
        return await change(held, "completed", "done", Asker(staff=by), values)

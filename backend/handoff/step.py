"""What a timer means, state by state; and whose timers are over. A job and two sweeps may do it: the row's lock and the
look at its time make it happen once.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.handoff.call_back import book_call_back
from backend.handoff.duty import free, strike, wrapped
from backend.handoff.offers import end_ringing, take_back
from backend.handoff.record import locked, move, record
from backend.handoff.route import over_of, route, stop
from backend.handoff.rules import handoff_rules, seconds
from backend.refusal import NotFound

OVERDUE = "SELECT id FROM handoff WHERE due_at <= $1 ORDER BY due_at LIMIT 200"


async def overdue() -> list[UUID]:
    """Whose timer is over; and who has written up enough may be rung again."""
    await wrapped()
    return [row["id"] for row in await db.rows(OVERDUE, await clock.now())]


@db.retrying
async def step(handoff: UUID) -> None:
    """Do what its timer means, if it is over: twice is as once."""
    async with db.transaction():
        try:
            one = await locked(handoff)
        except NotFound:
            return
        if one["due_at"] and one["due_at"] <= await clock.now():
            await OVER[one["state"]](one)


async def _silent(one: dict[str, Any]) -> None:
    """They let it ring; what rings on, phones, rings beside the next circle. Of a case that is over, nobody let it."""
    if not await over_of(one) and (ended := await end_ringing(one, "timeout", await clock.now())):
        await strike(ended)
        await record(one["id"], "silent", one["state"], one["state"])
    await route(one)


async def _not_connected(one: dict[str, Any]) -> None:
    """接, and then nothing came: somebody is looked for anew, if there is time. An officer whose own page never came is
    as silent as who let it ring; whoever came is not.
    """
    came = one["officer_seen_at"] > one["due_at"] - seconds(handoff_rules().connect)
    await free(one["officer"], "on", came=came)
    if not came and not await over_of(one):
        await strike([one["officer"]])
    await take_back(one, "timeout", "unconnected")
    await route(await move(one, "unconnected", "queued", officer=None, due_at=await clock.now()))


async def _lost(one: dict[str, Any]) -> None:
    """One of the two pages is gone: the other waits for it."""
    await move(one, "lost", "interrupted", due_at=await clock.now() + seconds(handoff_rules().resume))


async def _gone(one: dict[str, Any]) -> None:
    """It did not come back: the same officer calls back, unless the case is over."""
    await free(one["officer"])
    if over := await over_of(one):
        await stop(one, over)
        return
    await book_call_back(one, "broken", one["officer"])


OVER: dict[str, Callable[[dict[str, Any]], Awaitable[object]]] = {
    "queued": route, "ringing": _silent, "connecting": _not_connected, "live": _lost, "interrupted": _gone,
    "deciding": _lost,
}  # fmt: skip

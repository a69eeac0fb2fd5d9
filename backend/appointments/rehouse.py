"""Finding a new place for one booking that a closing pushed out (改约): one verb, one transaction each."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.appointments import fitting, places, policy, relocations, reminders
from backend.appointments.promises import promise
from backend.appointments.record import record
from backend.appointments.tables import Relocation

STANDS = {"cancelled": "cancelled", "booked": "moved"}  # what else can have become of it: they came


@db.retrying
async def rehouse(relocation: UUID) -> None:
    """Keep the most fitting free place for a pushed-out booking and tell them; without one tell them to choose.

    Done before, or not to be done (stopped, undone, changed by themselves): nothing happens.
    """
    async with db.transaction():
        row = await relocations.locked(relocation)
        if row["state"] != "pending" or row["closing_state"] != "running":
            return
        if gone := gone_as(row):
            await relocations.settle(row, gone)
            return
        way = await _take(row)
        await (_offer(row, way) if way else _leave(row))
        db.after_commit(partial(hints.publish, f"hall:{row['hall_code']}"))


def gone_as(row: dict[str, Any]) -> str:
    """How a booking left the closed slot without an answer; empty where it still stands there."""
    if row["stands"] == "booked" and row["slot"] == row["old_slot"]:
        return ""
    return STANDS.get(row["stands"], "kept")


async def _take(row: dict[str, Any]) -> dict[str, Any] | None:
    taken = await fitting.busy([row["person_index"]])
    for way in await fitting.ways(row["item"], row["old_slot"]):
        if fitting.fits(way, row["appointment"], row["item"], taken) and await places.taken(way["id"]):
            return way
    return None


async def _offer(row: dict[str, Any], way: dict[str, Any]) -> None:
    rules, now = await policy.of_item(row["item"]), await clock.now()
    until = max(way["starts_at"] - dt.timedelta(minutes=rules.cancel_until_minutes), reminders.answer_by(now))
    hold = await places.hold(way["id"], "closing", now, until, appointment=row["appointment"])
    await Relocation.update(
        {
            Relocation.state: "offered",
            Relocation.new_slot: way["id"],
            Relocation.hold: hold,
            Relocation.told_at: now,
        }
    ).where(Relocation.id == row["id"])
    new = {"new_at": way["starts_at"], "until_at": until, "new_place": way["floor"] + way["line_name"]}
    await _tell(row, "appointment-closed", "closed", **new)


async def _leave(row: dict[str, Any]) -> None:
    told: dict[Any, Any] = {Relocation.state: "none", Relocation.told_at: await clock.now()}
    await Relocation.update(told).where(Relocation.id == row["id"])
    await _tell(row, "appointment-displaced", "displaced")


async def _tell(row: dict[str, Any], kind: str, event: str, **new: Any) -> None:
    facts = said(row)
    why = f"{facts['span']}{facts['deed']}：{row['reason']}"
    id = await record(row["appointment"], event, from_state="booked", to_state="booked", why=why)
    await promise(row["appointment"], kind, id, remind=False, **facts, **new)


def said(row: dict[str, Any]) -> dict[str, Any]:
    """What the notices of a closing say of it."""
    span = relocations.span(row["closed_day"], row["starts"], row["ends"])
    return {
        "span": span,
        "deed": relocations.deed(row["counters"]),
        "reason": row["reason"],
        "phone": row["phone"],
    }


@db.retrying
async def restore(relocation: UUID) -> None:
    """The closing is undone: the kept place is given up, reminders are promised again, and who was told is told.

    Done before, or changed by themselves: nothing happens.
    """
    async with db.transaction():
        row = await relocations.locked(relocation)
        if row["state"] not in relocations.OPEN or row["closing_state"] != "undoing":
            return
        gone = gone_as(row)
        await relocations.settle(row, gone or "undone")
        await relocations.let_go(row, "released")
        if not gone and row["told_at"]:
            id = await record(
                row["appointment"], "resumed", from_state="booked", to_state="booked", why="停办撤回了"
            )
            await promise(row["appointment"], "appointment-resumed", id, **said(row))

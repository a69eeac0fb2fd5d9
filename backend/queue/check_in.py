"""Checking in (签到): a booking becomes a number. Late is an ordinary number, nothing is void."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import appointments, clock, db
from backend.queue.lock import HallDay, lock
from backend.queue.record import Asker
from backend.queue.seniority import turn
from backend.queue.tables import Rules
from backend.queue.take import ONCE, PARTY, Matter, Taken, Visitor, check_open, issue, place
from backend.refusal import Refusal


@db.retrying
async def check_in(appointment: UUID, who: Visitor, asker: Asker) -> Taken:
    """A number for a booking of today, from `early_minutes` before its slot. Until `late_minutes` after the slot's
    start it counts as booked, later as one taken just now. Who they are, the route has made sure of.

    Refuses: NotFound, too early, another day, cancelled, checked in already, a hall that is shut.
    """
    async with db.transaction(refusing=ONCE):
        booked = await appointments.come(appointment, by_account=asker.account, by_staff=asker.staff)
        day = await lock(booked["hall"])
        await _check(day, booked)
        now = await clock.now()
        starts = booked["starts_at"] if in_time(booked["starts_at"], day.rules, now) else None
        key = turn(now, day.rules, slot=starts, priority=who.priority)
        where = await place(day.hall, Matter(item=booked["item"]), "Y" if key.credit == "booking" else "V")
        party = await db.rows(PARTY, day.id, [booked["person_index"]])
        who = _of(who, booked, party)
        return await issue(day, where, who, key, asker, "booking", appointment=appointment)


def in_time(starts_at: dt.datetime, rules: Rules, now: dt.datetime) -> bool:
    """Whether a booking that checks in now still counts as booked."""
    return now <= starts_at + dt.timedelta(minutes=rules.late_minutes)


def _of(who: Visitor, booked: dict[str, Any], party: list[dict[str, Any]]) -> Visitor:
    return Visitor(
        party=party[0]["party"] if party else who.party,
        indexes=(booked["person_index"],),
        person=booked["person"],
        account=booked["booked_by"],
        priority=who.priority,
        device=who.device,
    )


async def _check(day: HallDay, booked: dict[str, Any]) -> None:
    now = await clock.now()
    first = booked["starts_at"] - dt.timedelta(minutes=day.rules.early_minutes)
    if now < first:
        start = clock.local(booked["starts_at"])
        raise Refusal(
            f"{start:%H:%M} 的预约，{clock.local(first):%H:%M} 起可以签到。想早点办可以另取一个普通号"
        )
    if now >= booked["ends_at"]:
        await check_open(day)

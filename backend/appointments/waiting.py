"""The waiting list (候补) as a citizen uses it: join, claim what is offered, leave."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, identity, secrecy
from backend.appointments import offers, pauses, places, policy
from backend.appointments.book import ONCE, asked_of, row_of
from backend.appointments.promises import tell
from backend.appointments.record import record
from backend.appointments.tables import Appointment, PlaceHold, Policy, Waiting, WaitingEvent
from backend.refusal import NotFound, Refusal

TWICE = {"waiting_once": Refusal("这件事已经在候补了，有位置会通知你。想换日子，先退出原来的候补")}
LATE = {
    "waiting": "这个位置已经让给下一位了。你还在候补里，再有位置会通知你",
    "booked": "这个位置已经约好了，在“我的预约”里能看到",
    "left": "你已经退出这条候补，可以重新选时间",
    "over": "候补的日子已经过去，可以重新选时间",
}
DAYS = """
SELECT s.day, coalesce(sum(greatest(s.offered - s.taken, 0)), 0) AS free FROM slot s
WHERE s.line = $1 AND s.day = ANY($2::date[]) AND s.starts_at >= $3 AND s.day <= $4 AND s.offered > 0
GROUP BY s.day
"""
PLACE = """
SELECT p.line, p.hall FROM item_place p JOIN hall h ON h.id = p.hall JOIN item i ON i.id = p.item
WHERE p.item = $1 AND h.code = $2 AND i.bookable
"""
SEEN = """
SELECT w.*, i.name AS item_name, h.code AS hall_code, h.name AS hall_name, h.address, h.phone, l.floor,
       l.name AS line_name, p.name AS person_name, p.relation, o.id AS offer, o.until, s.starts_at, s.ends_at,
       c.appointment AS booked
FROM waiting w JOIN item i ON i.id = w.item JOIN hall h ON h.id = w.hall JOIN line l ON l.id = w.line
JOIN person p ON p.id = w.person
LEFT JOIN place_hold o ON o.waiting = w.id AND o.ended_at IS NULL AND o.until > $2
LEFT JOIN place_hold c ON c.waiting = w.id AND c.outcome = 'claimed'
LEFT JOIN slot s ON s.id = o.slot WHERE w.account = $1
"""
AHEAD = """
SELECT count(*) AS n FROM waiting w
WHERE w.line = $1 AND w.state = 'waiting' AND w.days && $2::date[] AND w.queued_at < $3
"""
FREE = """
SELECT s.day, sum(s.offered - s.taken) AS free FROM slot s
WHERE s.line = $1 AND s.day = ANY($2::date[]) AND s.starts_at >= $3 AND s.taken < s.offered
GROUP BY s.day ORDER BY s.day
"""


@db.retrying
async def join(item: UUID, hall: str, days: list[dt.date], person: UUID, by: UUID) -> Waiting:
    """Wait for a place for the item in the hall on any of the days, which are full now.

    Refuses: a person this account may not act for, a hall that does not do the item, a day outside the window
    or with places free, a pause (爽约), the same matter twice, and more waits than bookings are allowed.
    """
    async with db.transaction(refusing=TWICE):
        who = await identity.person_for(by, person)
        place = await _place(item, hall)
        rules = await policy.of_item(item)
        await policy.lock(who.id_index, by)
        await pauses.check(who.id_index, by)
        await _refuse_crowd(who.id_index, by, rules)
        await _refuse_days(place["line"], days, rules)
        now = await clock.now()
        row = Waiting(
            item=item, person=person, person_index=who.id_index, account=by, days=sorted(set(days)),
            created_at=now, queued_at=now, **place,
        )  # fmt: skip
        await Waiting.insert(row)
        await WaitingEvent.insert(
            WaitingEvent(waiting=row.id, at=now, by_account=by, kind="joined", to_state="waiting")
        )
    return row


async def _place(item: UUID, hall: str) -> dict[str, Any]:
    found = await db.rows(PLACE, item, hall)
    if not found:
        raise NotFound("这个大厅不办这件事，请重新选择")
    return found[0]


async def _refuse_crowd(person_index: bytes, account: UUID, rules: Policy) -> None:
    found = await db.rows(
        "SELECT count(*) FILTER (WHERE person_index = $1) AS person, count(*) FILTER (WHERE account = $2) AS account"
        " FROM waiting WHERE (person_index = $1 OR account = $2) AND state IN ('waiting', 'offered')",
        person_index,
        account,
    )
    most = policy.most(rules)
    if found[0]["person"] >= most[0] or found[0]["account"] >= most[2]:
        raise Refusal("候补已经够多了，请先退出一个再候补新的")


async def _refuse_days(line: UUID, days: list[dt.date], rules: Policy) -> None:
    now = await clock.now()
    first = now + dt.timedelta(minutes=rules.notice_minutes)
    last = await clock.working_day_after(clock.local(now).date(), rules.window_working_days)
    free = {row["day"]: row["free"] for row in await db.rows(DAYS, line, days, first, last)}
    for day in sorted(set(days)):
        if day not in free:
            raise Refusal(f"{day.month} 月 {day.day} 日现在不能候补，请选日历上约满的日子")
        if free[day]:
            raise Refusal(f"{day.month} 月 {day.day} 日还有空位，直接约就好")
    if not days:
        raise Refusal("请至少选一天")


@db.retrying
async def claim(waiting: UUID, by: UUID) -> Appointment:
    """Take the place that is offered: one tap, and it is booked.

    Refuses: NotFound, an offer that lapsed, and what `book` refuses of the person's limits.
    """
    async with db.transaction(refusing=ONCE):
        wait = await _own(waiting, by)
        who = await identity.person_for(by, wait.person)
        await policy.lock(who.id_index, by)
        await pauses.check(who.id_index, by)
        await offers.lock(wait.line)
        offer = await _claimed(waiting)
        asked = await asked_of(UUID(str(offer.slot)), wait.item, who.id_index, by)
        rules = policy.known(asked["rules"])
        appointment = await row_of(asked, who, by)
        await policy.check_limits(
            who.id_index, by, rules, item=wait.item, day=asked["day"], besides=appointment.id
        )
        await Appointment.insert(appointment)
        await PlaceHold.update({PlaceHold.appointment: appointment.id}).where(PlaceHold.id == offer.id)
        event = await record(
            appointment.id, "booked", to_state="booked", by_account=by, to_slot=asked["slot"], why="候补"
        )
        await offers.changed(waiting, "claimed", "offered", "booked", by=by)
        facts = {**asked, "id": appointment.id, "booked_by": by, "person": wait.person}
        await tell(facts, "appointment-booked", event)
    return appointment


async def _claimed(waiting: UUID) -> PlaceHold:
    offer = await offers.offer_of(waiting)
    lapsed = offer is None or offer.until <= await clock.now()
    if offer is None or lapsed or not await places.end(offer.id, "claimed", "waiting"):
        stands = await Waiting.select(Waiting.state).where(Waiting.id == waiting).first()
        raise Refusal(LATE.get(stands["state"] if stands else "", LATE["waiting"]))
    return offer


@db.retrying
async def leave(waiting: UUID, by: UUID) -> None:
    """Wait no longer; a place on offer goes to the next. Leaving twice changes nothing. Refuses: NotFound."""
    async with db.transaction():
        wait = await _own(waiting, by)
        await offers.lock(wait.line)
        await offers.decline(waiting, by)


async def _own(waiting: UUID, by: UUID) -> Waiting:
    found = await Waiting.objects().where(Waiting.id == waiting, Waiting.account == by).first()
    if found is None:
        raise NotFound("没有找到这条候补")
    return found


async def waits(by: UUID) -> list[dict[str, Any]]:
    """The account's waits that stand, offers first."""
    sql = SEEN + "AND w.state IN ('waiting', 'offered') ORDER BY o.id IS NULL, w.created_at"
    now = await clock.now()
    return [_named(row, clock.local(now).date()) for row in await db.rows(sql, by, now)]


async def show_wait(waiting: UUID, by: UUID) -> dict[str, Any]:
    """One of the account's waits, with how many wait before it for any of its days, and which of them have places
    `free` for everybody now. Refuses: NotFound.
    """
    now = await clock.now()
    found = await db.rows(SEEN + "AND w.id = $3", by, now, waiting)
    if not found:
        raise NotFound("没有找到这条候补")
    row = found[0]
    ahead = await db.rows(AHEAD, row["line"], row["days"], row["queued_at"])
    return {**_named(row, clock.local(now).date()), "ahead": ahead[0]["n"], "free": await _free(row)}


async def _free(row: dict[str, Any]) -> list[dict[str, Any]]:
    if row["state"] not in ("waiting", "offered"):
        return []
    rules = await policy.of_item(row["item"])
    first = await clock.now() + dt.timedelta(minutes=rules.notice_minutes)
    return await db.rows(FREE, row["line"], row["days"], first)


def _named(row: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """With the days that can still come, as long as any can."""
    days = [day for day in row["days"] if day >= today] or row["days"]
    who = f"{identity.RELATIONS[row['relation']]} {secrecy.mask_name(row['person_name'])}"
    return {**row, "days": days, "who": who}

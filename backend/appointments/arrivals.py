"""What staff mark on the day: somebody came (到场), nobody came (未到), the mark was a slip, a note.

A mark is one conditional UPDATE and its event. Late is fine: who comes late waits in the ordinary queue, and
nothing becomes void.
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints, identity, notify
from backend.appointments import no_shows, policy, relocations
from backend.appointments.book import ONCE
from backend.appointments.record import record
from backend.appointments.tables import Appointment
from backend.refusal import Denied, NotFound, Refusal

MARKERS = ("clerk", "guide", "manager", "desk")
LEAST = 2  # characters of a reason
MARKED = """
SELECT e.id, e.appointment, e.kind, e.at, e.by_staff, coalesce(f.name, '系统') AS by_name FROM appointment_event e
LEFT JOIN staff f ON f.id = e.by_staff
WHERE e.appointment = coalesce((SELECT appointment FROM appointment_event WHERE id = $1), $1)
  AND e.kind IN ('arrived', 'missed', 'unmarked') ORDER BY e.at DESC, e.id LIMIT 1
"""
SAID = {"arrived": "标了到场", "missed": "标了未到", "unmarked": "撤销了标记"}


@db.retrying
async def arrive(appointment: UUID, by: UUID, why: str = "", *, proved: bool = False) -> None:
    """到场: the person of a booking is here. From the beginning of its day until the end of it, however late;
    afterwards only a manager, with a reason. What counted as a no-show is withdrawn, and a pause that rested on it.
    `proved`: their ID was seen and is theirs (证件已核对).

    Refuses: NotFound, Denied, another day, and a booking that is cancelled or marked already.
    """
    async with db.transaction():
        seen = await _locked(appointment, by)
        await _check_day(seen, by, why)
        await _came(seen, by_staff=by, why=why)
        if proved:
            await identity.mark_proved(seen["person"], by)


async def come(
    appointment: UUID, *, by_account: UUID | None = None, by_staff: UUID | None = None
) -> dict[str, Any]:
    """A part: the person of a booking of today stands in the hall and takes its number (签到). The caller has made
    sure of who they are. Locks their person and account; returns what the rules know of the booking.

    Refuses: NotFound, another day, one that is cancelled or came already.
    """
    db.inside()
    seen = await _under_locks(appointment)
    if seen["day"] != clock.local(await clock.now()).date():
        raise Refusal(f"这个预约是 {seen['day'].month} 月 {seen['day'].day} 日的，当天才能签到")
    await _came(seen, by_account=by_account, by_staff=by_staff, why="签到取号")
    return seen


async def _came(
    seen: dict[str, Any], *, by_account: UUID | None = None, by_staff: UUID | None = None, why: str
) -> None:
    values: dict[Any, Any] = {Appointment.state: "arrived", Appointment.arrived_at: await clock.now()}
    came = Appointment.update(values).where(
        Appointment.id == seen["id"], Appointment.state.is_in(["booked", "missed"])
    )
    if not await came.returning(Appointment.id):
        raise Refusal(await _other(seen))
    await notify.withdraw(seen["id"])  # a reminder would be false now
    event = await record(
        seen["id"], "arrived", from_state=seen["state"], to_state="arrived",
        by_account=by_account, by_staff=by_staff, why=why,
    )  # fmt: skip
    await no_shows.withdraw(seen["id"], event, by=by_staff, why=why or "大厅更正为到场")


@db.retrying
async def mark_missed(appointment: UUID, by: UUID) -> None:
    """未到: the slot is over and nobody came. On the day itself; the job marks whatever nobody marked.

    Refuses: NotFound, Denied, before the slot's end, another day, one that is cancelled or marked already, and
    whom a closing pushed out and who has not answered.
    """
    async with db.transaction():
        seen, now = await _locked(appointment, by), await clock.now()
        if now < seen["ends_at"]:
            raise Refusal(f"这个时段到 {clock.local(seen['ends_at']):%H:%M} 才结束，到时还没来再标未到")
        if seen["day"] != clock.local(now).date():
            raise Refusal("过了当天就不能再标未到")
        if await relocations.open_of(appointment):
            raise Refusal("这个时段大厅停办了，正等本人答复新的时间，不算未到")
        if not await no_shows.miss(seen, by=by):
            raise Refusal(await _other(seen))


@db.retrying
async def unmark(mark: UUID, by: UUID, why: str = "") -> UUID:
    """Take the last 到场 or 未到 back: the booking stands as before. `mark` is its event. Returns the appointment.

    Within the day whoever may mark; later, and what the job marked, a manager with a reason. What was missed and
    taken back is not marked by the job again. Refuses: NotFound, Denied, a mark that is not the last any more.
    """
    async with db.transaction(refusing=ONCE):
        last = await _last(mark)
        seen = await _locked(last["appointment"], by)
        today = clock.local(await clock.now()).date()
        if last["by_staff"] is None or clock.local(last["at"]).date() != today:
            await _require_manager(seen, by, why)
        if (await _last(last["appointment"]))["id"] != mark or not await _stand(seen):
            raise Refusal(await _other(seen))
        event = await record(
            seen["id"], "unmarked", from_state=seen["state"], to_state="booked", by_staff=by, why=why
        )
        await no_shows.withdraw(seen["id"], event, by=by, why=why or "大厅撤销了未到")
    return UUID(str(seen["id"]))


async def marked(mark: UUID, by: UUID) -> UUID:
    """The booking that a mark is of. Refuses: NotFound, Denied."""
    seen = await no_shows.booking((await _last(mark))["appointment"])
    await identity.require(by, *MARKERS, hall=seen["hall_code"])
    return UUID(str(seen["id"]))


@db.retrying
async def note(appointment: UUID, by: UUID, text: str) -> None:
    """备注: a remark for the colleagues of the hall, never told to the citizen. Refuses: NotFound, Denied."""
    async with db.transaction():
        seen = await _locked(appointment, by)
        await record(
            appointment, "note", from_state=seen["state"], to_state=seen["state"], by_staff=by, why=text
        )


async def _locked(appointment: UUID, by: UUID) -> dict[str, Any]:
    """The booking under the locks of its person and account; open lists of its hall are told afterwards."""
    seen = await _under_locks(appointment)
    await identity.require(by, *MARKERS, hall=seen["hall_code"])
    return seen


async def _under_locks(appointment: UUID) -> dict[str, Any]:
    seen = await no_shows.booking(appointment)
    await policy.lock(seen["person_index"], seen["booked_by"])
    seen = await no_shows.booking(appointment)
    db.after_commit(partial(hints.publish, f"hall:{seen['hall_code']}"))
    return seen


async def _check_day(seen: dict[str, Any], by: UUID, why: str) -> None:
    today, day = clock.local(await clock.now()).date(), seen["day"]
    if today < day:
        raise Refusal(f"这个预约是 {day.month} 月 {day.day} 日的，当天来了再标到场")
    if today > day:
        await _require_manager(seen, by, why)


async def _require_manager(seen: dict[str, Any], by: UUID, why: str) -> None:
    try:
        await identity.require(by, "manager", hall=seen["hall_code"])
    except Denied:
        raise Refusal("过了当天，或是系统标的，要由大厅负责人更正") from None
    if len(why) < LEAST:
        raise Refusal(f"过了当天再更正，请写明原因，至少 {LEAST} 个字")


async def _last(mark: UUID) -> dict[str, Any]:
    """The last mark of the booking that this mark, or this id, is of. Refuses: NotFound."""
    found = await db.rows(MARKED, mark)
    if not found:
        raise NotFound("没有找到这个标记")
    return found[0]


async def _stand(seen: dict[str, Any]) -> bool:
    """Booked again, if it is still marked."""
    values: dict[Any, Any] = {Appointment.state: "booked", Appointment.arrived_at: None}
    stands = Appointment.update(values).where(
        Appointment.id == seen["id"], Appointment.state.is_in(["arrived", "missed"])
    )
    return bool(await stands.returning(Appointment.id))


async def _other(seen: dict[str, Any]) -> str:
    """Who was quicker."""
    found = await db.rows(MARKED, seen["id"])
    if seen["state"] == "cancelled" or not found:
        return "这个预约已经取消或改动过，请看最新的状态"
    last = found[0]
    return f"{last['by_name']} {_time(last['at'])} 已经{SAID[last['kind']]}"


def _time(at: dt.datetime) -> str:
    return f"{clock.local(at):%H:%M}"

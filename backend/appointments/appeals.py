"""Appeals (申诉) against a no-show or a pause, answered by the hall: taken back or kept, with a reason, told."""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, identity, notify
from backend.appointments import no_shows, pauses, policy
from backend.appointments.book import ONCE
from backend.appointments.record import record
from backend.appointments.tables import Appeal, Appointment
from backend.refusal import NotFound, Refusal

LEAST = 2  # characters of a reason
TWICE = {
    name: Refusal("已经申诉过了，大厅的答复会在这里和消息里告诉你")
    for name in ("booking_appeal_pause_key", "booking_appeal_no_show_key")
}
ABOUT = """
SELECT p.id, p.state, p.person_index, p.account, p.until, p.hall AS hall_id, h.code AS hall_code,
       h.name AS hall, h.phone
FROM booking_pause p JOIN hall h ON h.id = p.hall WHERE p.id = $1
"""
APPEAL = """
SELECT e.id, e.state, e.no_show, e.pause, e.account, h.code AS hall_code, h.name AS hall, h.phone, n.appointment,
       coalesce(p.person_index, a.person_index) AS person_index
FROM booking_appeal e JOIN hall h ON h.id = e.hall LEFT JOIN booking_pause p ON p.id = e.pause
LEFT JOIN no_show n ON n.id = e.no_show LEFT JOIN appointment a ON a.id = n.appointment WHERE e.id = $1
"""
MISSED = """
SELECT n.id, n.appointment, n.hall, a.person_index FROM no_show n JOIN appointment a ON a.id = n.appointment
WHERE n.id = $1 AND n.account = $2 AND n.withdrawn_at IS NULL
"""


@db.retrying
async def appeal_pause(pause: UUID, by: UUID, text: str) -> None:
    """Say why a pause is wrong, once. Refuses: NotFound, also a stranger's; one lifted or over; saying it twice."""
    async with db.transaction(refusing=TWICE):
        seen = await db.rows(ABOUT, pause)
        if not seen or seen[0]["account"] != by:
            raise NotFound("没有找到这次暂停")
        await policy.lock(seen[0]["person_index"] or b"", by)
        found = await db.rows(ABOUT, pause)
        if found[0]["state"] != "running" or found[0]["until"] <= clock.local(await clock.now()).date():
            raise Refusal("网上预约已经恢复了，现在就可以约")
        await _write(found[0]["hall_id"], by, text, pause=pause)
        await pauses.record(pause, "appealed", "running", from_state="running", by_account=by)


@db.retrying
async def appeal_no_show(no_show: UUID, by: UUID, text: str) -> UUID:
    """我那天来了: say so of a missed booking, once. Returns the booking. Refuses: NotFound, saying it twice."""
    async with db.transaction(refusing=TWICE):
        for seen in await db.rows(MISSED, no_show, by):
            await policy.lock(seen["person_index"], by)
        found = await db.rows(MISSED, no_show, by)
        if not found:
            raise NotFound("没有找到这条记录，或已经更正了")
        await _write(found[0]["hall"], by, text, no_show=no_show)
        booking = UUID(str(found[0]["appointment"]))
        await record(booking, "disputed", from_state="missed", to_state="missed", by_account=by)
    return booking


async def _write(hall: UUID, by: UUID, text: str, **about: Any) -> None:
    row = Appeal(id=uuid4(), hall=hall, account=by, text=text, created_at=await clock.now(), **about)
    await Appeal.insert(row)


@db.retrying
async def answer_appeal(appeal: UUID, by: UUID, granted: bool, why: str) -> None:
    """The hall takes back what is appealed against, or keeps it; the reason is told either way.

    Refuses: NotFound, Denied, a reason of less than two characters, and an appeal that is answered.
    """
    async with db.transaction(refusing=ONCE):
        row = await _open(appeal, by, why)
        if not granted:
            await _keep(row, by, why)
        elif row["pause"]:
            await pauses.lift(row["pause"], by, why, spent=True)
            await pauses.settle(
                "id", row["id"], "granted", by, why
            )  # also where the pause has ended meanwhile
            await _tell(row, row["pause"], "appointment-lifted", why)
        else:
            await _excuse(row, by, why)


async def _open(appeal: UUID, by: UUID, why: str) -> dict[str, Any]:
    seen = await db.rows(APPEAL, appeal)
    if not seen:
        raise NotFound("没有找到这条申诉")
    await identity.require(by, "manager", hall=seen[0]["hall_code"], missing="没有找到这条申诉")
    _check(why)
    await policy.lock(seen[0]["person_index"] or b"", seen[0]["account"])
    row = (await db.rows(APPEAL, appeal))[0]
    if row["state"] != "open":
        raise Refusal("这条申诉已经答复过了，请看最新的记录")
    return row


def _check(why: str) -> None:
    if len(why.strip()) < LEAST:
        raise Refusal(f"请写明原因，至少 {LEAST} 个字，会告诉本人")


async def _keep(row: dict[str, Any], by: UUID, why: str) -> None:
    about = row["pause"] or row["appointment"]
    await pauses.settle("id", row["id"], "kept", by, why)
    if row["pause"]:
        await pauses.record(about, "kept", "running", from_state="running", by_staff=by, why=why)
    else:
        await record(about, "upheld", from_state="missed", to_state="missed", by_staff=by, why=why)
    await _tell(row, about, "appointment-unlifted" if row["pause"] else "appointment-kept", why)


async def _excuse(row: dict[str, Any], by: UUID, why: str) -> None:
    """The booking was not missed after all; nobody can say any more when they came."""
    booked = Appointment.update({Appointment.state: "booked"}).where(
        Appointment.id == row["appointment"], Appointment.state == "missed"
    )
    if not await booked.returning(Appointment.id):
        raise Refusal("这个预约已经更正过了，请看最新的记录")
    event = await record(
        row["appointment"], "unmarked", from_state="missed", to_state="booked", by_staff=by, why=why
    )
    await no_shows.withdraw(row["appointment"], event, by=by, why=why)


@db.retrying
async def lift_pause(pause: UUID, by: UUID, why: str) -> None:
    """A manager lifts a pause by themselves, with a reason that is told. Refuses: NotFound, Denied, no reason,
    one that is lifted or over.
    """
    async with db.transaction():
        found = await db.rows(ABOUT, pause)
        if not found:
            raise NotFound("没有找到这次暂停")
        row = found[0]
        await identity.require(by, "manager", hall=row["hall_code"], missing="没有找到这次暂停")
        _check(why)
        await policy.lock(row["person_index"] or b"", row["account"])
        if not await pauses.lift(pause, by, why, spent=True):
            raise Refusal("这次暂停已经解除或到期了")
        await _tell(row, pause, "appointment-lifted", why)


async def _tell(row: dict[str, Any], about: UUID, kind: str, why: str) -> None:
    promise = notify.Promise(kind, f"{kind}:{row['id']}")
    facts: dict[str, object] = {"hall": row["hall"], "phone": row["phone"], "why": why}
    await notify.tell(row["account"], [promise], about=about, facts=facts)

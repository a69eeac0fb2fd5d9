"""What booking holds of an account: taken away as a copy, and let go of when its owner leaves."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.appointments import offers, policy
from backend.appointments.cancel import give_up
from backend.appointments.own import locked
from backend.appointments.tables import Appointment

STATES = {"booked": "已约", "arrived": "已到", "missed": "没来", "cancelled": "已取消"}
HAPPENED = {
    "booked": "预约", "cancelled": "取消", "moved": "改时间", "arrived": "到场", "missed": "没来", "note": "大厅备注",
    "confirmed": "备齐材料", "resumed": "恢复", "ended": "停办作废", "disputed": "申诉", "upheld": "维持",
    "unmarked": "撤回标记", "shared": "生成链接", "unshared": "撤回链接",
}  # fmt: skip
WAITS = {
    "waiting": "候补中",
    "offered": "有位置等确认",
    "booked": "约上了",
    "left": "已退出",
    "over": "日子过了",
}
ANSWERS = {"open": "等大厅答复", "granted": "同意", "kept": "维持"}
BOOKINGS = """
SELECT a.id, a.number, a.state, a.created_at, a.materials_confirmed_at, a.arrived_at, i.name AS item, h.name AS hall,
       l.name AS line, s.starts_at, p.name AS person, p.relation
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item JOIN line l ON l.id = s.line
JOIN hall h ON h.id = s.hall JOIN person p ON p.id = a.person WHERE a.booked_by = $1 ORDER BY s.starts_at, a.id
"""
EVENTS = """
SELECT e.appointment, e.kind, e.at, e.why, e.by_account, e.by_staff FROM appointment_event e
JOIN appointment a ON a.id = e.appointment WHERE a.booked_by = $1 ORDER BY e.at, e.id
"""
WAITING = """
SELECT w.days, w.state, w.created_at, i.name AS item, h.name AS hall, p.name AS person FROM waiting w
JOIN item i ON i.id = w.item JOIN hall h ON h.id = w.hall JOIN person p ON p.id = w.person
WHERE w.account = $1 ORDER BY w.created_at, w.id
"""
MISSED = """
SELECT n.at, n.withdrawn_at, a.number FROM no_show n JOIN appointment a ON a.id = n.appointment
WHERE n.account = $1 ORDER BY n.at, n.id
"""
PAUSES = "SELECT since, until, state FROM booking_pause WHERE account = $1 ORDER BY since, id"
APPEALS = """
SELECT created_at, text, state, answer, answered_at FROM booking_appeal WHERE account = $1 ORDER BY created_at, id
"""
LINKS = """
SELECT a.number, v.created_at, v.first_opened_at, v.last_opened_at, v.withdrawn_at FROM voucher_link v
JOIN appointment a ON a.id = v.appointment WHERE v.by = $1 ORDER BY v.created_at, v.id
"""
OPEN = """
SELECT a.id FROM appointment a JOIN slot s ON s.id = a.slot
WHERE a.booked_by = $1 AND a.state = 'booked' AND s.ends_at > $2 ORDER BY a.id
"""
OPEN_WAITS = """
SELECT id, line FROM waiting WHERE account = $1 AND state IN ('waiting', 'offered') ORDER BY line, id
"""
INDEXES = """
SELECT DISTINCT person_index FROM appointment WHERE booked_by = $1 AND state = 'booked' ORDER BY person_index
"""
# What was written in free words, by the citizen or about them; who did what and when stays, as ids.
WORDS = (
    "UPDATE appointment_event SET why = '' FROM appointment a WHERE a.id = appointment AND a.booked_by = $1",
    "UPDATE booking_appeal SET text = '', answer = '' WHERE account = $1",
    "UPDATE booking_pause_event SET why = '' FROM booking_pause p WHERE p.id = pause AND p.account = $1",
    "DELETE FROM voucher_link WHERE by = $1",
)


async def export_of(account: UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """Part: bookings with all that happened to them, waits, no-shows, pauses, appeals, links; no name of staff."""
    return [
        ("预约", await _bookings(account)),
        ("候补", [_wait(row) for row in await db.rows(WAITING, account)]),
        ("爽约", [
            {"预约号": row["number"], "时间": row["at"], "撤销时间": row["withdrawn_at"]}
            for row in await db.rows(MISSED, account)
        ]),
        ("暂停网上预约", [
            {"从": row["since"], "到": row["until"], "已解除": row["state"] == "lifted"}
            for row in await db.rows(PAUSES, account)
        ]),
        ("申诉", [
            {"时间": row["created_at"], "你说的": row["text"], "结果": ANSWERS[row["state"]], "答复": row["answer"],
             "答复时间": row["answered_at"]} for row in await db.rows(APPEALS, account)
        ]),
        ("发给家人的链接", [
            {"预约号": row["number"], "生成时间": row["created_at"], "第一次打开": row["first_opened_at"],
             "最近打开": row["last_opened_at"], "撤回时间": row["withdrawn_at"]}
            for row in await db.rows(LINKS, account)
        ]),
    ]  # fmt: skip


async def _bookings(account: UUID) -> list[dict[str, Any]]:
    events: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await db.rows(EVENTS, account):
        events[row["appointment"]].append(_event(row))
    return [
        {"预约号": row["number"], "办事人": row["person"], "关系": identity.RELATIONS[row["relation"]],
         "事项": row["item"], "大厅": row["hall"], "业务": row["line"], "时间": row["starts_at"],
         "现在": STATES[row["state"]], "约的时间": row["created_at"], "材料备齐": row["materials_confirmed_at"],
         "到场时间": row["arrived_at"],
         "经过": events[row["id"]]} for row in await db.rows(BOOKINGS, account)
    ]  # fmt: skip


def _event(row: dict[str, Any]) -> dict[str, Any]:
    who = "大厅" if row["by_staff"] else "本人" if row["by_account"] else "自动"
    return {"时间": row["at"], "谁": who, "事情": HAPPENED.get(row["kind"], "有改动"), "说明": row["why"]}


def _wait(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "办事人": row["person"], "事项": row["item"], "大厅": row["hall"], "哪几天": row["days"],
        "现在": WAITS[row["state"]], "加入时间": row["created_at"],
    }  # fmt: skip


async def erase(account: UUID) -> None:
    """Part, after `identity.hold`: what is still ahead is cancelled and its places go back as after any cancelling,
    also when it is too near to cancel; waits are left; free words are emptied. No-shows and pauses keep their index.
    """
    db.inside()
    for row in await db.rows(INDEXES, account):
        await policy.lock(row["person_index"], account)
    for row in await db.rows(OPEN, account, await clock.now()):
        booked = await Appointment.objects().get(Appointment.id == row["id"])
        assert booked is not None
        await give_up(await locked(booked), why="注销账号", by_account=account)
    for row in await db.rows(OPEN_WAITS, account):
        await offers.lock(row["line"])
        await offers.decline(row["id"], account)
    for words in WORDS:
        await db.rows(words, account)

"""What the queue holds of an account: taken away as a copy, and let go of when its owner leaves."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.queue.record import Asker, change, number, seen

STATES = {
    "waiting": "等候", "called": "叫号", "serving": "办理中", "held": "挂起", "missed": "过号", "done": "办结",
    "abandoned": "弃号", "withdrawn": "已取消", "voided": "作废",
}  # fmt: skip
HAPPENED = {
    "taken": "取号", "called": "叫号", "rung": "重呼", "missed": "过号", "returned": "过号回来", "started": "开始办理",
    "held": "挂起", "resumed": "回到窗口", "transferred": "转号", "prioritised": "优先", "completed": "办结",
    "swapped": "让后面先办", "stepped_back": "往后退", "undone": "窗口撤销", "withdrawn": "取消", "voided": "作废",
    "abandoned": "弃号", "left_open": "当天收尾", "added": "加办",
}  # fmt: skip
TICKETS = """
SELECT t.id, t.letter, t.digits, t.state, t.taken_at, t.called_at, t.ended_at, h.name AS hall, l.name AS line,
       i.name AS item FROM ticket t JOIN queue_day d ON d.id = t.day JOIN hall h ON h.id = d.hall
JOIN line l ON l.id = t.line LEFT JOIN item i ON i.id = t.item WHERE t.account = $1 ORDER BY t.taken_at, t.id
"""
EVENTS = """
SELECT e.ticket, e.kind, e.at, e.by_account, e.by_staff FROM ticket_event e JOIN ticket t ON t.id = e.ticket
WHERE t.account = $1 OR e.by_account = $1 ORDER BY e.at, e.id
"""
WAITING = "SELECT id FROM ticket WHERE account = $1 AND state IN ('waiting', 'missed') ORDER BY id FOR NO KEY UPDATE"
WORDS = (
    "UPDATE ticket_event SET why = '' FROM ticket t WHERE t.id = ticket AND t.account = $1",
    "DELETE FROM ticket_link USING ticket t WHERE t.id = ticket AND t.account = $1",
)


async def export_of(account: UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """Part: numbers with all that happened to them; no name of staff."""
    events: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await db.rows(EVENTS, account):
        events[row["ticket"]].append(_event(row))
    return [("排队号", [_ticket(row, events[row["id"]]) for row in await db.rows(TICKETS, account)])]


def _ticket(row: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "号码": number(row), "大厅": row["hall"], "业务": row["line"], "事项": row["item"] or "",
        "现在": STATES[row["state"]], "取号时间": row["taken_at"], "叫号时间": row["called_at"],
        "结束时间": row["ended_at"], "经过": events,
    }  # fmt: skip


def _event(row: dict[str, Any]) -> dict[str, Any]:
    who = "大厅" if row["by_staff"] else "本人" if row["by_account"] else "自动"
    return {"时间": row["at"], "谁": who, "事情": HAPPENED.get(row["kind"], "有改动")}


async def erase(account: UUID) -> None:
    """Part, after `identity.hold`: numbers that still wait are given back, links and free words go."""
    db.inside()
    for row in await db.rows(WAITING, account):
        values = {"ended_at": await clock.now()}
        await change(
            await seen(row["id"]), "withdrawn", "withdrawn", Asker(account=account), values, "注销账号"
        )
    for words in WORDS:
        await db.rows(words, account)

"""What numbers tell of a matter."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.queue.record import number
from backend.timeline import Line, Thing

# A paper's number has no account: it is shown with what somebody at the counter took in for it.
OWN = "(t.account = $1 OR (t.account IS NULL AND t.id = ANY($2)))"
THINGS = f"""
SELECT t.id, t.account, t.letter, t.digits, t.person, t.item, t.state, t.taken_at, t.ended_at, t.appointment, d.day,
       coalesce(i.name, l.name) AS title, h.name AS hall, c.number AS counter
FROM ticket t JOIN queue_day d ON d.id = t.day JOIN hall h ON h.id = d.hall JOIN line l ON l.id = t.line
LEFT JOIN item i ON i.id = t.item LEFT JOIN counter c ON c.id = t.counter
WHERE {OWN} AND t.state <> 'voided' ORDER BY t.taken_at DESC, t.id LIMIT 100
"""  # noqa: S608  # put together from our own constants
# A slip that was undone did not happen.
LINES = f"""
SELECT * FROM (
  SELECT e.at, e.id, e.kind, t.letter, t.digits, c.number AS counter,
         lead(e.kind) OVER (PARTITION BY e.ticket ORDER BY e.at, e.id) AS next
  FROM ticket_event e JOIN ticket t ON t.id = e.ticket LEFT JOIN counter c ON c.id = e.counter
  WHERE e.ticket = ANY($2) AND {OWN}
) happened WHERE kind = ANY($3) AND next IS DISTINCT FROM 'undone' ORDER BY at, id
"""  # noqa: S608  # put together from our own constants
WORDS = {
    "taken": "取号 {number}", "called": "叫到 {number}，{counter} 号窗口", "missed": "{number} 过号",
    "returned": "回来接着排", "started": "窗口开始办", "held": "去拿材料，号留着", "resumed": "回到窗口接着办",
    "completed": "窗口办完", "transferred": "转到别的窗口", "withdrawn": "不办了，退号",
    "abandoned": "没有回来，号作废",
}  # fmt: skip
STATES = {
    "waiting": ("在等", "", "在{hall}等叫号"),
    "called": ("轮到你了", "warm", "请到 {counter} 号窗口"),
    "serving": ("在办", "", "{counter} 号窗口正在办"),
    "held": ("等你回来", "warm", "拿到材料就回窗口，不用重新取号"),
    "missed": ("过号了", "warm", "回大厅还能接着排"),
    "done": ("窗口办完", "good", ""),
    "abandoned": ("过号作废", "off", ""),
    "withdrawn": ("已退号", "off", ""),
}


async def things_of(by: UUID, also: Collection[UUID] = ()) -> list[Thing]:
    """The account's numbers, the latest first; `also`: those among these that are nobody's."""
    today = clock.local(await clock.now()).date()
    return [_thing(row, today) for row in await db.rows(THINGS, by, list(also))]


def _thing(row: dict[str, Any], today: dt.date) -> Thing:
    over = row["ended_at"] or (clock.at(row["day"], dt.time(23, 59)) if row["day"] < today else None)
    state, kind, todo = STATES[row["state"]]
    if over and todo:
        state, kind = "当天没有办", "off"
    return Thing(
        of="取号", id=row["id"], href=f"/tickets/{row['id']}" if row["account"] else "", person=row["person"],
        item=row["item"], title=row["title"], name=number(row), day=row["day"], begun=row["taken_at"], over=over,
        belongs=row["appointment"], state=state, kind=kind, todo="" if over else todo.format(**row),
    )  # fmt: skip


async def happened(things: list[UUID], by: UUID) -> list[Line]:
    """What happened to these numbers, the account's own and nobody's only; oldest first."""
    rows = await db.rows(LINES, by, things, list(WORDS))
    return [Line(row["at"], _said(row)) for row in rows]


def _said(row: dict[str, Any]) -> str:
    return WORDS[row["kind"]].format(number=number(row), counter=row["counter"] or "")

"""What home visits tell of a matter."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.timeline import Line, Thing
from backend.visits.own_data import STATES
from backend.visits.terms import due_of

THINGS = """
SELECT v.*, i.name AS title,
       (SELECT min(e.at) FROM visit_event e WHERE e.visit = v.id AND e.to_state = ANY($2)) AS over
FROM visit v JOIN item i ON i.id = v.item WHERE v.account = $1 ORDER BY v.requested_at DESC, v.id LIMIT 100
"""
LINES = """
SELECT e.at, e.kind, e.why, e.says, s.name AS agent FROM visit_event e JOIN visit v ON v.id = e.visit
LEFT JOIN staff s ON s.id = e.by_staff
WHERE e.visit = ANY($1) AND v.account = $2 AND e.kind = ANY($3) ORDER BY e.at, e.id
"""
FINAL = ("delivered", "withdrawn", "terminated")
KINDS = {"paused": "warm", "agreed": "good", "delivered": "good", "withdrawn": "off", "terminated": "off"}
TODO = {
    "requested": "{} 前会有代办员接", "taken": "{} 前会打电话约时间", "agreed": "{} 上门，请备好证件和材料",
    "done": "材料在代办员手里，等镇里交件", "submitted": "办好了会送到家里", "paused": "中止了，想接着办请联系代办员",
}  # fmt: skip
WORDS = {
    "requested": "申请上门", "taken": "{agent}接单", "agreed": "约好上门时间",
    "reassigned": "换人上门", "paused": "中止", "resumed": "接着办", "mandated": "签了委托书", "revoked": "撤销委托",
    "done": "上门办好，材料交接", "submitted": "材料交到窗口", "delivered": "结果送到家里", "rated": "作了评价",
    "called": "回访", "withdrawn": "撤回上门申请", "terminated": "上门终止",
}  # fmt: skip
WIDENED = {2: "村里没人接，也请邻村的代办员接", 3: "还没人接，也请镇里的代办员接"}
REASONED = ("paused", "terminated", "withdrawn", "revoked")


async def things_of(by: UUID) -> list[Thing]:
    """The account's visits, the latest first."""
    return [_thing(row) for row in await db.rows(THINGS, by, list(FINAL))]


def _thing(row: dict[str, Any]) -> Thing:
    ahead = row["starts_at"] if row["state"] == "agreed" else due_of(row)
    return Thing(
        of="上门", id=row["id"], href=f"/visits/{row['id']}", person=row["person"], item=row["item"],
        title=row["title"], name=row["number"], day=clock.local(row["requested_at"]).date(),
        begun=row["requested_at"], over=row["over"], belongs=row["case"], state=STATES[row["state"]],
        kind=KINDS.get(row["state"], ""), ahead=ahead, todo=TODO.get(row["state"], ""),
    )  # fmt: skip


async def happened(things: list[UUID], by: UUID) -> list[Line]:
    """What happened to these visits, the account's own only; oldest first."""
    return [_line(row) for row in await db.rows(LINES, things, by, [*WORDS, "widened"])]


def _line(row: dict[str, Any]) -> Line:
    words = _words(row)
    return Line(row["at"], words, row["why"] if row["kind"] in REASONED else "")


def _words(row: dict[str, Any]) -> str:
    says = msgspec.json.decode(row["says"])
    if row["kind"] == "widened":
        return WIDENED.get(says.get("circle"), WIDENED[3])
    if row["kind"] == "agreed" and "starts" in says:
        starts = clock.local(dt.datetime.fromisoformat(says["starts"]))
        return f"约好上门时间：{starts.month} 月 {starts.day} 日 {starts:%H:%M}"
    return WORDS[row["kind"]].format(agent=row["agent"] or "代办员")

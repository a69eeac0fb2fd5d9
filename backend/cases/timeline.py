"""What cases tell of a matter."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.cases.decide import DOOR
from backend.cases.legal_clock import answer_by
from backend.cases.own_data import STATES
from backend.cases.result_here import coming
from backend.cases.tables import OPEN
from backend.timeline import Line, Thing

THINGS = """
SELECT c.*, i.name AS title, h.name AS hall_name, d.name AS department_name,
       (SELECT min(e.at) FROM case_event e WHERE e."case" = c.id AND NOT e.to_state = ANY($2)) AS over,
       (SELECT count(*) FROM case_gap g WHERE g."case" = c.id AND g.filled_at IS NULL) AS gaps
FROM service_case c JOIN item i ON i.id = c.item JOIN hall h ON h.id = c.hall
JOIN department d ON d.id = c.department WHERE c.account = $1 ORDER BY c.received_at DESC, c.id LIMIT 100
"""
LINES = """
SELECT e.at, e.kind, e.why, e.says FROM case_event e JOIN service_case c ON c.id = e."case"
WHERE e."case" = ANY($1) AND c.account = $2 AND e.kind = ANY($3) ORDER BY e.at, e.id
"""
DOORSTEP = "3"  # the channel of home visits
SHORT = {"correcting": "要补材料", "finished": "可以领了", "mailed": "寄出了"}
KINDS = {
    "correcting": "warm", "finished": "good", "mailed": "good", "delivered": "good", "declined": "off",
    "withdrawn": "off", "terminated": "off", "returned": "off", "filed": "off", "revoked": "off",
}  # fmt: skip
WORDS = {
    "received": "收件", "accepted": "受理", "deemed": "到期没有补正通知，算收件当天受理",
    "deemed-handed": "到期没有补正通知，算交到部门那天受理", "declined": "不予受理",
    "correcting": "一次告知要补的材料", "supplemented": "你答复了补正", "filled": "收到补来的材料",
    "stopped": "特别程序开始，时限停计", "resumed": "特别程序结束，时限接着算", "extended": "延长时限",
    "granted": "决定：准予", "refused": "决定：不予批准", "finished": "办好了", "delivered": "送达", "mailed": "寄出",
    "bounced": "寄出的退回来了", "served": "电子送达", "issued": "结果做成了文件", "recalled": "拿掉结果文件",
    "chosen": "选了怎么拿结果", "added": "交来材料", "laid": "收下纸质材料", "withdrawn": "撤回", "terminated": "终止",
    "returned": "退件", "tolerated": "容缺受理，缺的限期补来", "gaps-soon": "提醒后补的材料快到期",
    "gaps-lapsed": "后补的期限过了，还没补齐", "committed": "按告知承诺受理", "kept": "核查过了：承诺做到了",
    "mending": "核查过了：要限期整改", "broken": "核查过了：承诺没有做到", "revoked": "撤销决定", "transferred": "转办",
    "handed": "交给办理的部门", "consented": "签了同意书", "entrusted": "登记委托书",
    "identified": "证件和本人核对过",
    "posted": "原件寄出", "ready": "原件可以来拿", "restored": "原件还给你了", "astray": "原件少了、坏了或丢了",
    "recovered": "原件找到了", "arrived-here": "结果到办事点了，可以领",
    "met": "和启东屏对屏办过", "call-booked": "约了回电", "call-moved": "改约了回电", "call-wanted": "没约上回电",
    "called": "回过电了",
}  # fmt: skip
REASONED = (
    "declined",
    "refused",
    "stopped",
    "extended",
    "mailed",
    "bounced",
    "withdrawn",
    "terminated",
    "returned",
    "mending",
    "broken",
    "revoked",
    "astray",
    "posted",
    "entrusted",
    "identified",
    "met",
    "call-booked",
    "call-moved",
    "call-wanted",
    "called",
)


async def things_of(by: UUID) -> list[Thing]:
    """The account's cases, the latest first."""
    rows, now = await db.rows(THINGS, by, list(OPEN[:-1])), await clock.now()
    return [_thing({**row, "answer_by": await answer_by(row), "now": now}) for row in rows]


def _thing(row: dict[str, Any]) -> Thing:
    state = row["state"]
    todo, ahead = _todo(row) if row["over"] is None else ("", None)
    return Thing(
        of="办件", id=row["id"], href=f"/cases/{row['id']}", person=row["person"], item=row["item"],
        title=row["title"], name=row["number"], day=clock.local(row["received_at"]).date(),
        begun=row["received_at"], over=row["over"], belongs=row["ticket"], state=_state(row),
        kind=KINDS.get(state, ""), ahead=ahead, todo=todo,
        bundle=row["bundle"], lead=row["lead"],
    )  # fmt: skip


def _state(row: dict[str, Any]) -> str:
    if row["decision"] == "refused" and row["state"] in (
        "decided",
        "finished",
        "mailed",
        "delivered",
        "filed",
    ):
        return "不予批准"
    if coming(row):
        return "结果在路上"
    return SHORT.get(row["state"], STATES[row["state"]])


def _todo(row: dict[str, Any]) -> tuple[str, dt.datetime | None]:
    """What comes next, and until when."""
    waits = row["correct_by"]
    if row["answer_by"]:
        late = "过了说好的 {} 还没有答复，想问问的打窗口电话"
        in_time = f"{row['department_name']}最晚 {{}} 告诉你受理没有"
        return late if row["answer_by"] < row["now"] else in_time, row["answer_by"]
    said: dict[str, tuple[str, dt.datetime | None]] = {
        "received": ("{} 前告诉你受理没有、要补什么" if waits else "等受理", waits),
        "correcting": (f"要补 {row['gaps']} 样材料，补齐就受理", None),
        "accepted": (("{} 前有结果" if row["promised_due"] else "正在办") + _open(row), row["promised_due"]),
        "paused": ("在做检验、评审一类程序，不算在时限里", None),
        "decided": ("已经决定，正在制作文书", None),
        "finished": (_result(row), None),
        "mailed": ("寄给你了，收到了说一声", None),
    }
    if row["state"] == "decided" and row["decision"] == "refused":
        return "没有批准，正在制作决定书", None
    if row["state"] == "accepted" and row["gaps"] and row["gaps_until"]:
        return _lags(row), row["gaps_until"]
    if _late(row):
        return "过了承诺的 {}，还在办。想问问的打窗口电话，不满意打 12345", row["promised_due"]
    return said[row["state"]]


def _open(row: dict[str, Any]) -> str:
    """The day rests on a calendar that the nation has not published yet."""
    return "，放假安排公布后日子可能会变" if row["provisional"] and row["promised_due"] else ""


def _late(row: dict[str, Any]) -> bool:
    return row["state"] == "accepted" and row["light"] in ("red", "double")


def _lags(row: dict[str, Any]) -> str:
    """What the applicant has to bring (容缺) comes before all else that it waits for."""
    if row["gaps_light"] != "lapsed":
        return f"{{}} 前补齐 {row['gaps']} 样材料"
    late = "；承诺的日子也过了" if _late(row) else ""
    return f"在等你补 {row['gaps']} 样材料，{{}} 的期限过了，马上联系窗口{late}"


def _result(row: dict[str, Any]) -> str:
    if row["way"] == "mail":
        return "正在安排寄给你"
    if row["way"] == "online":
        return "正在电子送达"
    if coming(row):
        return f"结果会从启东送到{row['hall_name']}，到了再告诉你"
    if row["channel"] == DOORSTEP and not row["way"]:
        return "代办员会送到家，也可以自己来领"
    return f"到{row['hall_name']}领，带上证件"


async def happened(things: list[UUID], by: UUID) -> list[Line]:
    """What happened to these cases, the account's own only; oldest first."""
    kinds = [*WORDS, "decided"]
    rows = [
        {**row, "says": msgspec.json.decode(row["says"])} for row in await db.rows(LINES, things, by, kinds)
    ]
    # What was brought to the door, the visit tells.
    return [_line(row) for row in rows if row["says"].get("way") != DOOR]


def _line(row: dict[str, Any]) -> Line:
    kind = row["says"]["decision"] if row["kind"] == "decided" else row["kind"]
    kind = "deemed-handed" if row["says"].get("since") == "handed" else kind
    more = row["why"] if kind in REASONED else ""
    if kind == "transferred":
        more = f"{row['says']['was']} → {row['says']['now']}"
    return Line(row["at"], WORDS[kind], f"邮件号 {more}" if kind == "mailed" else more)

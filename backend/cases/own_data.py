"""What cases hold of an account: taken away as a copy. Leaving lets go of the account only: the file is an archive."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from backend import db, secrecy
from backend.cases.applicant import WISHES
from backend.cases.mailings import STATES as MAILED
from backend.cases.mailings import mailings_of
from backend.cases.results import results_of, shown_of

STATES = {
    "received": "收件", "correcting": "待补正", "accepted": "审查中", "paused": "特别程序", "decided": "已决定",
    "finished": "已办结", "mailed": "寄送中", "delivered": "已送达", "filed": "已归档", "declined": "不予受理",
    "withdrawn": "已撤回", "terminated": "已终止", "returned": "已退件", "revoked": "已撤销",
}  # fmt: skip
HAPPENED = {
    "received": "收件", "accepted": "受理", "deemed": "视为受理", "declined": "不予受理", "correcting": "补正告知",
    "filled": "补来材料", "stopped": "特别程序开始", "resumed": "特别程序结束", "extended": "延长时限",
    "decided": "作出决定", "finished": "办结", "delivered": "送达", "mailed": "寄出",
    "bounced": "寄出的退回", "served": "电子送达", "issued": "放进结果文件", "recalled": "拿掉结果文件",
    "fetched": "看了结果文件", "arrived-here": "结果到办事点了",
    "filed": "归档", "withdrawn": "撤回", "terminated": "终止", "returned": "退件", "supplemented": "答复怎么补",
    "chosen": "选怎么拿结果", "printed": "打印文书", "added": "交来材料",
    "laid": "收下纸质材料", "removed": "拿掉材料", "looked": "看了材料", "tolerated": "容缺受理",
    "gaps-soon": "后补快到期", "gaps-lapsed": "后补过期",
    "committed": "按告知承诺受理", "kept": "核查：做到了承诺", "mending": "核查：限期整改",
    "broken": "核查：没有做到承诺",
    "revoked": "撤销决定", "verify-light": "核查提醒", "transferred": "转办", "numbered": "改部门编号",
    "light": "时限提醒", "recomputed": "时限重算",
    "handed": "交给办理的部门", "checked": "和原件核对", "consented": "签同意书", "entrusted": "登记委托书",
    "identified": "核对证件和本人",
    "posted": "原件寄出", "ready": "原件可以来拿", "restored": "原件还给本人", "astray": "原件少了或坏了",
    "recovered": "原件找到了", "asked": "问了一个问题", "answered": "回答了问题",
    "met": "屏对屏办过", "call-booked": "约了回电", "call-moved": "改约了回电", "call-wanted": "没约上回电",
    "called": "回过电了",
}  # fmt: skip
CASES = """
SELECT c.*, i.name AS item, h.name AS hall, d.name AS department, v.text AS commitment
FROM service_case c JOIN item i ON i.id = c.item LEFT JOIN case_commitment v ON v."case" = c.id
JOIN hall h ON h.id = c.hall JOIN department d ON d.id = c.department WHERE c.account = $1 ORDER BY c.received_at, c.id
"""
EVENTS = """
SELECT e."case", e.kind, e.at, e.why, e.by_account, e.by_staff FROM case_event e
JOIN service_case c ON c.id = e."case" WHERE c.account = $1 OR e.by_account = $1 ORDER BY e.at, e.id
"""
PAPERS = """
SELECT p."case", p.name, p.form, p.originals, p.copies, p.added_at, p.removed_at FROM case_paper p
JOIN service_case c ON c.id = p."case" WHERE c.account = $1 ORDER BY p.added_at, p.id
"""
GAPS = """
SELECT g."case", g.what, g.how, g.answer, g.filled_at FROM case_gap g
JOIN service_case c ON c.id = g."case" WHERE c.account = $1 ORDER BY g.position, g.id
"""
Rows = defaultdict[UUID, list[dict[str, Any]]]
LET_GO = (
    "UPDATE case_paper SET by_account = NULL WHERE by_account = $1",
    "UPDATE case_event SET by_account = NULL WHERE by_account = $1",
    "UPDATE service_case SET account = NULL, person = NULL, ticket = NULL WHERE account = $1",
)


async def export_of(account: UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """Part: cases with all that happened to them; no name of staff, but of who calls back."""
    events, papers, gaps, mailings = Rows(list), Rows(list), Rows(list), Rows(list)
    for row in await db.rows(EVENTS, account):
        who = "工作人员" if row["by_staff"] else "本人" if row["by_account"] else "自动"
        what = HAPPENED.get(row["kind"], "有改动")
        events[row["case"]].append({"时间": row["at"], "谁": who, "事情": what, "说明": row["why"]})
    for row in await db.rows(PAPERS, account):
        papers[row["case"]].append(_paper(row))
    for row in await db.rows(GAPS, account):
        said = {
            "要补": row["what"],
            "怎么补": row["how"],
            "你的答复": row["answer"],
            "收到": row["filled_at"],
        }
        gaps[row["case"]].append(said)
    for row in await mailings_of(account):
        mailings[row["case"]].append(_mailing(row))
    rows = await db.rows(CASES, account)
    told = [
        {
            **_case(row, papers[row["id"]], gaps[row["id"]], events[row["id"]]),
            "结果寄送": mailings[row["id"]],
            "结果文件": [one["name"] for one in shown_of(row, await results_of(row["id"]))],
        }
        for row in rows
    ]
    return [("办件", told)]


def _mailing(row: dict[str, Any]) -> dict[str, Any]:
    said = {
        "快递": row["courier"],
        "邮件号": row["mail_no"],
        "寄出": row["sent_at"],
        "现在": MAILED[row["state"]],
    }
    return {**said, "签收或退回": row["ended_at"], "退回的原因": row["why"]}


def _paper(row: dict[str, Any]) -> dict[str, Any]:
    kind = "文件" if row["form"] == "file" else f"纸质：原件 {row['originals']} 份，复印件 {row['copies']} 份"
    return {"材料": row["name"], "形式": kind, "交来": row["added_at"], "拿掉": row["removed_at"]}


def _case(
    row: dict[str, Any],
    papers: list[dict[str, Any]],
    gaps: list[dict[str, Any]],
    events: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "编号": row["number"], "查询码": secrecy.unseal(row["password_sealed"]), "事项": row["item"],
        "申请人": secrecy.unseal(row["name_sealed"]), "证件号码": secrecy.unseal(row["id_sealed"]),
        "手机号": secrecy.unseal(row["phone_sealed"]), "单位": row["organisation"], "信用代码": row["uscc"],
        "大厅": row["hall"], "部门": row["department"], "现在": STATES[row["state"]], "收件时间": row["received_at"],
        "受理时间": row["accepted_at"], "承诺办结": row["promised_due"], "决定时间": row["decided_at"],
        "怎么拿结果": WISHES.get(row["way"], ""),
        "寄到": secrecy.unseal(row["mail_sealed"]) if row["mail_sealed"] else "", "告知承诺": row["commitment"] or "",
        "材料": papers, "补正和容缺": gaps, "经过": events,
    }  # fmt: skip


async def erase(account: UUID) -> None:
    """Part, after `identity.hold`: the account and its person are let go of; the file itself stays (档案法)."""
    db.inside()
    for let_go in LET_GO:
        await db.rows(let_go, account)

"""What visits hold of an account: taken away as a copy. Leaving withdraws what nobody came for yet, and empties the
rest; a 委托书 that led to a case is kept with it (档案法).
"""

from typing import Any
from uuid import UUID

from backend import db, secrecy
from backend.visits import photos
from backend.visits.record import VISIT, Asker, change
from backend.visits.rules import visit_rules
from backend.visits.stop import BEFORE, NO_TIME

STATES = {
    "requested": "等人接单", "taken": "已接单", "agreed": "已约时间", "done": "已上门", "submitted": "办理中",
    "delivered": "已送达", "paused": "中止", "withdrawn": "已撤回", "terminated": "已终止",
}  # fmt: skip
THEIRS = VISIT + "WHERE v.account = $1 ORDER BY v.requested_at, v.id"
PHOTOS = """
DELETE FROM visit_photo WHERE visit IN (SELECT id FROM visit WHERE account = $1 AND "case" IS NULL) RETURNING sha256
"""
LET_GO = (
    "UPDATE visit_event SET by_account = NULL, why = '' WHERE by_account = $1",
    'DELETE FROM visit_mandate WHERE visit IN (SELECT id FROM visit WHERE account = $1 AND "case" IS NULL)',
    "UPDATE visit_record SET signature_sealed = '', note = '' WHERE visit IN (SELECT id FROM visit WHERE account = $1)",
    "UPDATE visit SET account = NULL, person = NULL, name_sealed = '', phone_sealed = '', address_sealed = '',"
    " note = '', rating_words = '' WHERE account = $1",
)


async def export_of(account: UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """Part: what was asked for, where, and how it went; no name of staff."""
    return [("上门代办", [_visit(row) for row in await db.rows(THEIRS, account)])]


def _visit(row: dict[str, Any]) -> dict[str, Any]:
    reason = visit_rules().reasons.get(row["reason"])
    return {
        "申请号": row["number"], "事项": row["item_name"], "办事人": secrecy.unseal(row["name_sealed"]),
        "手机号": secrecy.unseal(row["phone_sealed"]), "村、社区": row["village_name"],
        "地址": secrecy.unseal(row["address_sealed"]), "情况": reason.name if reason else row["reason"],
        "留言": row["note"], "现在": STATES[row["state"]], "申请时间": row["requested_at"],
        "约的时间": row["starts_at"], "上门时间": row["done_at"], "送达时间": row["delivered_at"],
        "评价": row["rating"], "评价的话": row["rating_words"],
    }  # fmt: skip


async def erase(account: UUID) -> None:
    """Part, after `identity.hold`: withdraws what is ahead, then lets go of the account and empties what names it."""
    db.inside()
    for row in await db.rows(THEIRS + " FOR NO KEY UPDATE OF v", account):
        if row["state"] in BEFORE:
            values = {**NO_TIME, "resumes": ""}
            await change(row, "withdrawn", "withdrawn", Asker(account=account), values, "注销账号")
    gone = [row["sha256"] for row in await db.rows(PHOTOS, account)]
    for let_go in LET_GO:
        await db.rows(let_go, account)
    db.after_commit(lambda: photos.drop(gone))

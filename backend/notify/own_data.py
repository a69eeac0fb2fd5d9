"""What notify holds of an account: taken away as a copy, erased when its owner leaves."""

from typing import Any
from uuid import UUID

from backend import db, sms
from backend.notify.tell import sms_key

SEEN = """
SELECT title, body, delivered_at, read_at FROM notice WHERE account = $1 AND delivered_at IS NOT NULL
ORDER BY delivered_at, id
"""
DEVICES = """
SELECT device, created_at, seen_at, revoked_at FROM push_subscription WHERE account = $1 ORDER BY created_at, id
"""
CHOICES = 'SELECT "group", push, sms, changed_at FROM notice_preference WHERE account = $1 ORDER BY "group"'
# Sendings of the notices and of the devices go with them.
FORGET = (
    "DELETE FROM notice WHERE account = $1",
    "DELETE FROM push_subscription WHERE account = $1",
    "DELETE FROM notice_preference WHERE account = $1",
)


async def export_of(account: UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """Part: every message that arrived, also as SMS; the devices that are rung; what was chosen."""
    told = [
        {"时间": row["delivered_at"], "标题": row["title"], "内容": row["body"], "读过": row["read_at"]}
        for row in await db.rows(SEEN, account)
    ]
    rung = [
        {
            "设备": row["device"],
            "开启": row["created_at"],
            "最近使用": row["seen_at"],
            "关闭": row["revoked_at"],
        }
        for row in await db.rows(DEVICES, account)
    ]
    chosen = [
        {"哪类消息": row["group"], "推送": row["push"], "短信": row["sms"], "改于": row["changed_at"]}
        for row in await db.rows(CHOICES, account)
    ]
    return [
        ("消息", told),
        ("短信", await sms.export_of(await _keys(account))),
        ("收推送的设备", rung),
        ("消息怎么收", chosen),
    ]


async def erase(account: UUID) -> None:
    """Part: messages, promises not yet kept, devices, choices: there is nobody left to tell."""
    db.inside()
    keys = await _keys(account)
    for statement in FORGET:
        await db.rows(statement, account)
    # Last: deleting has waited for whoever was handing a notice over this moment, so that its message is there now.
    await sms.erase(keys)


async def _keys(account: UUID) -> list[str]:
    return [sms_key(row["id"]) for row in await db.rows("SELECT id FROM notice WHERE account = $1", account)]

"""The staff as their administrators see them: who, what and where, how they stand, what was done."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.identity.administrators import reach, within
from backend.identity.roles import ROLES, SCOPES, Grant, grant_of, listed
from backend.refusal import NotFound

MOST = 200
_STAFF = """
SELECT s.id, s.username, s.name, s.disabled_at, s.must_change, s.locked_until, s.created_at,
       s.totp_sealed IS NOT NULL AS totp,
       array(SELECT r.role || CASE r.scope_kind WHEN 'all' THEN '' ELSE '@' || r.scope_kind || ':' || r.scope END
               FROM staff_role r WHERE r.staff = s.id ORDER BY 1) AS grants,
       (SELECT max(at) FROM identity_event e WHERE e.staff = s.id AND e.what = 'signed-in') AS signed_in_at
  FROM staff s
"""
_ALL = _STAFF + " ORDER BY s.disabled_at IS NOT NULL, s.name, s.username"
_PLACES = """
SELECT 'hall:' || code AS place, name, CASE kind WHEN 'city' THEN 0 ELSE 1 END AS later FROM hall
UNION ALL SELECT 'department:' || code, name, 2 FROM department
UNION ALL SELECT 'village:' || v.code, h.area || ' ' || v.name, 3 FROM village v JOIN hall h ON h.id = v.hall
ORDER BY later, name
"""
DEEDS = {
    "staff-added": "加为工作人员",
    "roles-changed": "改岗位",
    "password-reset": "给临时密码",
    "totp-set": "设置验证器",
    "totp-removed": "取消验证器",
    "recovery-renewed": "换恢复码",
    "password-changed": "换成自己的密码",
    "staff-disabled": "停用账号",
    "staff-enabled": "重新启用账号",
    "signed-out-everywhere": "退出所有设备",
    "phone-linked": "关联值守手机",
    "phone-unlinked": "取消关联值守手机",
    "id-proved": "核验办事人证件",
    "phone-unmasked": "查看完整手机号",
}
_DEEDS = """
SELECT e.what, e.at, e.why, e.before, e.after, e.staff, e.by_staff, o.name AS of_name, b.name AS by_name
  FROM identity_event e LEFT JOIN staff o ON o.id = e.staff LEFT JOIN staff b ON b.id = e.by_staff
 WHERE (e.staff = $1 OR e.by_staff = $1) AND e.what = ANY($2::text[]) ORDER BY e.at DESC, e.id LIMIT 100
"""


async def staff_of(by: UUID, sought: str = "") -> list[dict[str, Any]]:
    """Whom this administrator looks after, who is out last; at most 200. `sought` is part of a name, a username,
    a role or a place. Refuses: Denied.
    """
    held, places, now = await reach(by), await places_named(), await clock.now()
    found = [_said(row, places, now) for row in await db.rows(_ALL)]
    words = sought.casefold().split()
    mine = [
        row for row in found if within(held, row["grants"]) and all(word in row["text"] for word in words)
    ]
    return mine[:MOST]


async def oneself(staff: UUID) -> dict[str, Any]:
    """The member of staff as they see themselves."""
    return _said(
        (await db.rows(f"{_STAFF} WHERE s.id = $1", staff))[0], await places_named(), await clock.now()
    )


async def member_shown(staff: UUID, by: UUID) -> dict[str, Any]:
    """One of them. Refuses: Denied, NotFound, also one of another place."""
    held, places = await reach(by), await places_named()
    rows = await db.rows(f"{_STAFF} WHERE s.id = $1", staff)
    found = _said(rows[0], places, await clock.now()) if rows else None
    if found is None or not within(held, found["grants"]):
        raise NotFound("没有找到这位工作人员")
    return found


def _said(row: dict[str, Any], places: dict[str, str], now: dt.datetime) -> dict[str, Any]:
    grants = [grant_of(text) for text in row["grants"]]
    roles = [role_said(grant, places) for grant in grants]
    text = " ".join([row["name"], row["username"], *roles]).casefold()
    return {
        **row,
        "grants": grants,
        "seen": listed(grants),
        "roles": roles,
        "state": state(row, now),
        "text": text,
    }


def role_said(grant: Grant, places: dict[str, str]) -> str:
    """大厅负责人（启东市政务服务中心）."""
    place = SCOPES["all"] if grant.kind == "all" else places.get(f"{grant.kind}:{grant.scope}", grant.scope)
    return f"{ROLES[grant.role]}（{place}）"


def state(row: dict[str, Any], now: dt.datetime) -> str:
    """How they stand: 已停用, 锁定, 需改密码 or 正常."""
    if row["disabled_at"]:
        return "已停用"
    if row["locked_until"] and row["locked_until"] > now:
        return "锁定"
    return "需改密码" if row["must_change"] else "正常"


async def places_named(by: UUID | None = None) -> dict[str, str]:
    """The names of the places a role can have, by `kind:code`, halls first and villages last; of those where `by` may
    give any.
    """
    rows = {row["place"]: row["name"] for row in await db.rows(_PLACES)}
    if by is None:
        return rows
    held = await reach(by)
    everywhere = {"all": SCOPES["all"]} if within(held, []) else {}
    mine = {place: name for place, name in rows.items() if _gives(held, place)}
    return everywhere | mine


def _gives(held: list[Grant], place: str) -> bool:
    kind, _, code = place.partition(":")
    return any(each.covers(kind, code) for each in held)


async def deeds_of(staff: UUID, by: UUID) -> list[dict[str, Any]]:
    """What was done to their account, and what they did to others', the latest first. Refuses: as `member_shown`."""
    await member_shown(staff, by)
    places = await places_named()
    return [_deed(row, places) for row in await db.rows(_DEEDS, staff, list(DEEDS))]


def _deed(row: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    before, after = [
        "、".join(role_said(grant_of(text), places) for text in row[side].split())
        for side in ("before", "after")
    ]
    change = f"{before or '无'} → {after or '无'}" if before else after
    by = row["by_name"] or ("命令行" if row["staff"] and row["what"] in _OF_ANOTHER else "本人")
    return {
        "what": DEEDS[row["what"]],
        "of": row["of_name"] or "",
        "by": by,
        "at": row["at"],
        "change": change or row["why"],
    }


_OF_ANOTHER = {
    "staff-added",
    "roles-changed",
    "password-reset",
    "totp-removed",
    "staff-disabled",
    "staff-enabled",
}

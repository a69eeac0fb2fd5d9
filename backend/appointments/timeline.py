"""What bookings tell of a matter."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.appointments.relocations import UNANSWERED
from backend.timeline import Line, Thing

THINGS = f"""
SELECT a.id, a.number, a.person, a.item, a.day, a.state, a.created_at, a.arrived_at, s.starts_at, s.ends_at,
       i.name AS title, h.name AS hall, a.state = 'booked' AND {UNANSWERED} AS closed,
       (SELECT max(e.at) FROM appointment_event e WHERE e.appointment = a.id AND e.to_state = 'cancelled') AS cancelled
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item JOIN hall h ON h.id = s.hall
WHERE a.booked_by = $1 ORDER BY a.created_at DESC, a.id LIMIT 100
"""  # noqa: S608  # put together from our own constants
LINES = """
SELECT e.at, e.kind, e.by_staff IS NOT NULL AS by_hall, t.starts_at AS to_time FROM appointment_event e
JOIN appointment a ON a.id = e.appointment LEFT JOIN slot t ON t.id = e.to_slot
WHERE e.appointment = ANY($1) AND a.booked_by = $2 AND e.kind = ANY($3) ORDER BY e.at, e.id
"""
WORDS = {
    "booked": "约好 {}", "moved": "改到 {}", "cancelled": "取消预约", "arrived": "到大厅签到", "missed": "约好了没有来",
    "unmarked": "撤回“没有来”", "confirmed": "材料备齐", "ended": "大厅停办，预约取消", "resumed": "停办撤销，预约照旧",
}  # fmt: skip


async def things_of(by: UUID) -> list[Thing]:
    """The account's bookings, the latest first."""
    now = await clock.now()
    return [_thing(row, now) for row in await db.rows(THINGS, by)]


def _thing(row: dict[str, Any], now: dt.datetime) -> Thing:
    over = _over(row, now)
    state, kind = _state(row, over)
    todo = f"{{}}，带好材料到{row['hall']}" if over is None else ""
    return Thing(
        of="预约", id=row["id"], href=f"/appointments/{row['id']}", person=row["person"], item=row["item"],
        title=row["title"], name=row["number"], day=row["day"], begun=row["created_at"], over=over, state=state,
        kind=kind, ahead=row["starts_at"], todo="原来约的 {} 大厅不开，请改时间" if row["closed"] else todo,
    )  # fmt: skip


def _over(row: dict[str, Any], now: dt.datetime) -> dt.datetime | None:
    """Whose time a closing took away is not over however long ago it was."""
    if row["state"] == "booked":
        return row["ends_at"] if row["ends_at"] <= now and not row["closed"] else None
    ends: dict[str, dt.datetime | None] = {"arrived": row["arrived_at"], "cancelled": row["cancelled"]}
    return ends.get(row["state"]) or row["ends_at"]


def _state(row: dict[str, Any], over: dt.datetime | None) -> tuple[str, str]:
    if row["closed"]:
        return "要改时间", "warm"
    if row["state"] == "booked" and over:
        return "时间过了", "off"
    known = {
        "booked": ("已约", ""),
        "arrived": ("已签到", ""),
        "missed": ("没有来", "warm"),
        "cancelled": ("已取消", "off"),
    }
    return known[row["state"]]


async def happened(things: list[UUID], by: UUID) -> list[Line]:
    """What happened to these bookings, the account's own only; oldest first."""
    return [_line(row) for row in await db.rows(LINES, things, by, list(WORDS))]


def _line(row: dict[str, Any]) -> Line:
    words = "大厅取消了预约" if row["kind"] == "cancelled" and row["by_hall"] else WORDS[row["kind"]]
    return Line(row["at"], words, when=row["to_time"])

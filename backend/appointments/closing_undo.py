"""Undoing a closing (撤回停办), while nobody has answered it."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.appointments import fill
from backend.appointments.affected import stretch_of
from backend.appointments.closing import record_capacity
from backend.appointments.closing_course import managed, move_to, note
from backend.appointments.tables import CapacityException
from backend.refusal import Refusal

ANSWERS = """
SELECT count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state = 'lapsed') AS lapsed,
       count(*) FILTER (WHERE state = 'moved' AND told_at IS NOT NULL) AS moved,
       count(*) FILTER (WHERE state = 'cancelled' AND told_at IS NOT NULL) AS cancelled,
       min(s.starts_at) AS first FROM relocation r JOIN slot s ON s.id = r.old_slot WHERE r.closing = $1
"""


@db.retrying
async def undo(closing: UUID, by: UUID) -> None:
    """Take the closing back, while nobody has answered: the hours open again, and everybody who was told is told
    that nothing changes. Undoing twice changes nothing. Refuses: NotFound, Denied, and once somebody answered.
    """
    async with db.transaction():
        row = await managed(closing, by)
        # Against everybody who answers this moment: they share this lock until their answer is written.
        stands = (await db.rows("SELECT state FROM closing WHERE id = $1 FOR UPDATE", closing))[0]["state"]
        if stands in ("undoing", "undone"):
            return
        if no := refuses_undo(await counted(closing), await clock.now()):
            raise Refusal(no)
        await move_to(closing, "undoing", stands)
        stretch = stretch_of(row)
        await CapacityException.update({CapacityException.withdrawn_at: await clock.now()}).where(
            CapacityException.id == row.exception
        )
        await record_capacity(stretch, row.reason, by, "withdrawn")
        await fill.refill(row.day, hall=row.hall, line=row.line)
        await note(closing, "undoing", stands, "undoing", by)
        db.after_commit(partial(hints.wake, "rehouse", closing))


async def counted(closing: UUID) -> dict[str, Any]:
    """How many answered a closing, how, and when its first slot begins."""
    return (await db.rows(ANSWERS, closing))[0]


def refuses_undo(answers: dict[str, Any], now: dt.datetime) -> str:
    """Why a closing cannot be undone any more, and what can be done instead; empty while it can."""
    words = {
        "accepted": "改到了新时间",
        "moved": "自己换了时间",
        "cancelled": "不办了",
        "lapsed": "到时没答复取消了",
    }
    said = "，".join(f"{answers[name]} 人{word}" for name, word in words.items() if answers[name])
    if said:
        return (
            f"已经有 {said}，不能整个撤回了。想恢复办理，可以在“一周放号”给这段时间加一条开放窗口的例外，"
            "还没答复的人就能自己换回来"
        )
    if answers["first"] and answers["first"] <= now:
        return "停办的时间已经开始了，不能撤回。还没答复的人请打电话另约"
    return ""

"""拍材料 with another device: while a phone or another computer shoots pages of a case, nothing of its session is
recorded. Each such while is a pause of its own, as long as its page says so; one that falls silent is over by itself.
"""

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from backend import clock, crossregion, db, hints

LASTS = dt.timedelta(seconds=75)  # unheard: the timers of a page behind a phone's camera fire once a minute
BY_PHONE, AT_DESK = "手机在拍材料", "拍材料"
OF = """
SELECT r.id, r.handoff, r.asked_by FROM handoff_recording r JOIN handoff h ON h.id = r.handoff
WHERE h."case" = ANY($1) AND h.ended_at IS NULL AND r.stopped_at IS NULL AND r.erasing_at IS NULL
"""
SHOOTS = """
INSERT INTO handoff_recording_pause AS p (id, recording, from_at, until_at, by_staff, why, itself)
VALUES ($1, $2, $3, $4, $5, $6, true)
ON CONFLICT (id) DO UPDATE SET until_at = $4 WHERE p.until_at > $3 RETURNING p.from_at = $3 AS begins
"""
OVER = "UPDATE handoff_recording_pause SET until_at = $2 WHERE id = $1 AND until_at > $2 RETURNING id"
ALL_OVER = (
    "UPDATE handoff_recording_pause SET until_at = $2 WHERE recording = $1 AND until_at > $2 RETURNING id"
)


async def by_phone(sheet: str, page: str, over: bool) -> None:
    """A page that a code of the desk opened shoots, or does not any more. Refuses: NotFound, a code that is over."""
    case, staff = await crossregion.phone_of(sheet)
    await _say(await crossregion.sitting_of(case), page, over, staff, BY_PHONE)


async def at_desk(case: UUID, page: str, over: bool, by: UUID) -> None:
    """As `by_phone`, a page of the desk's own. Refuses: Denied, NotFound."""
    await _say(await crossregion.sitting_of(case, by), page, over, by, AT_DESK)


async def _say(cases: list[UUID], page: str, over: bool, by: UUID | None, why: str) -> None:
    """`page` names one while of one page: said twice it is as once; one that is over does not begin again."""
    now = await clock.now()
    for its in await db.rows(OF, cases):
        one = uuid5(its["id"], page)
        if over:
            changed = bool(await db.rows(OVER, one, now))
        else:
            rows = await db.rows(SHOOTS, one, its["id"], now, now + LASTS, by or its["asked_by"], why)
            changed = any(row["begins"] for row in rows)
        if changed:
            await hints.publish(f"handoff:{its['handoff']}")


async def all_over(its: dict[str, Any], now: dt.datetime) -> bool:
    """A part: a person goes on though something is shot; whether anything was."""
    return bool(await db.rows(ALL_OVER, its["id"], now))

"""The lock of a hall's day: whatever issues numbers or changes their order holds it, so that the order is strict."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, hints
from backend.queue.tables import Rules
from backend.refusal import NotFound

LOCK = """
SELECT d.id, d.day, h.id AS hall, h.code, h.name AS hall_name, to_jsonb(r) AS rules
FROM queue_day d JOIN hall h ON h.id = d.hall LEFT JOIN queue_rules r ON r.hall = h.id
WHERE h.{column} = $1 AND d.day = $2 FOR UPDATE OF d
"""
BEGIN = """
INSERT INTO queue_day (id, hall, day) SELECT $3, h.id, $2 FROM hall h WHERE h.{column} = $1
ON CONFLICT DO NOTHING
"""
KNOWN = {column._meta.name for column in Rules._meta.columns} - {"id", "hall", "edited_at"}


class HallDay(msgspec.Struct, frozen=True):
    """A hall's day under our lock, and its rules."""

    id: UUID
    day: dt.date
    hall: UUID
    code: str
    hall_name: str
    rules: Rules


async def lock(hall: UUID | str) -> HallDay:
    """A part: today's queue of a hall (its id or code) for us alone, until the transaction ends; whoever shows the
    hall is told afterwards. Refuses: NotFound.
    """
    db.inside()
    today = clock.local(await clock.now()).date()
    column = "id" if isinstance(hall, UUID) else "code"
    found = await db.rows(LOCK.format(column=column), hall, today)
    if not found:
        await db.rows(BEGIN.format(column=column), hall, today, uuid4())
        found = await db.rows(LOCK.format(column=column), hall, today)
    if not found:
        raise NotFound("没有找到这个大厅")
    db.after_commit(partial(hints.publish, f"hall:{found[0]['code']}"))
    return HallDay(**{**found[0], "rules": rules_from(found[0]["rules"])})


def rules_from(row: str | None) -> Rules:
    """A hall's rules as a statement gives them (jsonb); our defaults where it has none."""
    known: dict[str, Any] = msgspec.json.decode(row) if row else {}
    return Rules(_ignore_missing=True, **{name: value for name, value in known.items() if name in KNOWN})

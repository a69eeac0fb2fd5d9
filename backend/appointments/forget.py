"""What booking no longer keeps, by `retention.toml`. Slots and their counts stay: they are the hall's statistics and
nobody's data.
"""

import datetime as dt

from backend import clock, db, retention

FORGET = {
    "no_shows": "DELETE FROM no_show WHERE id IN (SELECT id FROM no_show WHERE at < $1 ORDER BY at LIMIT $2)"
    " RETURNING id",
    "no_shows of a pause": "DELETE FROM booking_pause WHERE id IN (SELECT id FROM booking_pause b WHERE b.since < $1"
    " AND NOT EXISTS (SELECT 1 FROM no_show n WHERE n.pause = b.id) LIMIT $2) RETURNING id",
    # Before identity forgets the index of the same people, which are then found no more.
    "no_shows of erased people": "UPDATE appointment SET person_index = '' WHERE person IN (SELECT id FROM person"
    " WHERE removed_at < $1 AND length(id_sealed) = 0 AND length(id_index) > 0 ORDER BY id LIMIT $2)"
    " AND length(person_index) > 0 RETURNING id",
}
OLD_BOOKINGS = "SELECT id FROM appointment WHERE day < $1::date ORDER BY day LIMIT $2 FOR UPDATE SKIP LOCKED"
OLD_WAITS = """
SELECT id FROM waiting WHERE state IN ('booked', 'left', 'over')
  AND (SELECT max(day) FROM unnest(days) day) < $1::date LIMIT $2 FOR UPDATE SKIP LOCKED
"""
# In the order in which rows can go: what refers before what is referred to.
OF_BOOKINGS = (
    "DELETE FROM relocation WHERE appointment = ANY($1)",
    "DELETE FROM place_hold WHERE appointment = ANY($1)",
    "DELETE FROM appointment WHERE id = ANY($1)",
)
OF_WAITS = (
    "DELETE FROM waiting_event WHERE waiting = ANY($1)",
    "DELETE FROM place_hold WHERE waiting = ANY($1)",
    "DELETE FROM waiting WHERE id = ANY($1)",
)


async def forget(now: dt.datetime) -> int:
    """One batch of each kind; how many rows."""
    gone = await _whole(OLD_BOOKINGS, OF_BOOKINGS, "bookings", now)
    gone += await _whole(OLD_WAITS, OF_WAITS, "waits", now)
    return gone + await retention.forget(FORGET, now)


@db.retrying
async def _whole(old: str, parts: tuple[str, ...], kind: str, now: dt.datetime) -> int:
    """Delete rows together with what hangs on them, in one transaction."""
    day = clock.local(retention.before(now, kind)).date()
    async with db.transaction():
        found = [row["id"] for row in await db.rows(old, day, retention.BATCH)]
        for part in parts if found else ():
            await db.rows(part, found)
    return len(found)

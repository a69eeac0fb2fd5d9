"""What identity no longer keeps, by `retention.toml`."""

import datetime as dt

from backend import retention

# An erased or removed person's index is kept as long as a pause after no-shows could rest on it. It goes before the
# next people are emptied: booking finds by it what it has to let go of, in the run between.
FORGET = {
    "codes": "DELETE FROM code WHERE id IN (SELECT id FROM code WHERE sent_at < $1 ORDER BY sent_at LIMIT $2)"
    " RETURNING id",
    "sessions": "DELETE FROM session WHERE id IN (SELECT id FROM session"
    " WHERE least(coalesce(revoked_at, expires_at), expires_at) < $1 LIMIT $2) RETURNING id",
    # Each member of staff's last sign-in stays: it says whether an account is still used.
    "events": "DELETE FROM identity_event WHERE id IN (SELECT id FROM identity_event e WHERE at < $1"
    " AND NOT (e.what = 'signed-in' AND e.staff IS NOT NULL AND NOT EXISTS (SELECT 1 FROM identity_event n"
    " WHERE n.staff = e.staff AND n.what = 'signed-in' AND n.at > e.at)) ORDER BY at LIMIT $2) RETURNING id",
    "no_shows": "UPDATE person SET id_index = '', proved_at = NULL WHERE id IN (SELECT id FROM person"
    " WHERE removed_at < $1 AND length(id_sealed) = 0 AND length(id_index) > 0 ORDER BY id LIMIT $2) RETURNING id",
    "removed_people": "UPDATE person SET name = '', id_sealed = '', priority_class = '' WHERE id IN (SELECT id"
    " FROM person WHERE removed_at < $1 AND length(id_sealed) > 0 LIMIT $2) RETURNING id",
}


async def forget(now: dt.datetime) -> int:
    """One batch of each kind; how many rows."""
    return await retention.forget(FORGET, now)

"""Attempts of staff at a password or a code: counted before it is looked at, locked for longer and longer."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import db
from backend.db import transaction
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.tables import Staff

# The attempt is counted before the password is looked at, so that attempts at once cannot slip through.
_COUNT = """
UPDATE staff SET failures = failures + 1,
       locked_until = CASE WHEN failures + 1 >= $3 THEN
           $2::timestamptz + least($5, $4 * power(2, least(failures + 1 - $3, 20))) * interval '1 minute' END
 WHERE username = $1 AND disabled_at IS NULL AND (locked_until IS NULL OR locked_until <= $2)
RETURNING id, password_hash, totp_sealed, locked_until
"""


async def count_attempt(username: str, now: dt.datetime) -> dict[str, Any] | None:
    """Count one attempt. None where nobody has the username, and for who is locked or disabled."""
    lock = limits().staff_lock
    found = await db.rows(
        _COUNT, username, now, lock.failures, float(lock.first_minutes), float(lock.most_minutes)
    )
    return found[0] if found else None


async def note_failure(staff: dict[str, Any] | None, way: str, device: str) -> None:
    """The counted attempt was wrong."""
    if staff:
        async with transaction():
            await record("sign-in-failed", staff=staff["id"], way=way, device=device)


async def forget_failures(staff: UUID) -> None:
    """They are in: the count starts again."""
    await Staff.update({Staff.failures: 0, Staff.locked_until: None}).where(Staff.id == staff)


# Only this attempt is taken back, and only the lock that it set itself: who knows a password must not be able
# to wipe out the wrong codes that were counted meanwhile.
_TAKE_BACK = """
UPDATE staff SET failures = greatest(failures - 1, 0),
       locked_until = CASE WHEN locked_until IS DISTINCT FROM $2 THEN locked_until END
 WHERE id = $1
"""


async def take_back(staff: dict[str, Any]) -> None:
    """Part: the counted attempt was right, and more is asked: what failed before still counts."""
    await db.rows(_TAKE_BACK, staff["id"], staff["locked_until"])

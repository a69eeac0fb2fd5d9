"""Staff sign in by username and password; wrong ones lock the username for longer and longer."""

import datetime as dt
from uuid import UUID

from backend import clock, db
from backend.db import transaction
from backend.identity import passwords
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.sessions import open_session, revoke_all
from backend.identity.tables import Staff
from backend.refusal import Refusal

# One sentence for every reason: whether a username exists, is locked or disabled is not told.
WRONG = "用户名或密码不对。连续输错会暂时锁定，请过几分钟再试，或请管理员重置"


async def staff_sign_in(username: str, password: str, device: str = "") -> str:
    """Open a session; returns its token. Refuses: one sentence, after the same time, whatever was wrong."""
    now = await clock.now()
    staff = await _count_attempt(username, now)
    if not await passwords.matches(staff["password_hash"] if staff else None, password) or staff is None:
        await _note_failure(staff)
        raise Refusal(WRONG)
    async with transaction():
        await _forget_failures(staff["id"])
        await record("signed-in", staff=staff["id"])
        return await open_session(now, device, staff=staff["id"])


# The attempt is counted before the password is looked at, so that attempts at once cannot slip through.
_COUNT = """
UPDATE staff SET failures = failures + 1,
       locked_until = CASE WHEN failures + 1 >= $3 THEN
           $2::timestamptz + least($5, $4 * power(2, least(failures + 1 - $3, 20))) * interval '1 minute' END
 WHERE username = $1 AND disabled_at IS NULL AND (locked_until IS NULL OR locked_until <= $2)
RETURNING id, password_hash
"""


async def _count_attempt(username: str, now: dt.datetime) -> dict | None:
    lock = limits().staff_lock
    found = await db.rows(
        _COUNT, username, now, lock.failures, float(lock.first_minutes), float(lock.most_minutes)
    )
    return found[0] if found else None


async def _note_failure(staff: dict | None) -> None:
    if staff:
        async with transaction():
            await record("sign-in-failed", staff=staff["id"])


async def _forget_failures(staff: UUID) -> None:
    await Staff.update({Staff.failures: 0, Staff.locked_until: None}).where(Staff.id == staff)


async def change_password(by: UUID, old: str, new: str, keep: UUID | None = None) -> None:
    """Set one's own password; every other session ends. `keep` is the session one stands in.

    Refuses: a wrong old password (it counts towards the lock), the old one again.
    """
    username = await Staff.select(Staff.username).where(Staff.id == by).first()
    staff = await _count_attempt(username["username"] if username else "", await clock.now())
    if not await passwords.matches(staff["password_hash"] if staff else None, old):
        await _note_failure(staff)
        raise Refusal("原密码不对，请再试。连续输错会暂时锁定")
    if new == old:
        raise Refusal("新密码要和原密码不一样")
    hashed = await passwords.hashed(new)
    async with transaction():
        await Staff.update({Staff.password_hash: hashed, Staff.must_change: False}).where(Staff.id == by)
        await _forget_failures(by)
        await revoke_all(staff=by, but=keep)
        await record("password-changed", staff=by)

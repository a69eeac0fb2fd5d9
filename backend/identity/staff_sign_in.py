"""Staff sign in by username and password, and by a code where they have an authenticator; wrong ones lock the
username for longer and longer.
"""

from typing import Any
from uuid import UUID

from backend import clock, db
from backend.db import transaction
from backend.identity import passwords
from backend.identity.attempts import count_attempt, forget_failures, note_failure, take_back
from backend.identity.events import record
from backend.identity.second_step import CodeNeeded, open_step
from backend.identity.sessions import open_session, revoke_all
from backend.identity.tables import Staff
from backend.refusal import Refusal

# One sentence for every reason: whether a username exists, is locked or disabled is not told.
WRONG = "用户名或密码不对。连续输错会暂时锁定，请过几分钟再试，或请管理员重置"


async def staff_sign_in(username: str, password: str, device: str = "") -> str:
    """Open a session; returns its token. Refuses: one sentence, after the same time, whatever was wrong;
    CodeNeeded, who has an authenticator: `second_step` goes on.
    """
    now = await clock.now()
    staff = await count_attempt(username, now)
    if not await passwords.matches(staff["password_hash"] if staff else None, password) or staff is None:
        await note_failure(staff, "password", device)
        raise Refusal(WRONG)
    async with transaction():
        await _refuse_changed(staff)
        if staff["totp_sealed"] is None:
            await forget_failures(staff["id"])
            await record("signed-in", staff=staff["id"], way="password", device=device)
            return await open_session(now, device, staff=staff["id"], way="password")
        await take_back(staff)
        step = await open_step(staff["id"], now)
    raise CodeNeeded(step)


async def _refuse_changed(staff: dict[str, Any]) -> None:
    # Looking at a password takes long enough for somebody to reset it, set up an authenticator or disable the account.
    same = "SELECT id FROM staff WHERE id = $1 AND password_hash = $2 AND totp_sealed IS NOT DISTINCT FROM $3"
    still = await db.rows(
        f"{same} AND disabled_at IS NULL FOR UPDATE",
        staff["id"],
        staff["password_hash"],
        staff["totp_sealed"],
    )
    if not still:
        raise Refusal(WRONG)


async def own_password(by: UUID, typed: str, called: str = "登录密码") -> str:
    """The member of staff shows once more that it is them. Returns the hash that it was looked at against.

    Refuses: a wrong one; it counts towards the lock.
    """
    username = await Staff.select(Staff.username).where(Staff.id == by).first()
    staff = await count_attempt(username["username"] if username else "", await clock.now())
    if not await passwords.matches(staff["password_hash"] if staff else None, typed) or staff is None:
        await note_failure(staff, "password", "")
        raise Refusal(f"{called}不对，请再试。连续输错会暂时锁定")
    await take_back(staff)
    return str(staff["password_hash"])


async def change_password(by: UUID, old: str, new: str, keep: UUID | None = None) -> None:
    """Set one's own password; every other session ends. `keep` is the session one stands in.

    Refuses: a wrong old password (it counts towards the lock), the old one again, one that was reset and an account
    that was disabled in the meantime.
    """
    known = await own_password(by, old, "原密码")
    if new == old:
        raise Refusal("新密码要和原密码不一样")
    hashed = await passwords.hashed(new)
    async with transaction():
        # Hashing takes long enough for an administrator to reset the password or to disable the account.
        changed = Staff.update({Staff.password_hash: hashed, Staff.must_change: False}).where(
            Staff.id == by, Staff.password_hash == known, Staff.disabled_at.is_null()
        )
        if not await changed.returning(Staff.id):
            raise Refusal("你的密码刚刚已经换过，或账号已停用，这次没有改。请重新登录，不行就找管理员")
        await forget_failures(by)
        await revoke_all(staff=by, but=keep)
        await record("password-changed", staff=by)

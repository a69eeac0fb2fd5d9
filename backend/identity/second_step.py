"""The second step of staff who have an authenticator: its code, or a recovery code.

Between the steps there is no session: a token in the form, good for minutes, that opens nothing but this step.
"""

import datetime as dt
import secrets
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.db import transaction
from backend.identity import recovery, totp
from backend.identity.attempts import count_attempt, forget_failures, note_failure
from backend.identity.events import record
from backend.identity.limits import limits
from backend.identity.sessions import open_session
from backend.identity.tables import StaffStep
from backend.refusal import Refusal
from backend.secrecy import token_hash

WRONG = "动态验证码或恢复码不对，或已经用过。请等验证器换下一个码再试；连续输错会暂时锁定"


class CodeNeeded(Refusal):
    """The password was right; now the code is asked for. `step` is the token that goes on."""

    def __init__(self, step: str) -> None:
        super().__init__("请再填验证器上的 6 位动态验证码")
        self.step = step


class StepOver(Refusal):
    """The minutes between password and code are over (`identity.toml`: totp)."""

    def __init__(self) -> None:
        super().__init__("等得太久了，请重新输入用户名和密码")


async def open_step(staff: UUID, now: dt.datetime) -> str:
    """Part: the password was right. Returns the token of the second step."""
    token = secrets.token_urlsafe(32)
    await StaffStep.delete().where(StaffStep.expires_at <= now)
    expires = now + dt.timedelta(minutes=limits().totp.minutes)
    await StaffStep(staff=staff, token_hash=token_hash(token), expires_at=expires).save()
    return token


async def second_step(step: str, code: str, device: str = "") -> str:
    """Open a session with the code; returns its token. Refuses: StepOver; a wrong or used code, counted with the
    passwords towards the same lock.
    """
    now = await clock.now()
    known = await db.rows(_KNOWN, token_hash(step), now)
    if not known:
        raise StepOver
    staff = await count_attempt(known[0]["username"], now)
    async with transaction():
        way = await _right(staff, code, now) if staff else ""
        if staff and way:
            await _end(step)
            await forget_failures(staff["id"])
            await record("signed-in", staff=staff["id"], way=way, device=device)
            return await open_session(now, device, staff=staff["id"], way=way)
    await note_failure(staff, "totp", device)
    raise Refusal(WRONG)


_KNOWN = """
SELECT f.username FROM staff_step s JOIN staff f ON f.id = s.staff WHERE s.token_hash = $1 AND s.expires_at > $2
"""


async def _right(staff: dict[str, Any], code: str, now: dt.datetime) -> str:
    """By what way the code opens the door, `totp` or `recovery`; empty when it does not."""
    if staff["totp_sealed"] is None:
        return ""
    if code.isdigit() and len(code) == 6:
        return "totp" if await totp.use_code(staff["id"], staff["totp_sealed"], code, now) else ""
    return "recovery" if await recovery.use(staff["id"], code, now) else ""


async def _end(step: str) -> None:
    # What is refused here is undone with the transaction: a code is not used up by a step that has just ended.
    if not await StaffStep.delete().where(StaffStep.token_hash == token_hash(step)).returning(StaffStep.id):
        raise StepOver

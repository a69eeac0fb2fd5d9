"""A member of staff sets up an authenticator, gets recovery codes, and an administrator takes it off again."""

from typing import Any
from uuid import UUID

import msgspec
from markupsafe import Markup

from backend import clock, secrecy
from backend.db import transaction
from backend.identity import administrators, recovery, totp
from backend.identity.events import record
from backend.identity.reasons import reason
from backend.identity.sessions import revoke_all
from backend.identity.staff_sign_in import own_password
from backend.identity.tables import RecoveryCode, Staff
from backend.refusal import Refusal

NOTHING: dict[Any, Any] = {"totp_sealed": None, "totp_pending_sealed": None, "totp_step": 0}


class Pending(msgspec.Struct, frozen=True):
    """A secret that waits for its first code: as a QR (SVG), and spelled for typing."""

    picture: Markup
    spelled: str


async def start_totp(by: UUID, password: str) -> Pending:
    """A fresh secret for the authenticator; an earlier one still counts until the new one is confirmed.

    Refuses: a wrong password.
    """
    await own_password(by, password)
    sealed = secrecy.seal(totp.fresh_secret())
    await Staff.update({Staff.totp_pending_sealed: sealed}).where(Staff.id == by)
    return await pending_totp(by)


async def pending_totp(by: UUID) -> Pending:
    """The secret that waits. Refuses: none does."""
    known = await Staff.objects().where(Staff.id == by).first()
    if known is None or known.totp_pending_sealed is None:
        raise Refusal("没有等着确认的验证器，请重新开始设置")
    secret = secrecy.unseal(known.totp_pending_sealed)
    return Pending(totp.picture(secret, known.username), totp.spelled(secret))


async def confirm_totp(by: UUID, code: str, keep: UUID | None = None) -> list[str]:
    """The authenticator counts from now on; other sessions end. Returns the recovery codes, to be shown once.

    Refuses: a wrong code, no secret that waits.
    """
    now = await clock.now()
    async with transaction():
        known = await Staff.objects().where(Staff.id == by).lock_rows("UPDATE").first()
        if known is None or known.totp_pending_sealed is None:
            raise Refusal("没有等着确认的验证器，请重新开始设置")
        step = totp.step_of(secrecy.unseal(known.totp_pending_sealed), code, now)
        if step is None:
            raise Refusal("动态验证码不对。请看手机时间是不是自动校准的，再填一次最新的码")
        await Staff.update({**NOTHING, "totp_sealed": known.totp_pending_sealed, "totp_step": step}).where(
            Staff.id == by
        )
        await revoke_all(staff=by, but=keep)
        await record("totp-set", staff=by)
        return await recovery.issue(by, now)


async def renew_recovery(by: UUID, password: str) -> list[str]:
    """Fresh recovery codes; the earlier ones are void. Refuses: a wrong password, no authenticator."""
    await own_password(by, password)
    async with transaction():
        if not await Staff.exists().where(Staff.id == by, Staff.totp_sealed.is_not_null()):
            raise Refusal("还没有设置验证器，请先设置")
        await record("recovery-renewed", staff=by)
        return await recovery.issue(by, await clock.now())


async def remove_totp(username: str, why: str, by: UUID | None = None) -> None:
    """Somebody lost phone and recovery codes: the password alone opens the door again, and every session ends.

    Refuses: Denied, NotFound, oneself, no reason, no authenticator.
    """
    said = reason(why, by)
    async with transaction():
        await administrators.one_at_a_time()
        staff, _ = await administrators.member(username, by)
        if staff.id == by:
            raise Refusal("自己的验证器请在“我的账号”里换；要取消请让另一位管理员来做")
        gone = Staff.update(NOTHING).where(Staff.id == staff.id, Staff.totp_sealed.is_not_null())
        if not await gone.returning(Staff.id):
            raise Refusal("这个账号没有设置验证器")
        await RecoveryCode.delete().where(RecoveryCode.staff == staff.id)
        await revoke_all(staff=staff.id)
        await record("totp-removed", staff=staff.id, by_staff=by, why=said)

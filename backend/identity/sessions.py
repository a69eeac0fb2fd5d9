"""Sessions are rows: a random token in the cookie, only its SM3 hash here; owners list and end them."""

import datetime as dt
import secrets
from uuid import UUID

from backend import clock
from backend.db import transaction
from backend.identity.events import record
from backend.identity.limits import Sessions, limits
from backend.identity.tables import Session, StaffStep
from backend.refusal import NotFound
from backend.secrecy import token_hash


async def open_session(
    now: dt.datetime, device: str, account: UUID | None = None, staff: UUID | None = None, way: str = ""
) -> str:
    """Part: a fresh session for an account or a member of staff. Returns the token for the cookie."""
    token, rule = secrets.token_urlsafe(32), rule_of(staff)
    await Session(
        token_hash=token_hash(token),
        account=account,
        staff=staff,
        created_at=now,
        seen_at=now,
        expires_at=now + dt.timedelta(hours=rule.idle_hours),
        device=device[:80],
        way=way,
    ).save()
    return token


def rule_of(staff: UUID | None) -> Sessions:
    """How long a session of staff, or of a citizen, lives."""
    return limits().staff_sessions if staff else limits().citizen_sessions


async def sign_out(session: UUID) -> None:
    """End this session. Ending an ended one changes nothing."""
    await _revoke(Session.id == session)


async def sign_out_everywhere(account: UUID | None = None, staff: UUID | None = None) -> None:
    """End every session of the account or of the member of staff, this one too."""
    async with transaction():
        await _revoke(_owned(account, staff))
        await record("signed-out-everywhere", account=account, staff=staff)


async def sessions_of(account: UUID | None = None, staff: UUID | None = None) -> list[Session]:
    """The owner's open sessions, last used first."""
    live = Session.revoked_at.is_null() & (Session.expires_at > await clock.now())
    found = Session.objects().where(_owned(account, staff), live)
    return await found.order_by(Session.seen_at, ascending=False)


async def revoke_session(session: UUID, account: UUID | None = None, staff: UUID | None = None) -> None:
    """End one session of the owner's. Refuses: NotFound, one that is not theirs."""
    if not await _revoke((Session.id == session) & _owned(account, staff)):
        raise NotFound


async def revoke_all(account: UUID | None = None, staff: UUID | None = None, but: UUID | None = None) -> None:
    """Part: end every session of the owner, except one; of staff also the sign-ins that wait for a code."""
    others = _owned(account, staff)
    if staff:
        await StaffStep.delete().where(StaffStep.staff == staff)
    await _revoke(others & (Session.id != but) if but else others)


async def revoke_way(account: UUID, way: str, but: UUID | None = None) -> None:
    """Part: end the account's sessions that were opened by this way, except one."""
    opened = (Session.account == account) & (Session.way == way)
    await _revoke(opened & (Session.id != but) if but else opened)


def _owned(account: UUID | None, staff: UUID | None):  # type: ignore[no-untyped-def]  # a Piccolo condition
    if (account is None) == (staff is None):
        raise ValueError("sessions belong to an account or to a member of staff")
    return Session.account == account if account else Session.staff == staff


async def _revoke(which) -> list[dict]:  # type: ignore[no-untyped-def]  # a Piccolo condition
    now = await clock.now()
    ended = Session.update({Session.revoked_at: now}).where(which, Session.revoked_at.is_null())
    return await ended.returning(Session.id)

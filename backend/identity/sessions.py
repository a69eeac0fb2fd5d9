"""Sessions are rows: a random token in the cookie, only its SM3 hash here; owners list and end them."""

import datetime as dt
import secrets
from uuid import UUID

from cryptography.hazmat.primitives import hashes

from backend import clock, db
from backend.db import transaction
from backend.identity.events import record
from backend.identity.limits import Sessions, limits
from backend.identity.tables import Session
from backend.refusal import NotFound
from backend.web.visitor import Visitor

TOUCH = dt.timedelta(minutes=5)
_FIND = """
SELECT s.id, s.account, s.staff, s.seen_at, s.created_at, f.must_change,
       coalesce(f.name, p.name, '') AS name,
       array(SELECT DISTINCT role FROM staff_role r WHERE r.staff = f.id) AS roles
  FROM session s
  LEFT JOIN staff f ON f.id = s.staff
  LEFT JOIN person p ON p.account = s.account AND p.relation = 'self' AND p.removed_at IS NULL
 WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND f.disabled_at IS NULL
"""


def _hash(token: str) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(token.encode())
    return digest.finalize()


async def open_session(
    now: dt.datetime, device: str, account: UUID | None = None, staff: UUID | None = None
) -> str:
    """Part: a fresh session for an account or a member of staff. Returns the token for the cookie."""
    token, rule = secrets.token_urlsafe(32), _rule(staff)
    await Session(
        token_hash=_hash(token),
        account=account,
        staff=staff,
        created_at=now,
        seen_at=now,
        expires_at=now + dt.timedelta(hours=rule.idle_hours),
        device=device[:80],
    ).save()
    return token


def _rule(staff: UUID | None) -> Sessions:
    return limits().staff_sessions if staff else limits().citizen_sessions


async def visitor_for(token: str) -> Visitor | None:
    """Who carries this token; None where nobody (any more) does. One SELECT, a write every few minutes.

    Staff who must change their password have no roles until they did.
    """
    now = await clock.now()
    found = await db.rows(_FIND, _hash(token), now)
    if not found:
        return None
    row = found[0]
    if now - row["seen_at"] >= TOUCH:
        await _touch(row, now)
    roles = frozenset() if row["must_change"] else frozenset(row["roles"])
    return Visitor(
        account=row["account"],
        staff=row["staff"],
        roles=roles,
        name=row["name"],
        session=row["id"],
        must_change=bool(row["must_change"]),
    )


_TOUCH = """
WITH seen AS (
  UPDATE session SET seen_at = $2, expires_at = $3 WHERE id = $1 AND seen_at < $2 RETURNING account)
UPDATE account SET seen_at = $2 FROM seen WHERE account.id = seen.account
"""


async def _touch(row: dict, now: dt.datetime) -> None:
    rule = _rule(row["staff"])
    latest = row["created_at"] + dt.timedelta(hours=rule.most_hours)
    await db.rows(_TOUCH, row["id"], now, min(latest, now + dt.timedelta(hours=rule.idle_hours)))


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
    """Part: end every session of the owner, except one."""
    others = _owned(account, staff)
    await _revoke(others & (Session.id != but) if but else others)


def _owned(account: UUID | None, staff: UUID | None):  # type: ignore[no-untyped-def]  # a Piccolo condition
    if (account is None) == (staff is None):
        raise ValueError("sessions belong to an account or to a member of staff")
    return Session.account == account if account else Session.staff == staff


async def _revoke(which) -> list[dict]:  # type: ignore[no-untyped-def]  # a Piccolo condition
    now = await clock.now()
    ended = Session.update({Session.revoked_at: now}).where(which, Session.revoked_at.is_null())
    return await ended.returning(Session.id)

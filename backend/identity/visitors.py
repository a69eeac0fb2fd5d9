"""Who carries a token: asked once by every request, so one SELECT, and a write every few minutes."""

import datetime as dt

from backend import clock, db
from backend.identity import totp
from backend.identity.sessions import rule_of
from backend.secrecy import token_hash
from backend.web.visitor import Visitor

TOUCH = dt.timedelta(minutes=5)
_FIND = """
SELECT s.id, s.account, s.staff, s.seen_at, s.created_at, f.must_change, f.totp_sealed IS NOT NULL AS totp,
       coalesce(f.name, p.name, '') AS name,
       array(SELECT DISTINCT role FROM staff_role r WHERE r.staff = f.id) AS roles,
       array(SELECT DISTINCT CASE r.scope_kind WHEN 'all' THEN '*' ELSE r.scope END FROM staff_role r
             WHERE r.staff = f.id AND r.scope_kind IN ('all', 'hall')) AS halls,
       array(SELECT DISTINCT CASE r.scope_kind WHEN 'all' THEN '*' ELSE r.scope END FROM staff_role r
             WHERE r.staff = f.id AND r.role = 'officer' AND r.scope_kind IN ('all', 'department')) AS departments
  FROM session s
  LEFT JOIN staff f ON f.id = s.staff
  LEFT JOIN person p ON p.account = s.account AND p.relation = 'self' AND p.removed_at IS NULL
 WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND f.disabled_at IS NULL
"""


async def visitor_for(token: str) -> Visitor | None:
    """Who carries this token; None where nobody (any more) does. One SELECT, a write every few minutes.

    Staff who must change their password, or owe an authenticator, have no roles until they did.
    """
    now = await clock.now()
    found = await db.rows(_FIND, token_hash(token), now)
    if not found:
        return None
    row = found[0]
    if now - row["seen_at"] >= TOUCH:
        await _touch(row, now)
    owing = totp.owed(frozenset(row["roles"]), row["totp"])
    roles = frozenset() if row["must_change"] or owing else frozenset(row["roles"])
    return Visitor(
        account=row["account"],
        staff=row["staff"],
        roles=roles,
        halls=frozenset(row["halls"]) if roles else frozenset(),
        departments=frozenset(row["departments"]) if roles else frozenset(),
        name=row["name"],
        session=row["id"],
        must_change=bool(row["must_change"]),
        must_enrol=owing,
    )


# A session that the province's identity opened says nothing of whether the number is still its owner's.
_TOUCH = """
WITH seen AS (
  UPDATE session SET seen_at = $2, expires_at = $3 WHERE id = $1 AND seen_at < $2 RETURNING account, way)
UPDATE account SET seen_at = $2 FROM seen WHERE account.id = seen.account AND seen.way <> 'oidc'
"""


async def _touch(row: dict, now: dt.datetime) -> None:
    rule = rule_of(row["staff"])
    latest = row["created_at"] + dt.timedelta(hours=rule.most_hours)
    await db.rows(_TOUCH, row["id"], now, min(latest, now + dt.timedelta(hours=rule.idle_hours)))

"""Sign-ins as their owner sees them: when, on what device, by what way, and those that failed.

Kept are the moment, the way and the kind of device (安卓 · 微信). No network address and no browser's fingerprint:
enough to say “that was not me”, and no more (个人信息保护法 6). For as many days as `identity.toml` sets.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.identity.limits import limits
from backend.identity.oidc_client import called

WAYS: dict[str, str] = {
    "code": "短信验证码",
    "password": "密码",
    "totp": "密码和动态验证码",
    "recovery": "密码和恢复码",
}
SHOWN = 20
_SIGN_INS = """
SELECT what, way, device, at FROM identity_event
 WHERE {whose} = $1 AND what IN ('signed-in', 'sign-in-failed') AND at > $2 ORDER BY at DESC, id LIMIT $3
"""


async def sign_ins_of(account: UUID | None = None, staff: UUID | None = None) -> list[dict[str, Any]]:
    """The owner's latest, each with `ok`, `way` in words, `device` and `at`. An administrator's right to see those of
    staff is the caller's to check.
    """
    if (account is None) == (staff is None):
        raise ValueError("sign-ins belong to an account or to a member of staff")
    sql = _SIGN_INS.format(whose="account" if account else "staff")
    found = await db.rows(sql, account or staff, await _since(), SHOWN)
    return [{**row, "ok": row["what"] == "signed-in", "way": _said(row["way"])} for row in found]


def _said(way: str) -> str:
    return called() if way == "oidc" else WAYS.get(way, "")


async def _since() -> dt.datetime:
    return await clock.now() - dt.timedelta(days=limits().history.days)


# The last sign-in of a member of staff stays: their administrator must see who has not been here for a year.
_FORGET = """
DELETE FROM identity_event e
 WHERE e.what IN ('signed-in', 'sign-in-failed') AND e.at <= $1 AND (e.staff IS NULL OR EXISTS (
       SELECT 1 FROM identity_event n WHERE n.staff = e.staff AND n.what = 'signed-in' AND n.at > e.at))
"""


async def forget_sign_ins() -> None:
    """Delete what is older than `identity.toml` (history) keeps; safe to run twice and at once."""
    await db.rows(_FORGET, await _since())

"""What is known of the mailings of a case."""

from typing import Any
from uuid import UUID

from backend import db, secrecy

LATEST = """
SELECT courier, mail_no, state, sent_at, ended_at, signer, receiver_sealed, why FROM case_mailing
WHERE "case" = $1 ORDER BY sent_at DESC, id LIMIT 1
"""
OF_ACCOUNT = """
SELECT m."case", m.courier, m.mail_no, m.state, m.sent_at, m.ended_at, m.why FROM case_mailing m
JOIN service_case c ON c.id = m."case" WHERE c.account = $1 ORDER BY m.sent_at, m.id
"""
STATES = {"sent": "寄送中", "arrived": "签收了", "back": "退回来了"}


async def mailing_of(case: UUID, *, clear: bool = False) -> dict[str, Any] | None:
    """The latest mailing of a case, the name of who signed for it masked but for a `clear` copy; none where nothing was
    mailed. For a caller who has asked whose it is.
    """
    for row in await db.rows(LATEST, case):
        name = secrecy.unseal(row["receiver_sealed"]) if row["receiver_sealed"] else ""
        return {**row, "receiver": name if clear or not name else secrecy.mask_name(name)}
    return None


async def mailings_of(account: UUID) -> list[dict[str, Any]]:
    """All mailings of an account's cases, the first one first."""
    return await db.rows(OF_ACCOUNT, account)

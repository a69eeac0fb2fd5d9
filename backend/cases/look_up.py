"""查办件 without an account: by number and password, with the wrong tries counted before they are looked at."""

import datetime as dt
import hmac
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, secrecy
from backend.cases.rules import case_rules
from backend.cases.tables import CaseLook
from backend.refusal import Refusal

WRONG = "编号或查询码不对，请照收件凭证再核对一遍"
HOUR = dt.timedelta(hours=1)
CASE = "SELECT id, password_sealed FROM service_case WHERE number = $1"
# Of this case, and of this address, within the hour.
FAILED = """
SELECT count(*) FILTER (WHERE "case" = $1) AS of_case, count(*) FILTER (WHERE address_index = ANY($2)) AS of_address
FROM case_look WHERE at > $3 AND NOT "right" AND ("case" = $1 OR address_index = ANY($2))
"""


async def look_up(number: str, password: str, address: str) -> UUID:
    """The case with this number, for who knows its password; `address` is where they ask from.

    Refuses: an unknown number and a wrong password alike; more wrong tries within the hour than `cases.toml` allows.
    """
    found, now = await db.rows(CASE, number), await clock.now()
    case = found[0]["id"] if found else None
    look = await _count(case, address, now)
    if not found or not _same(found[0], password):
        raise Refusal(WRONG)
    await CaseLook.update({CaseLook.right: True}).where(CaseLook.id == look)
    return UUID(str(case))


def _same(found: dict[str, Any], password: str) -> bool:
    return hmac.compare_digest(secrecy.unseal(found["password_sealed"]), password)


async def _count(case: UUID | None, address: str, now: dt.datetime) -> UUID:
    """One more try, wrong until it is found right."""
    rules, index = case_rules(), secrecy.blinds(address)
    async with db.transaction():
        await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"look:{case or address}"))
        failed = (await db.rows(FAILED, case, index, now - HOUR))[0]
        if failed["of_case"] >= rules.tries_of_case or failed["of_address"] >= rules.tries_of_address:
            raise Refusal("查错的次数太多了，请过一个小时再试，或登录后在“我的办件”里看")
        look = CaseLook(id=uuid4(), address_index=index[0], case=case, at=now)
        await CaseLook.insert(look)
    return UUID(str(look.id))

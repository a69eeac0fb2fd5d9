"""The last day of a 委托书 that a phone brought, seen from the day on which the server received it."""

import datetime as dt
from uuid import UUID

from backend import clock, db, sync
from backend.visits.rules import visit_rules

BROUGHT = """
SELECT m.until, k.received_at, k.skew_seconds FROM visit_mandate m
JOIN visit_record r ON r.visit = m.visit AND r.text_hash = m.text_hash
JOIN sync_record k ON k.record = r.id AND k.state = 'accepted'
WHERE m.visit = $1 AND m.revoked_at IS NULL
"""


def odd_term(until: dt.date, received_at: dt.datetime, skew: int) -> str:
    """What is odd about its last day, in words; empty where nothing is. It is never refused for that."""
    day, most = clock.local(received_at).date(), visit_rules().mandate_days
    if day <= until <= day + dt.timedelta(days=most):
        return ""
    odd = "收到时已经过期" if until < day else f"从收到那天算起超过 {most} 天"
    return f"委托书{odd}{'，当时手机时间不准' if abs(skew) > sync.SKEW else ''}。请向本人核对委托到哪一天"


async def odd_term_of(visit: UUID) -> str:
    """The same of the one that holds, where it came with a record from a phone."""
    for row in await db.rows(BROUGHT, visit):
        return odd_term(row["until"], row["received_at"], row["skew_seconds"])
    return ""

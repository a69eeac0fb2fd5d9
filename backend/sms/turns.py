"""How the providers are doing, told by what happened, in the database: all workers see the same.

The rule of demotion follows alphagov/notifications-api: a provider is slow when, of what it was given in the last
`window_seconds` (at least `least` messages), more than `percent` took longer than `slow_ms` or failed for a time.
Then for `seconds` it is asked last; after that it starts afresh. A failure counts as slow because whoever comes next
would pay for it with the same wait. A provider that says 429 is not asked at all until its Retry-After is over.
"""

import datetime as dt

from backend import db
from backend.sms.record import record
from backend.sms.rules import rules
from backend.sms.ways import gateways

STANDING = "SELECT name, demoted_until > $1 AS demoted, busy_until > $1 AS busy FROM sms_provider"


async def turn(now: dt.datetime) -> list[str]:
    """Whom to ask, the first one first: not those who are busy; the demoted last."""
    known = {row["name"]: row for row in await db.rows(STANDING, now)}
    free = [name for name in gateways() if not known.get(name, {}).get("busy")]
    return sorted(free, key=lambda name: bool(known.get(name, {}).get("demoted")))


BUSY = """
INSERT INTO sms_provider (name, busy_until) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET busy_until = greatest(sms_provider.busy_until, $2)
"""


async def busy(name: str, now: dt.datetime, span: dt.timedelta) -> None:
    """The provider asked for a pause. Part of the attempt's transaction."""
    most = dt.timedelta(seconds=rules().retry.busy_most_seconds)
    await db.rows(BUSY, name, now + min(span, most))


MET = "INSERT INTO sms_provider (name) VALUES ($1) ON CONFLICT (name) DO NOTHING"
DEMOTE = """
UPDATE sms_provider p SET demoted_until = $3
WHERE p.name = $1 AND (p.demoted_until IS NULL OR p.demoted_until <= $2) AND (
    SELECT count(*) >= $5 AND count(*) FILTER (WHERE e.took_ms > $6 OR e.what = 'temporary') * 100 > $7 * count(*)
    FROM sms_event e
    WHERE e.provider = $1 AND e.took_ms IS NOT NULL AND e.at > greatest($4, p.demoted_until)
) RETURNING p.name
"""


async def weigh(name: str, now: dt.datetime) -> bool:
    """Demote the provider if it has become slow; one worker of all does. Part. Returns whether it was."""
    rule = rules().demotion
    until = now + dt.timedelta(seconds=rule.seconds)
    since = now - dt.timedelta(seconds=rule.window_seconds)
    await db.rows(MET, name)
    demoted = await db.rows(DEMOTE, name, now, until, since, rule.least, rule.slow_ms, rule.percent)
    if demoted:
        await record(None, "demoted", now, provider=name)
    return bool(demoted)

"""What the queue no longer keeps, by `retention.toml`: whose a number was. The number itself stays, with its times: the
hall's statistics, and nobody's data.
"""

import datetime as dt

from backend import retention

FORGET = {
    "numbers of links": """
DELETE FROM ticket_link WHERE id IN (
    SELECT k.id FROM ticket_link k JOIN ticket t ON t.id = k.ticket JOIN queue_day d ON d.id = t.day
    WHERE d.day < ($1::timestamptz)::date LIMIT $2) RETURNING id""",
    "numbers of words": """
UPDATE ticket_event SET why = '', by_account = NULL WHERE id IN (
    SELECT e.id FROM ticket_event e JOIN ticket t ON t.id = e.ticket JOIN queue_day d ON d.id = t.day
    WHERE d.day < ($1::timestamptz)::date AND (e.why <> '' OR e.by_account IS NOT NULL) LIMIT $2) RETURNING id""",
    "numbers": """
UPDATE ticket SET person = NULL, person_index = NULL, account = NULL, appointment = NULL, priority_class = ''
WHERE id IN (
    SELECT t.id FROM ticket t JOIN queue_day d ON d.id = t.day
    WHERE d.day < ($1::timestamptz)::date
      AND (num_nonnulls(t.person, t.person_index, t.account, t.appointment) > 0 OR t.priority_class <> '')
    LIMIT $2) RETURNING id""",
}


async def forget(now: dt.datetime) -> int:
    """One batch of each; how many rows."""
    return await retention.forget(FORGET, now)

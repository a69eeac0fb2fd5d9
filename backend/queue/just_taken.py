"""刚刚取过: how a kiosk bounds numbers for which nobody showed an ID.

An ID and a phone have their limits; without either nobody can tell ten people of a busy hall from one who taps ten
times, and a refusal would meet the next in the line, who has done nothing. So the kiosk asks: so many seconds after a
number for a matter it shows that number, to print again, and gives another to whoever says that they are somebody
else. A tap too many thus takes no place, a crowd loses one tap, and a hall that wants more asks for the ID
(`kiosk_identity`). What is printed again is no secret: it stands on the same screen as long.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.queue.record import number
from backend.queue.rules import rules_of
from backend.queue.take import Matter
from backend.refusal import Refusal
from backend.web.device import Screen

BEFORE = """
SELECT t.letter, t.digits, t.party, coalesce(i.name, l.name) AS matter FROM ticket t
JOIN queue_day d ON d.id = t.day JOIN line l ON l.id = t.line LEFT JOIN item i ON i.id = t.item
WHERE d.hall = $1 AND d.day = $2 AND t.device = $3 AND t.source = 'kiosk' AND t.state = 'waiting'
  AND t.person_index IS NULL AND t.item IS NOT DISTINCT FROM $4 AND ($4::uuid IS NOT NULL OR t.line = $5)
  AND t.taken_at > $6
ORDER BY t.taken_at DESC, t.id LIMIT 1
"""


class JustTaken(Refusal):
    """Not yet: whoever taps says first whether the number `before` (number, party, matter) is theirs."""

    def __init__(self, before: dict[str, Any]) -> None:
        super().__init__(f"刚刚在这里取过 {before['number']}")
        self.before = before


async def ask(screen: Screen, matter: Matter, party: UUID) -> None:
    """A part. Refuses: JustTaken, where this kiosk gave a number for the matter to somebody without an ID just now."""
    seconds = (await rules_of(screen.code)).anonymous_seconds
    if not seconds:
        return
    now = await clock.now()
    since = now - dt.timedelta(seconds=seconds)
    day = clock.local(now).date()
    for row in await db.rows(BEFORE, screen.hall, day, screen.id, matter.item, matter.line, since):
        if row["party"] != party:  # the same page tapped twice is one number
            raise JustTaken({**row, "number": number(row)})

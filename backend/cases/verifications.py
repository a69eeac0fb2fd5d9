"""待核查: the commitments that a department is still to verify, and the sweep that lights them."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.cases.commitment_tables import CaseCommitment
from backend.cases.legal_clock import Days, days_from
from backend.cases.record import Asker, locked, record
from backend.cases.rules import case_rules
from backend.cases.term import days_left

OPEN = (
    "v.outcome IN ('', 'mending') AND c.decision <> 'refused'"
    " AND c.state NOT IN ('withdrawn', 'terminated', 'revoked')"
)
DUE = (
    """
SELECT c.id, coalesce(v.mend_by, v.verify_by) AS due, v.light FROM case_commitment v
JOIN service_case c ON c.id = v."case" WHERE c.id > $1 AND v.light <> 'red' AND """
    + OPEN
    + " ORDER BY c.id LIMIT $2"
)
FIRST, BATCH = UUID(int=0), 500
OF = 'SELECT *, coalesce(mend_by, verify_by) AS due FROM case_commitment WHERE "case" = $1'


async def commitment_of(case: UUID) -> dict[str, Any] | None:
    """What was committed to, and what came of it; None where nothing was."""
    found = await db.rows(OF, case)
    return found[0] if found else None


async def light_verifications(most: int = 100_000) -> int:
    """Verifications near their end turn yellow, those past it red; how many turned. Safe twice and at once."""
    turned, last = 0, FIRST
    days = await days_from(clock.local(await clock.now()).date())
    for _ in range(0, most, BATCH):
        rows = await db.rows(DUE, last, BATCH)
        for row in rows:
            if await _light(row["due"], days) != row["light"]:
                turned += await _turn(row["id"], days)
        if len(rows) < BATCH:
            break
        last = rows[-1]["id"]
    return turned


async def _light(due: dt.datetime, days: Days) -> str:
    now = await clock.now()
    if now > due:
        return "red"
    today, last = clock.local(now).date(), clock.local(due).date()
    near = days_left(today, last, days) <= case_rules().yellow_days
    return "yellow" if near else "green"


@db.retrying
async def _turn(case: UUID, days: Days) -> bool:
    async with db.transaction():
        found, known = await locked(case), await commitment_of(case)
        assert known
        light = await _light(known["due"], days)
        if known["outcome"] not in ("", "mending") or light == known["light"]:
            return False
        await CaseCommitment.update({CaseCommitment.light: light}).where(CaseCommitment.case == case)
        await record(case, "verify-light", found["state"], found["state"], Asker(), light=light)
        return True

"""口头陈述: what the applicant says, or will not say, is written down with its time; nothing is ticked beforehand."""

from typing import Any
from uuid import UUID

from backend import cases, clock, db
from backend.handoff.record import record
from backend.handoff.rules import Statement, handoff_rules
from backend.handoff.sitting import BOTH_FIRST, at_side, seen_by_both, unsigned
from backend.refusal import NotFound, Refusal

ANSWERS = {"said": "说了", "refused": "不肯说"}
TAKEN_BACK = "none"
WRITE = """
INSERT INTO handoff_statement (id, handoff, code, text, answer, at, by_staff)
VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6) ON CONFLICT (handoff, code) DO UPDATE
SET text = excluded.text, answer = excluded.answer, at = excluded.at, by_staff = excluded.by_staff
WHERE handoff_statement.answer <> excluded.answer RETURNING id
"""
DROP = "DELETE FROM handoff_statement WHERE handoff = $1 AND code = $2 RETURNING id"
SAID = """
SELECT t.*, s.name AS by_name FROM handoff_statement t JOIN staff s ON s.id = t.by_staff WHERE t.handoff = $1
"""


@db.retrying
async def state_it(handoff: UUID, code: str, answer: str, by: UUID) -> None:
    """One of the statements: said, refused, or neither (`none`: a slip). Refuses: Denied, NotFound, also what is no
    statement of the matter; before both sides know who speaks; a record that is signed.
    """
    async with db.transaction():
        one, _ = await at_side(handoff, by, "desk", "officer")
        sat = await unsigned(one)
        known = {known.code: known for known in await _asked(one["case"])}
        if code not in known or answer not in (*ANSWERS, TAKEN_BACK):
            raise NotFound
        if not seen_by_both(sat):
            raise Refusal(BOTH_FIRST)
        if answer == TAKEN_BACK:
            changed = await db.rows(DROP, handoff, code)
        else:
            changed = await db.rows(WRITE, handoff, code, known[code].says, answer, await clock.now(), by)
        if changed:
            await record(handoff, f"stated-{answer}", one["state"], one["state"], by, known[code].says)


async def _asked(case: UUID) -> list[Statement]:
    return handoff_rules().statements_of(str((await cases.seen(case))["item_code"]))


async def statements_of(one: dict[str, Any]) -> list[dict[str, Any]]:
    """Each that is asked for, with what was answered; for a caller who has asked whose it is."""
    said = {row["code"]: row for row in await db.rows(SAID, one["id"])}
    return [
        {"code": asked.code, "says": asked.says, "given": said.get(asked.code)}
        for asked in await _asked(one["case"])
    ]

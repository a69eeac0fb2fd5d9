"""不归我们: the desk asked the wrong department; the case and its handoff go to the right one, with all they have."""

from typing import Any
from uuid import UUID

from backend import cases, clock, db, esign, identity
from backend.handoff.answer import GONE
from backend.handoff.duty import back, free
from backend.handoff.offers import end_ringing, said_elsewhere, take_back
from backend.handoff.parties import decides
from backend.handoff.phones import calm_supervisors
from backend.handoff.record import locked, move
from backend.handoff.route import route
from backend.handoff.rules import patience
from backend.handoff.sign import KIND
from backend.handoff.sitting import sitting_of
from backend.handoff.tables import SESSION
from backend.refusal import NotFound, Refusal

THEIRS = """
SELECT h."case", d.name AS department_name FROM handoff h JOIN department d ON d.id = h.department
WHERE h.id = $1 AND EXISTS (SELECT 1 FROM handoff_offer o WHERE o.handoff = h.id AND o.officer = $2)
"""
OTHERS = f"""
SELECT o.code, o.name FROM department o JOIN handoff h ON h.id = $1 AND h.department <> o.id
WHERE EXISTS (SELECT 1 FROM staff s WHERE {decides("o.id")}) ORDER BY o.name
"""  # noqa: S608  # our own words
NOBODY = "那个部门还没有审批人员，没有人能接，请选别的部门"


async def asked_of(handoff: UUID, by: UUID) -> dict[str, Any]:
    """The case and its department, for an officer for whom it rang. Refuses: Denied, NotFound."""
    await identity.require(by, "officer")
    found = await db.rows(THEIRS, handoff, by)
    if not found:
        raise NotFound
    return found[0]


async def others(handoff: UUID) -> list[tuple[str, str]]:
    """To which departments it may go: those with anybody who could decide it."""
    return [(row["code"], row["name"]) for row in await db.rows(OTHERS, handoff)]


@db.retrying
async def redirect(handoff: UUID, to: str, why: str, by: UUID) -> None:
    """To the department `to` (its code): its officers are rung at once, for as long as the first were. While it rings
    for them, or they let it ring and nobody has it yet (who writes why answers nothing else), or while they have it.
    Refuses: Denied, NotFound, one that is neither, a department where nobody decides, what `cases.redirect` refuses.
    """
    async with db.transaction():
        was, able = await asked_of(handoff, by), dict(await others(handoff))
        new = await cases.redirect(was["case"], to, why, by, **await _signed(handoff))
        if to not in able:
            raise Refusal(NOBODY)
        one = await locked(handoff)
        await _let_go(one, by)
        await calm_supervisors(one)
        now = await clock.now()
        values = {
            "department": new["id"], "officer": None, "round": 0, "wanted": None, "after": None, "due_at": now,
            "give_up_at": now + patience(),
        }  # fmt: skip
        says = f"{was['department_name']} → {new['name']}：{why}"
        await route(await move(one, "redirected", "queued", by, says, **values))


async def _signed(handoff: UUID) -> dict[str, str]:
    """What was signed by then, as the history of the case leads to it."""
    sat = await sitting_of(handoff)
    return {"handoff": str(handoff)} if sat and sat["record_way"] else {}


async def _let_go(one: dict[str, Any], by: UUID) -> None:
    if one["state"] in SESSION and one["officer"] == by:
        await free(by)
        await take_back(one, "rescinded", "elsewhere")
        await esign.cancel(KIND, one["id"])
    elif one["state"] in ("queued", "ringing") and await said_elsewhere(one, by):
        await end_ringing(one, "rescinded")
        await back(by)
    else:
        raise Refusal(GONE)

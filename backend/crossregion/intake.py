"""在驻沪办事点收件: taken in for a department at home, in the mode that its plan says."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import cases, catalog, db, identity, secrecy
from backend.crossregion.eligible import Plan, applicants_of, plan
from backend.crossregion.rules import desk_rules
from backend.crossregion.tables import DeskIntake
from backend.refusal import NotFound, Refusal

CHANNEL = "4"
MISSING = "没有找到这个驻沪收办的办件"
BY_PROXY = "受托来办的人的证件"
INTAKE = """
SELECT t.*, c.state, c.handed_at, c.department, c.number, c.item, c.account, c.name_sealed, c.organisation, c.bundle,
       i.name AS item_name, h.name AS hall_name, d.name AS department_name
FROM desk_intake t JOIN service_case c ON c.id = t."case" JOIN item i ON i.id = c.item
JOIN hall h ON h.id = c.hall JOIN department d ON d.id = c.department WHERE c.id = $1
"""

TOGETHER = """
SELECT o.item, o.id FROM service_case c JOIN service_case o ON o.person_index = c.person_index AND o.hall = c.hall
WHERE c.id = $1 AND o.id <> c.id AND o.state NOT IN ('delivered', 'filed', 'declined', 'withdrawn', 'terminated',
  'returned', 'revoked') ORDER BY o.received_at
"""


class Seat(msgspec.Struct, frozen=True):
    """Who sits at the desk, in which situation, and which conditions of the papers hold (as `plan` takes them);
    `identified`: the ID of who sits there was seen, and is theirs.
    """

    applicant: str
    situation: str = ""
    conditions: tuple[str, ...] = ()
    identified: bool = False


@db.retrying
async def take_in(wanted: cases.Wanted, seat: Seat, by: UUID, token: str) -> UUID:
    """收件 at the desk; returns the case. The same token again is the same case. Refuses: as `cases.take_in`, an item
    that the desk does not take in, an applicant whom the item does not know.
    """
    async with db.transaction(refusing=cases.receipt_refusals()):
        return (await open_here(wanted, seat, by, token))[0]


async def open_here(wanted: cases.Wanted, seat: Seat, by: UUID, token: str) -> tuple[UUID, bool]:
    """A part: as `take_in`; and whether the case is new."""
    await identity.require(by, "desk", hall=wanted.hall, missing="没有找到这个办事点")
    item = await catalog.item(wanted.item)
    if not item.shanghai:
        raise Refusal(f"{item.name}，驻沪办事点不收")
    if seat.applicant not in applicants_of(item):
        raise Refusal(f"{item.name}，请选谁来办")
    found = await plan(item, seat.applicant, seat.situation, list(seat.conditions))
    case, new = await cases.take_in(wanted, by, token, CHANNEL)
    if new:
        made = DeskIntake(
            id=uuid4(), case=case, applicant=seat.applicant, situation=seat.situation,
            conditions=list(seat.conditions), mode=found.mode, signing=found.signing, live=found.live,
            originals=found.originals,
        )  # fmt: skip
        await DeskIntake.insert(made)
        if seat.identified:
            await _identified(case, seat, by)
    return case, new


async def _identified(case: UUID, seat: Seat, by: UUID) -> None:
    """身份核对 is written down; the ID of who comes by a 委托书 proves nothing of who is far away."""
    [row] = await db.rows("SELECT person FROM service_case WHERE id = $1", case)
    proxy = desk_rules().applicants[seat.applicant].mandate
    if not proxy:
        await identity.mark_proved(row["person"], by)
    why = BY_PROXY if proxy else ""
    await cases.record(case, "identified", "received", "received", cases.Asker(staff=by), why)


def identified(one: dict[str, Any]) -> dict[str, Any] | None:
    """When it was and who did it, of a case as `show_to_staff` gives it; None where nobody did."""
    return next((event for event in one["events"] if event["kind"] == "identified"), None)


async def take_in_too(case: UUID, item: UUID, by: UUID, token: str) -> UUID:
    """一起办: another matter of the same applicant, in the same sitting; returns its case. What goes with a 一件事 is
    one more of its cases. Refuses: as `take_in`, a case of an account that is closed.
    """
    one = await cases.show_to_staff(case, by)
    before, known = await intake_of(case), applicants_of(await catalog.item(item))
    if one["person"] is None:
        raise Refusal("申请人的账号已经注销，请重新收件")
    wanted = cases.Wanted(
        item=item, hall=one["hall_code"], phone=secrecy.unseal(one["phone_sealed"]), who=UUID(str(one["person"])),
        organisation=one["organisation"], uscc=one["uscc"], bundle=one["bundle"],
        lead=(one["lead"] or case) if one["bundle"] else None,
    )  # fmt: skip
    who = before["applicant"] if before["applicant"] in known else next(iter(known), "")
    return await take_in(wanted, Seat(who, "", tuple(before["conditions"]), bool(identified(one))), by, token)


async def taken_too(case: UUID) -> dict[UUID, UUID]:
    """What the same applicant has open at the same desk: item and case."""
    return {row["item"]: row["id"] for row in await db.rows(TOGETHER, case)}


async def intake_of(case: UUID) -> dict[str, Any]:
    """How it was taken in; for a caller who has asked whose it is. Refuses: NotFound."""
    found = await db.rows(INTAKE, case)
    if not found:
        raise NotFound(MISSING)
    return found[0]


async def plan_of(intake: dict[str, Any]) -> Plan:
    """The plan as it is now, for the seat as it was taken."""
    item = await catalog.item(intake["item"])
    return await plan(item, intake["applicant"], intake["situation"], intake["conditions"])

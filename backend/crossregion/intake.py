"""在驻沪办事点收件: taken in for a department at home, with its papers, and handed on to it."""

from typing import IO, Any
from uuid import UUID, uuid4

import msgspec

from backend import cases, catalog, db, files, identity, secrecy
from backend.catalog.tables import Material
from backend.crossregion.eligible import Plan, applicants_of, plan
from backend.crossregion.outbox import enqueue
from backend.crossregion.tables import DeskIntake
from backend.refusal import NotFound, Refusal

CHANNEL = "4"
MISSING = "没有找到这个驻沪收办的办件"
NOT_HERE = "这件事驻沪办事点不收"
MOVED = "这个办件已经往下走了，不能再收材料"
INTAKE = """
SELECT t.*, c.state, c.handed_at, c.department, c.number, c.item, c.account, c.name_sealed, c.organisation,
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
    """Who sits at the desk, in which situation, and which conditions of the papers hold (as `plan` takes them)."""

    applicant: str
    situation: str = ""
    conditions: tuple[str, ...] = ()


@db.retrying
async def take_in(wanted: cases.Wanted, seat: Seat, by: UUID, token: str) -> UUID:
    """收件 at the desk; returns the case. The same token again is the same case. Refuses: as `cases.take_in`, an item
    that the desk does not take in, an applicant whom the item does not know.
    """
    await identity.require(by, "desk", hall=wanted.hall, missing="没有找到这个办事点")
    item = await catalog.item(wanted.item)
    if not item.shanghai:
        raise Refusal(NOT_HERE)
    if seat.applicant not in applicants_of(item):
        raise Refusal("请选谁来办")
    found = await plan(item, seat.applicant, seat.situation, list(seat.conditions))
    async with db.transaction(refusing=cases.receipt_refusals()):
        case, new = await cases.take_in(wanted, by, token, CHANNEL)
        if new:
            made = DeskIntake(
                id=uuid4(), case=case, applicant=seat.applicant, situation=seat.situation,
                conditions=list(seat.conditions), mode=found.mode, signing=found.signing, live=found.live,
                originals=found.originals,
            )  # fmt: skip
            await DeskIntake.insert(made)
    return case


async def take_in_too(case: UUID, item: UUID, by: UUID, token: str) -> UUID:
    """一起办: another matter of the same applicant, in the same sitting; returns its case. Refuses: as `take_in`, a
    case of an account that is closed.
    """
    one = await cases.show_to_staff(case, by)
    before, known = await intake_of(case), applicants_of(await catalog.item(item))
    if one["person"] is None:
        raise Refusal("申请人的账号已经注销，请重新收件")
    wanted = cases.Wanted(
        item=item, hall=one["hall_code"], phone=secrecy.unseal(one["phone_sealed"]), who=UUID(str(one["person"])),
        organisation=one["organisation"], uscc=one["uscc"],
    )  # fmt: skip
    who = before["applicant"] if before["applicant"] in known else next(iter(known), "")
    return await take_in(wanted, Seat(who), by, token)


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


class Sheet(msgspec.Struct, frozen=True):
    """One of the papers that were laid on the table: its pages as photos or PDF (with the names that they had), and
    how many originals stay here because they travel.
    """

    name: str
    files: tuple[tuple[str, IO[bytes]], ...] = ()
    originals: int = 0


async def hand_in(case: UUID, sheets: list[Sheet], checked: bool, by: UUID) -> None:
    """收材料: all that was laid on the table, at once. `checked`: every page was held against its original.
    Refuses: Denied, NotFound, nothing at all, what `files.keep` refuses (named), a case that is past it, too many.
    """
    if not any(sheet.files or sheet.originals for sheet in sheets):
        raise Refusal("请先选照片或 PDF，或写明留下几份原件")
    await intake_of(case)
    shots = [(sheet.name, kept) for sheet in sheets for kept in await cases.kept_of(sheet.files)]
    await _hand_in(case, [(sheet.name, sheet.originals, 0) for sheet in sheets], shots, checked, by)


@db.retrying
async def _hand_in(
    case: UUID,
    papers: list[tuple[str, int, int]],
    shots: list[tuple[str, files.Kept]],
    checked: bool,
    by: UUID,
) -> None:
    async with db.transaction():
        found = await cases.held(case, by)
        if found["state"] not in ("received", "correcting", "accepted", "paused"):
            raise Refusal(MOVED)
        await cases.bring_in(case, cases.Asker(staff=by), papers, shots)
        if checked:
            there = [UUID(str(paper["id"])) for paper in await cases.papers_of(case)]
            await cases.mark_checked(found, there, by)


def lacking(planned: Plan, papers: list[dict[str, Any]]) -> list[str]:
    """预审: what is not there yet of what has to be there."""
    there = {paper["name"] for paper in papers}
    needed = [one.name for one in planned.papers if _needed(one)] + planned.more
    return [name for name in needed if name not in there]


def _needed(one: Material) -> bool:
    return one.necessity == 1 and not one.deferrable


@db.retrying
async def hand_on(case: UUID, by: UUID) -> None:
    """交给启东: the department has the case, its papers and what was signed. Refuses: Denied, NotFound, no consent, a
    paper that is missing, a page that nobody held against its original, one that was handed on.
    """
    async with db.transaction():
        await cases.held(case, by)
        intake = await intake_of(case)
        if not intake["consent_way"]:
            raise Refusal("先请申请人签同意书")
        papers = await cases.papers_of(case)
        if missing := lacking(await plan_of(intake), papers):
            raise Refusal(f"还缺：{'、'.join(missing)}")
        if loose := {
            paper["name"] for paper in papers if paper["form"] == "file" and not paper["checked_at"]
        }:
            raise Refusal(f"还没和原件核对：{'、'.join(sorted(loose))}")
        await cases.hand_on(case, by)
        await enqueue(case, intake["department"])

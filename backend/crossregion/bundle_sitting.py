"""The sitting of a 一件事: its cases side by side, signed, given their papers and handed over at once.

Each case goes to its own department alone. A paper is asked for once: its pages lie with every case that asks for it;
an original is in one place only, and goes with the first case that wants originals sent.
"""

from typing import Any
from uuid import UUID

import msgspec

from backend import cases, db
from backend.crossregion.consent import CHANGED, OPEN, SIGNED, consent, consent_text, digest, signable
from backend.crossregion.eligible import Plan
from backend.crossregion.hand_in import Papers, Sheet, Shots, lacking, lay, shots_of
from backend.crossregion.hand_over import pass_on
from backend.crossregion.intake import intake_of, plan_of
from backend.refusal import Denied, NotFound, Refusal

ALONE = "这个办件不是和别的一起收的"
GONE = "都交给启东了。要补的材料，请到各个办件里收"
UNKNOWN = "没有这一样材料，请重新打开这一页"
CASES = """
SELECT o.id FROM service_case c JOIN service_case o ON o.id = coalesce(c.lead, c.id) OR o.lead = coalesce(c.lead, c.id)
WHERE c.id = $1 AND c.bundle <> '' ORDER BY o.lead IS NOT NULL, o.received_at, o.number
"""


class Seated(msgspec.Struct, frozen=True):
    """One of the cases: how it was taken in, how it goes, what is there and what is `lacking`; its consent's text and
    hash; `one`: what `cases.show_to_staff` says of it.
    """

    one: dict[str, Any]
    intake: dict[str, Any]
    plan: Plan
    papers: list[dict[str, Any]]
    text: str
    hash: str

    @property
    def id(self) -> UUID:
        """The case."""
        return UUID(str(self.one["id"]))

    @property
    def signed(self) -> bool:
        """Whether its consent is."""
        return bool(self.intake["consent_way"])

    @property
    def unsigned(self) -> bool:
        """The applicant still has to agree."""
        return not self.signed and self.one["state"] in OPEN

    @property
    def waits(self) -> bool:
        """Whether it still lies at the desk."""
        return self.one["state"] == "received" and self.one["handed_at"] is None

    @property
    def names(self) -> list[str]:
        """The papers that it asks for."""
        return [*(paper.name for paper in self.plan.papers), *self.plan.more]

    @property
    def lacking(self) -> list[str]:
        """What has to be there and is not."""
        return lacking(self.plan, self.papers)


async def sitting(case: UUID, by: UUID) -> list[Seated]:
    """The cases that were taken in with this one, the first first. Refuses: NotFound, also where it came alone."""
    await cases.show_to_staff(case, by)
    found = [await _seated(one, by) for one in await cases_of(case)]
    if not found:
        raise NotFound(ALONE)
    return found


async def cases_of(case: UUID) -> list[UUID]:
    """Which were taken in with it, itself among them, the first first; for a caller who asks whose they are."""
    return [row["id"] for row in await db.rows(CASES, case)]


async def sitting_of(case: UUID, by: UUID | None = None) -> list[UUID]:
    """The case and what was taken in with it; who asks, if not a phone that was let in. Refuses: Denied, NotFound."""
    if by:
        await cases.show_to_staff(case, by)
    return [case, *await cases_of(case)]


async def _seated(case: UUID, by: UUID) -> Seated:
    one, intake = await cases.show_to_staff(case, by), await intake_of(case)
    text = consent_text(intake)
    return Seated(one, intake, await plan_of(intake), await cases.papers_of(case), text, digest(text))


def asked_of(all_: list[Seated]) -> dict[str, list[Seated]]:
    """Each paper once, in order, and the cases that ask for it."""
    names = dict.fromkeys(name for one in all_ for name in one.names)
    return {name: [one for one in all_ if name in one.names] for name in names}


async def consent_to_all(case: UUID, hashes: list[str], image: bytes, by: UUID) -> None:
    """签同意书: one signature under each text that was shown, one consent after the other, so that it can stop and go
    on. Refuses: as `consent`; nothing is signed where one of the texts is not what was shown, or all are.
    """
    unsigned = [one for one in await sitting(case, by) if one.unsigned]
    if not unsigned:
        raise Refusal(SIGNED)
    if {one.hash for one in unsigned} != set(hashes):
        raise Refusal(CHANGED)
    for one in unsigned:
        signable(one.intake, one.plan, drawn=bool(image))
    await _untouched(unsigned, by)
    for one in unsigned:
        await consent(one.id, one.hash, image, by)


async def _untouched(all_: list[Seated], by: UUID) -> None:
    """Refuses: Overtaken, before anything is done to the first of them."""
    async with db.transaction():
        for one in sorted(all_, key=_id):
            await cases.held(one.id, by)


async def hand_in_to_all(case: UUID, sheets: list[Sheet], checked: bool, by: UUID) -> None:
    """收材料 for all that still lie at the desk, at once. Refuses: as `hand_in`, a paper that none asks for."""
    waiting = [one for one in await sitting(case, by) if one.waits]
    if not waiting:
        raise Refusal(GONE)
    asked = asked_of(waiting)
    if any(sheet.name not in asked for sheet in sheets):
        raise Refusal(UNKNOWN)
    shots = await shots_of(sheets)
    await _lay(waiting, {one.id: _originals(one, sheets, asked) for one in waiting}, shots, checked, by)


def _originals(one: Seated, sheets: list[Sheet], asked: dict[str, list[Seated]]) -> Papers:
    """Those that go with this case."""
    return [(sheet.name, sheet.originals, 0) for sheet in sheets if keeper_of(asked[sheet.name]) is one]


def keeper_of(asking: list[Seated]) -> Seated | None:
    """With which of the cases the original goes; None where none of them wants it sent."""
    return next((one for one in asking if one.plan.originals), None)


@db.retrying
async def _lay(
    waiting: list[Seated], originals: dict[UUID, Papers], shots: Shots, checked: bool, by: UUID
) -> None:
    async with db.transaction():
        for one in sorted(waiting, key=_id):
            own = [(name, kept) for name, kept in shots if name in one.names]
            await lay(one.id, originals[one.id], own, checked, by)


def _id(one: Seated) -> UUID:
    return one.id


@db.retrying
async def hand_on_all(case: UUID, by: UUID) -> None:
    """一起交给启东: each to its department, all or none. Refuses: as `hand_on`, all that stops it by its matter."""
    waiting = [one for one in await sitting(case, by) if one.waits]
    if not waiting:
        raise Refusal(GONE)
    async with db.transaction():
        for one in sorted(waiting, key=_id):
            await cases.held(one.id, by)
        refused = [said for one in waiting if (said := await _refused(one, by))]
        if refused:
            raise Refusal("；".join(refused))


async def _refused(one: Seated, by: UUID) -> str:
    """Why this one does not go; nothing where it goes."""
    try:
        await pass_on(one.id, by)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return f"{one.one['item_name']}：{refusal.sentence}"
    return ""

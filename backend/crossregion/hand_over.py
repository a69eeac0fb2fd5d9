"""交给启东: what was taken in at the desk goes to the department that decides it."""

from uuid import UUID

from backend import cases, db
from backend.crossregion.hand_in import lacking
from backend.crossregion.intake import intake_of, plan_of
from backend.crossregion.live import require_met
from backend.crossregion.mandate import require_mandate
from backend.crossregion.outbox import enqueue
from backend.refusal import Refusal

ON_PAPER = "这件事要在纸上签名：请把同意书打印出来签，原件一起寄"
NO_ORIGINALS = "这件事的原件要寄启东：请在材料里填留下几份原件"


@db.retrying
async def hand_on(case: UUID, by: UUID) -> None:
    """交给启东: the department has the case, its papers and what was signed. Refuses: Denied, NotFound, no consent, no
    委托书 where one is needed, a paper that is missing, a consent that is not on paper or no original where the matter
    asks for them, a page that nobody held against its original, an applicant whom somebody has to see (屏对屏) and
    nobody saw, one that was handed on.
    """
    async with db.transaction():
        await pass_on(case, by)


async def pass_on(case: UUID, by: UUID) -> None:
    """A part: as `hand_on`."""
    await cases.held(case, by)
    intake = await intake_of(case)
    if not intake["consent_way"]:
        raise Refusal("先请申请人签同意书")
    await require_mandate(intake)
    planned, papers = await plan_of(intake), await cases.papers_of(case)
    if missing := lacking(planned, papers):
        raise Refusal(f"还缺：{'、'.join(missing)}")
    if planned.signing == "paper" and intake["consent_way"] != "paper":
        raise Refusal(ON_PAPER)
    if planned.originals and not any(paper["originals"] for paper in papers):
        raise Refusal(NO_ORIGINALS)
    if loose := {paper["name"] for paper in papers if paper["form"] == "file" and not paper["checked_at"]}:
        raise Refusal(f"还没和原件核对：{'、'.join(sorted(loose))}")
    await require_met(intake, planned)
    await cases.hand_on(case, by)
    await enqueue(case, intake["department"])

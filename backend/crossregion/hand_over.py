"""交给启东: what was taken in at the desk goes to the department that decides it."""

from uuid import UUID

from backend import cases, db
from backend.crossregion.hand_in import lacking
from backend.crossregion.intake import intake_of, plan_of
from backend.crossregion.mandate import require_mandate
from backend.crossregion.outbox import enqueue
from backend.refusal import Refusal


@db.retrying
async def hand_on(case: UUID, by: UUID) -> None:
    """交给启东: the department has the case, its papers and what was signed. Refuses: Denied, NotFound, no consent, no
    委托书 where one is needed, a paper that is missing, a page that nobody held against its original, one that was
    handed on.
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
    papers = await cases.papers_of(case)
    if missing := lacking(await plan_of(intake), papers):
        raise Refusal(f"还缺：{'、'.join(missing)}")
    if loose := {paper["name"] for paper in papers if paper["form"] == "file" and not paper["checked_at"]}:
        raise Refusal(f"还没和原件核对：{'、'.join(sorted(loose))}")
    await cases.hand_on(case, by)
    await enqueue(case, intake["department"])

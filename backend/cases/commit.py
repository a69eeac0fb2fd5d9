"""告知承诺: a case is accepted on a written commitment, may be decided at once, and is verified later (核查)."""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db
from backend.cases import legal_clock
from backend.cases.accept import begin, refuse_overdue
from backend.cases.askers import accepts, in_state
from backend.cases.commitment_tables import CaseCommitment
from backend.cases.record import Asker, locked
from backend.cases.rules import case_rules
from backend.catalog.tables import Item
from backend.refusal import Refusal

NOT_SO = "这件事不能用告知承诺办，请按材料受理"


async def usual_text(item: UUID) -> str:
    """What an applicant signs for this matter (`cases.toml`); empty where it is not done by commitment."""
    found = await Item.objects().where(Item.id == item, Item.commitment.eq(True)).first()
    if found is None:
        return ""
    text = case_rules().commitment.replace("{item}", found.name)
    return text.replace("{conditions}", str(found.conditions))


@db.retrying
async def commit(case: UUID, text: str, by: UUID, *, signed: bool) -> None:
    """告知承诺: accepted on the text that the applicant `signed`; the department verifies it within the days of
    `cases.toml`. Refuses: Denied, NotFound, a case that is past it, an item that is not done so, no text, none signed.
    """
    if not text or not signed:
        raise Refusal("请写明承诺的内容，申请人签了字才能这样受理")
    await refuse_overdue(case, by)
    async with db.transaction():
        found = await locked(case)
        await accepts(found, by)
        in_state(found, "received")
        if not found["by_commitment"]:
            raise Refusal(NOT_SO)
        made = await _made(found, text)
        await CaseCommitment.insert(made)
        await begin(found, made.signed_at, Asker(staff=by), "committed", None, verify_by=made.verify_by)


async def _made(case: dict[str, Any], text: str) -> CaseCommitment:
    now = await clock.now()
    day = await clock.working_day_after(clock.local(now).date(), case_rules().verify_days)
    verify_by = await legal_clock.closing_at_home(case, day)
    return CaseCommitment(id=uuid4(), case=case["id"], text=text, signed_at=now, verify_by=verify_by)

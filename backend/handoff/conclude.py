"""办结这一次: what the officer concludes becomes the case's by its own verbs, and the session is over.

Each step looks whether it was done before, so that who presses again after a break goes on where it stopped.
"""

from typing import Any
from uuid import UUID

from backend import cases, db, esign
from backend.handoff.duty import free
from backend.handoff.record import move
from backend.handoff.sign import KIND
from backend.handoff.sitting import BOTH_FIRST, at_side, begun, in_session, seen_by_both
from backend.handoff.sitting_tables import HandoffSitting
from backend.refusal import Refusal

OUTCOMES = {
    "granted": "准予", "refused": "不予", "accepted": "受理，回去办", "gaps": "还要补材料", "advice": "只是咨询",
}  # fmt: skip
OF_THE_CASE = ("granted", "refused", "accepted")  # what the department says of a case that it has
UNHANDED = "先请办事点把办件交过来，再{}"
NO_REASON = "不予的，请写明理由和依据"
NO_GAPS = "请写明还要补什么，一行一样"
UNSIGNED = "先请申请人在办理记录上签字，再作决定"
DECIDED = "这个办件已经作出决定了，请选那个决定来结束"
GAPS = """
SELECT array_agg(what ORDER BY position) AS gaps FROM case_gap WHERE "case" = $1 AND kind = 'correction'
  AND filled_at IS NULL
"""


async def conclude(handoff: UUID, outcome: str, by: UUID, why: str = "", gaps: tuple[str, ...] = ()) -> None:
    """One of OUTCOMES. `why`: the reason of a refusal; `gaps`: what is missing, by name: the one notice of a case that
    was handed over, else what the desk collects first. Again is once. Refuses: Denied, NotFound, nobody in sight,
    before both sides know who applies or anybody handed the case over (what the case is told), a grant without the
    applicant's signature, what the case's own verbs refuse.
    """
    case = await _possible(handoff, outcome, by, why, gaps)
    if case is None:
        return
    await _in_case(case, outcome, by, why, gaps)
    await _end(handoff, outcome, by, why, gaps)


@db.retrying
async def _possible(
    handoff: UUID, outcome: str, by: UUID, why: str, gaps: tuple[str, ...]
) -> dict[str, Any] | None:
    """The case; None where this was concluded before."""
    async with db.transaction():
        one, _ = await at_side(handoff, by, "officer")
        if one["state"] == "done" and (await begun(one))["outcome"] == outcome:
            return None
        in_session(one)
        _whole(outcome, why, gaps)
        sat, case = await begun(one), await cases.seen(one["case"])
        if outcome in OF_THE_CASE and not seen_by_both(sat):
            raise Refusal(BOTH_FIRST)
        if outcome in OF_THE_CASE and case["handed_at"] is None:
            raise Refusal(UNHANDED.format("受理" if outcome == "accepted" else "作决定"))
        if outcome == "granted" and not sat["record_way"]:
            raise Refusal(UNSIGNED)
        return case


def _whole(outcome: str, why: str, gaps: tuple[str, ...]) -> None:
    if outcome not in OUTCOMES:
        raise Refusal("请选结果")
    if outcome == "refused" and not why:
        raise Refusal(NO_REASON)
    if outcome == "gaps" and not gaps:
        raise Refusal(NO_GAPS)


async def _in_case(case: dict[str, Any], outcome: str, by: UUID, why: str, gaps: tuple[str, ...]) -> None:
    """What is already so is not done again."""
    if case["decision"]:
        if case["decision"] != outcome:
            raise Refusal(DECIDED)
        return
    if outcome in OF_THE_CASE and not case["accepted_at"]:
        await cases.accept(case["id"], by)
    if outcome in ("granted", "refused"):
        await cases.decide(case["id"], outcome, by, why)
    if outcome == "gaps" and case["handed_at"] and not await _told(case["id"], gaps):
        await cases.correct(case["id"], by, [cases.Gap(what, "") for what in gaps])


async def _told(case: UUID, gaps: tuple[str, ...]) -> bool:
    [open_ones] = await db.rows(GAPS, case)
    return tuple(open_ones["gaps"] or ()) == gaps


@db.retrying
async def _end(handoff: UUID, outcome: str, by: UUID, why: str, gaps: tuple[str, ...]) -> None:
    async with db.transaction():
        one, _ = await at_side(handoff, by, "officer")
        in_session(one)
        sat = await begun(one)
        said: dict[Any, Any] = {
            HandoffSitting.outcome: outcome, HandoffSitting.why: why, HandoffSitting.gaps: list(gaps),
        }  # fmt: skip
        await HandoffSitting.update(said).where(HandoffSitting.handoff == handoff)
        await esign.cancel(KIND, handoff)
        await move(one, "concluded", "done", by, OUTCOMES[outcome])
        await free(by)
        state = (await cases.seen(one["case"]))["state"]
        told = "；".join([OUTCOMES[outcome], *gaps]) if gaps else OUTCOMES[outcome]
        await cases.record(
            one["case"], "met", state, state, cases.Asker(staff=by), told, handoff=str(handoff),
            hash=sat["record_hash"][:16], signed=sat["signed_at"].timestamp() if sat["signed_at"] else 0,
        )  # fmt: skip

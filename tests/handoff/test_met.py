"""要屏对屏的事 goes home when somebody who decides it has seen the applicant, or says that nobody has to."""

import pytest

from backend.crossregion import hand_over
from backend.handoff import answer, conclude, identify
from backend.refusal import Refusal
from tests.handoff.meeting import meeting, papers, rung


async def test_a_matter_that_asks_for_it_is_not_handed_on_before_both_sides_saw_the_applicant() -> None:
    at = await meeting()
    await papers(at.case, at.desk)
    await identify.identify(at.handoff, at.desk)
    with pytest.raises(Refusal, match="要先屏对屏（要当面核对本人"):
        await hand_over.hand_on(at.case, at.desk)
    await identify.identify(at.handoff, at.officer)
    await hand_over.hand_on(at.case, at.desk)


async def test_a_session_in_which_nobody_was_known_lets_nothing_through() -> None:
    at = await meeting()
    await papers(at.case, at.desk)
    await conclude.conclude(at.handoff, "advice", at.officer)
    with pytest.raises(Refusal, match="要先屏对屏"):
        await hand_over.hand_on(at.case, at.desk)


async def test_an_officer_who_goes_by_the_papers_lets_it_through() -> None:
    at = await rung()
    await papers(at.case, at.desk)
    await answer.by_papers(at.handoff, at.officer)
    await hand_over.hand_on(at.case, at.desk)


async def test_a_matter_that_asks_for_nothing_goes_home_without_a_session() -> None:
    at = await rung("医药费零星报销")
    await papers(at.case, at.desk)
    await hand_over.hand_on(at.case, at.desk)

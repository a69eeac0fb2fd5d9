"""核对身份 and 口头陈述: each side for itself, what was said with its time, and nothing after the signature."""

import pytest

from backend import db
from backend.handoff import answer, identify, statements
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.meeting import meeting, rung
from tests.visits.town import staff


async def test_both_sides_say_that_it_is_the_applicant_each_for_itself() -> None:
    at = await meeting()
    await identify.identify(at.handoff, at.desk)
    await identify.identify(at.handoff, at.desk)
    steps = await at.steps(at.officer)
    assert (steps["both"], steps["sat"]["desk_name"], steps["sat"]["officer_saw_at"]) == (
        False,
        "施办事",
        None,
    )
    await identify.identify(at.handoff, at.officer)
    assert (await at.steps(at.desk))["both"]
    said = await db.rows("SELECT by_staff, why FROM handoff_event WHERE kind = 'identified' ORDER BY at")
    assert [row["by_staff"] for row in said] == [at.desk, at.officer]


async def test_who_looks_again_takes_back_their_own_word_only() -> None:
    at = await meeting()
    await at.known()
    await identify.take_back(at.handoff, at.desk)
    sat = (await at.steps(at.desk))["sat"]
    assert (sat["desk_saw_at"], sat["desk_saw_by"]) == (None, None)
    assert sat["officer_saw_by"] == at.officer
    with pytest.raises(Refusal, match="还没有核对"):
        await identify.take_back(at.handoff, at.desk)
    await at.known()
    assert (await at.steps(at.desk))["both"]


async def test_nobody_else_and_nobody_who_does_not_see_them_says_who_it_is() -> None:
    at = await rung()
    with pytest.raises(Refusal, match="还没有接通"):
        await identify.identify(at.handoff, at.desk)
    with pytest.raises((Denied, NotFound)):
        await identify.identify(at.handoff, at.officer)
    await answer.accept(at.handoff, at.officer)
    for other in (
        await staff("desk", "hall", "city"),
        await staff("officer", "department", "no-such"),
        await staff("manager", "hall", "shanghai"),
    ):
        with pytest.raises((Denied, NotFound)):
            await identify.identify(at.handoff, other)


async def test_what_the_applicant_says_is_asked_for_by_matter_and_ticked_by_nobody_beforehand() -> None:
    at = await meeting()
    said = (await at.steps(at.officer))["said"]
    assert [each["given"] for each in said] == [None] * len(said)
    assert any("还是夫妻" in each["says"] for each in said)
    other = await meeting_of_another_matter()
    assert not any("还是夫妻" in each["says"] for each in other)


async def meeting_of_another_matter() -> list[dict[str, str]]:
    at = await meeting("医药费零星报销")
    return (await at.steps(at.officer))["said"]


async def test_a_statement_is_written_down_said_or_refused_once_both_know_who_speaks() -> None:
    at = await meeting()
    with pytest.raises(Refusal, match="先核对身份"):
        await statements.state_it(at.handoff, "true", "said", at.officer)
    await at.known()
    await statements.state_it(at.handoff, "true", "said", at.officer)
    await statements.state_it(at.handoff, "own-will", "refused", at.desk)
    given = {each["code"]: each["given"] for each in (await at.steps(at.desk))["said"]}
    assert (given["true"]["answer"], given["true"]["by_staff"]) == ("said", at.officer)
    assert (given["own-will"]["answer"], given["own-will"]["by_staff"]) == ("refused", at.desk)
    assert given["told"] is None
    kinds = [row["kind"] for row in await db.rows("SELECT kind FROM handoff_event ORDER BY at")]
    assert kinds[-2:] == ["stated-said", "stated-refused"]


async def test_a_slip_is_taken_back_and_asked_anew() -> None:
    at = await meeting()
    await at.known()
    await statements.state_it(at.handoff, "true", "refused", at.officer)
    await statements.state_it(at.handoff, "true", "none", at.officer)
    assert not any(each["given"] for each in (await at.steps(at.desk))["said"])
    for code, answered in (("no-such", "said"), ("true", "perhaps")):
        with pytest.raises(NotFound):
            await statements.state_it(at.handoff, code, answered, at.officer)


async def test_what_was_signed_changes_no_more() -> None:
    at = await meeting()
    await at.signed()
    for late in (
        identify.take_back(at.handoff, at.desk),
        identify.identify(at.handoff, at.officer),
        statements.state_it(at.handoff, "true", "none", at.officer),
    ):
        with pytest.raises(Refusal, match="签过字了"):
            await late

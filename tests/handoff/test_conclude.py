"""结果: what the officer concludes is the case's by its own verbs, once, also after a break."""

from typing import Any
from uuid import UUID

import pytest

from backend import cases, db
from backend.handoff import conclude, duty, identify
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.meeting import Meeting, meeting
from tests.handoff.sides import state
from tests.visits.town import staff


async def ready() -> Meeting:
    """Signed, and handed over."""
    at = await meeting()
    await at.known()
    await at.handed_over()
    await at.signed()
    return at


async def kinds(case: UUID) -> list[str]:
    found = await db.rows('SELECT kind FROM case_event WHERE "case" = $1 ORDER BY at, id', case)
    return [row["kind"] for row in found]


async def test_a_grant_is_accepted_and_decided_and_the_officer_writes_it_up() -> None:
    at = await ready()
    await conclude.conclude(at.handoff, "granted", at.officer)
    case = await cases.seen(at.case)
    assert (case["state"], case["decision"]) == ("decided", "granted")
    assert (await state(at.handoff))["state"] == "done"
    found = await duty.duty_of(at.officer)
    assert found
    assert found["state"] == "wrapping"
    assert (await kinds(at.case))[-3:] == ["accepted", "decided", "met"]
    told = await db.rows("SELECT kind FROM notice WHERE about = $1", at.case)
    assert {"case-accepted", "case-decided"} <= {row["kind"] for row in told}


async def test_pressed_twice_is_once() -> None:
    at = await ready()
    await conclude.conclude(at.handoff, "granted", at.officer)
    before = await kinds(at.case)
    await conclude.conclude(at.handoff, "granted", at.officer)
    assert await kinds(at.case) == before
    with pytest.raises(Refusal, match="已经结束"):
        await conclude.conclude(at.handoff, "advice", at.officer)


@pytest.mark.parametrize("broken", ["decide", "_end"])
async def test_who_presses_again_after_a_break_finishes(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await ready()

    async def gone(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(cases if broken == "decide" else conclude, broken, gone)
        with pytest.raises(ConnectionError):
            await conclude.conclude(at.handoff, "granted", at.officer)
    assert (await state(at.handoff))["state"] == "live"
    if broken == "_end":
        with pytest.raises(Refusal, match="已经作出决定"):
            await conclude.conclude(at.handoff, "advice", at.officer)
    await conclude.conclude(at.handoff, "granted", at.officer)
    assert (await kinds(at.case)).count("accepted") == (await kinds(at.case)).count("decided") == 1
    assert (await state(at.handoff))["state"] == "done"


async def test_a_refusal_needs_its_reason_and_no_signature() -> None:
    at = await meeting()
    await at.known()
    await at.handed_over()
    with pytest.raises(Refusal, match="写明理由"):
        await conclude.conclude(at.handoff, "refused", at.officer)
    await conclude.conclude(at.handoff, "refused", at.officer, "不符合条件")
    assert (await cases.seen(at.case))["decision"] == "refused"


async def test_what_the_case_is_told_waits_for_both_words_the_hand_over_and_a_grant_for_the_signature() -> (
    None
):
    at = await meeting()
    with pytest.raises(Refusal, match="先核对身份"):
        await conclude.conclude(at.handoff, "accepted", at.officer)
    await at.known()
    for outcome, words in (("accepted", "再受理"), ("granted", "再作决定"), ("refused", "再作决定")):
        with pytest.raises(Refusal, match=f"先请办事点把办件交过来，{words}"):
            await conclude.conclude(at.handoff, outcome, at.officer, "理由")
    await at.handed_over()
    with pytest.raises(Refusal, match="办理记录上签字"):
        await conclude.conclude(at.handoff, "granted", at.officer)
    await conclude.conclude(at.handoff, "accepted", at.officer)
    case = await cases.seen(at.case)
    assert (case["state"], case["decision"]) == ("accepted", "")


async def test_what_is_missing_is_the_desk_s_before_the_hand_over_and_the_one_notice_after_it() -> None:
    at = await meeting()
    with pytest.raises(Refusal, match="还要补什么"):
        await conclude.conclude(at.handoff, "gaps", at.officer)
    await conclude.conclude(at.handoff, "gaps", at.officer, gaps=("户口簿",))
    assert (await cases.seen(at.case))["state"] == "received"
    [sat] = await db.rows("SELECT outcome, gaps FROM handoff_sitting")
    assert (sat["outcome"], sat["gaps"]) == ("gaps", ["户口簿"])


async def test_after_the_hand_over_every_gap_stands_in_the_one_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = await meeting()
    await at.known()
    await at.handed_over()

    async def gone(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(conclude, "_end", gone)
        with pytest.raises(ConnectionError):
            await conclude.conclude(at.handoff, "gaps", at.officer, gaps=("户口簿", "照片"))
    await conclude.conclude(at.handoff, "gaps", at.officer, gaps=("户口簿", "照片"))
    assert (await cases.seen(at.case))["state"] == "correcting"
    rows = await db.rows("SELECT what FROM case_gap ORDER BY position")
    assert [row["what"] for row in rows] == ["户口簿", "照片"]


async def test_a_question_ends_it_and_changes_nothing_of_the_case() -> None:
    at = await meeting()
    await conclude.conclude(at.handoff, "advice", at.officer)
    assert (await cases.seen(at.case))["state"] == "received"
    assert (await kinds(at.case))[-1] == "met"
    assert (await state(at.handoff))["state"] == "done"


async def test_only_the_officer_who_has_it_concludes() -> None:
    at = await ready()
    [row] = await db.rows("SELECT d.code FROM department d JOIN handoff h ON h.department = d.id")
    for other in (at.desk, await staff("officer", "department", row["code"])):
        with pytest.raises((Denied, NotFound)):
            await conclude.conclude(at.handoff, "granted", other)


async def test_the_officer_sees_the_file_before_the_hand_over_masked_and_only_while_they_have_it() -> None:
    at = await meeting()
    with pytest.raises(NotFound):
        await cases.show_to_staff(at.case, at.officer)
    file = (await at.steps(at.officer))["file"]
    assert file["applicant"].startswith("李*")
    assert (await at.steps(at.desk))["file"] is None
    await identify.identify(at.handoff, at.officer)
    await conclude.conclude(at.handoff, "advice", at.officer)
    assert (await at.steps(at.officer))["file"] is None

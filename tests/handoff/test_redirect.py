"""不归我们: the right department is rung, and keeps what the case and its handoff have."""

import datetime as dt
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from backend import clock, db
from backend.handoff import answer, ask, duty, identify, recording_views
from backend.handoff.recording_chunks import WEBM
from backend.handoff.redirect import redirect
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.invariants import broken
from tests.handoff.recorded import Sitting, agreed, recorded, to_state
from tests.handoff.sides import Sides, later, rung, sides, state
from tests.visits.town import staff

WHY = "这件事不归我们管"


async def elsewhere(at: Sides) -> tuple[str, UUID]:
    """Another department, and its officer, who is there."""
    [row] = await db.rows("SELECT code FROM department WHERE code <> $1 ORDER BY code LIMIT 1", at.department)
    one = await staff("officer", "department", row["code"], "钱别处")
    await duty.come_on(one)
    await duty.seen(one)
    return row["code"], one


async def test_it_rings_in_the_right_department_with_the_case_and_nobody_starts_anew() -> None:
    at = await sides()
    wrong = await at.officer(idle=9)
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await later(31, wrong, right)
    assert await rung(one) == {wrong}
    await redirect(one, to, WHY, wrong)
    found = await state(one)
    assert (await rung(one), found["state"], found["case"]) == ({right}, "ringing", at.case)
    [case] = await db.rows(
        "SELECT d.code, c.state FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1",
        at.case,
    )
    assert (case["code"], case["state"]) == (to, "received")
    [event] = await db.rows(
        "SELECT by_staff, why FROM handoff_event WHERE handoff = $1 AND kind = 'redirected'", one
    )
    assert event["by_staff"] == wrong
    assert event["why"].endswith(WHY)
    with pytest.raises(Refusal):
        await answer.accept(one, wrong)
    await answer.accept(one, right)
    assert await broken() == []


async def test_who_has_it_already_passes_it_on_and_has_time_to_write_it_up() -> None:
    at = await sides()
    wrong = await at.officer()
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, wrong)
    await redirect(one, to, WHY, wrong)
    assert await rung(one) == {right}
    assert (await state(one))["officer"] is None
    assert await broken() == []


async def test_it_goes_to_another_department_with_a_reason_and_by_who_was_asked_only() -> None:
    at = await sides()
    wrong = await at.officer(idle=9)
    to, right = await elsewhere(at)
    one = await ask.ask(at.case, at.desk)
    for words, sentence in (
        (("no-such", WHY), "转给哪个部门"),
        ((at.department, WHY), "现在就是"),
        ((to, ""), "为什么"),
    ):
        with pytest.raises(Refusal, match=sentence):
            await redirect(one, *words, wrong)
    for by, kind in ((at.desk, Denied), (right, NotFound), (await at.officer(), NotFound)):
        with pytest.raises(kind):
            await redirect(one, to, WHY, by)
    await answer.decline(one, wrong)
    with pytest.raises(Refusal, match="已经有人接了，或者不响了"):
        await redirect(one, to, WHY, wrong)
    found = await state(one)
    assert (await db.rows("SELECT department FROM service_case WHERE id = $1", at.case))[0] == {
        "department": found["department"]
    }


@pytest.mark.parametrize(("begun", "stands"), [(agreed, "asked"), (recorded, "stopped")])
async def test_whoever_comes_next_is_not_recorded_unasked_and_looks_for_themselves_who_sits_there(
    begun: Callable[[], Awaitable[Sitting]], stands: str
) -> None:
    sitting = await begun()
    one, at = sitting.handoff, sitting.at
    for who in (at.desk, sitting.officer):
        await identify.identify(one, who)
    to, right = await elsewhere(at)
    await redirect(one, to, WHY, sitting.officer)
    await answer.accept(one, right)
    await to_state(one, "live")
    assert (await recording_views.of(one, right))["stands"] == stands
    await clock.move_to(await clock.now() + dt.timedelta(seconds=10))
    with pytest.raises(Refusal):
        await sitting.send(WEBM + b"of somebody else")
    [sat] = await db.rows("SELECT desk_saw_at, officer_saw_at FROM handoff_sitting WHERE handoff = $1", one)
    assert sat["desk_saw_at"]
    assert sat["officer_saw_at"] is None
    await identify.identify(one, right)

"""录像: only where the matter asks and both agree; a no, a pause and a change of mind each stop it."""

import datetime as dt
from uuid import UUID

import pytest

from backend import clock, db, secrecy
from backend.crossregion.tables import DeskPhone
from backend.handoff import recording, recording_pause, recording_shots, recording_views, session, views
from backend.handoff.recording_chunks import WEBM, Elsewhere, Piece, take
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.recorded import Sitting, agreed, kinds, live, to_state
from tests.handoff.sides import ITEM
from tests.visits.town import staff

SHEET = "s" * 24  # what the desk's code opens


async def stands(sitting: Sitting) -> str:
    return str((await recording_views.of(sitting.handoff, sitting.desk))["stands"])


async def later(seconds: float) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(seconds=seconds))


async def off(sitting: Sitting, *, age: float = 0) -> str:
    with pytest.raises(Elsewhere) as no:
        await take(sitting.handoff, await sitting.piece(WEBM, age=age), sitting.desk)
    return no.value.why


async def test_a_matter_that_does_not_ask_is_not_recorded_and_one_that_does_says_why_and_for_how_long() -> (
    None
):
    plain = await live(ITEM, 6)
    with pytest.raises(Refusal, match="不用录像"):
        await recording.ask(plain.handoff, plain.desk)
    assert await stands(plain) == "unwanted"
    sitting = await live()
    await recording.ask(sitting.handoff, sitting.desk)
    text = (await sitting.its())["text"]
    assert "公证要留下问答的过程" in text
    assert "60 天" in text
    assert "您可以不同意，照样办" in text


async def test_it_runs_only_when_both_have_agreed_each_for_themselves() -> None:
    sitting = await live()
    await recording.ask(sitting.handoff, sitting.desk)
    await recording.ask(sitting.handoff, sitting.desk)
    assert (await stands(sitting), await off(sitting)) == ("asked", "off")
    await recording.answer(sitting.handoff, True, "aloud", sitting.desk)
    assert (await stands(sitting), await off(sitting)) == ("asked", "off")
    with pytest.raises(Refusal, match="已经说过了"):
        await recording.answer(sitting.handoff, True, "aloud", sitting.desk)
    await recording.answer(sitting.handoff, True, "window", sitting.officer)
    assert await stands(sitting) == "on"
    await sitting.send(WEBM)
    assert await kinds(sitting.handoff) == ["rec-asked", "rec-agreed", "rec-agreed", "rec-begun"]


@pytest.mark.parametrize("who", ["desk", "officer"])
async def test_a_no_is_no_obstacle_the_session_goes_on_unrecorded_and_the_event_says_so(who: str) -> None:
    sitting = await live()
    await recording.ask(sitting.handoff, sitting.desk)
    await recording.answer(sitting.handoff, False, "aloud", getattr(sitting, who))
    other = sitting.officer if who == "desk" else sitting.desk
    await recording.answer(sitting.handoff, True, "aloud", other)
    await later(3)
    assert (await stands(sitting), await off(sitting)) == ("refused", "off")
    [one] = await db.rows("SELECT state FROM handoff WHERE id = $1", sitting.handoff)
    assert one["state"] == "live"
    assert "rec-refused" in await kinds(sitting.handoff)


async def test_where_nobody_is_seen_or_heard_nothing_says_that_it_is_recorded() -> None:
    sitting = await agreed()
    await session.change_way(sitting.handoff, "photo")
    await later(3)
    assert (await stands(sitting), await off(sitting)) == ("ready", "off")
    await take(sitting.handoff, await sitting.piece(WEBM, age=3), sitting.desk)  # of before
    await later(9)
    await session.change_way(sitting.handoff, "audio")
    assert await stands(sitting) == "on"
    await sitting.send(WEBM)
    for _ in range(2):
        with pytest.raises(Elsewhere, match="这时候没有在录像"):
            await take(
                sitting.handoff, await sitting.piece(WEBM, age=6), sitting.desk
            )  # of meanwhile, sent late
        await later(1)
        await session.change_way(sitting.handoff, "photo")
    await later(3)
    await to_state(sitting.handoff, "done")
    with pytest.raises(Elsewhere, match="这时候没有在录像"):
        await take(sitting.handoff, await sitting.piece(WEBM, age=2), sitting.desk)


async def test_a_yes_is_taken_back_at_any_time_and_what_was_said_before_stays() -> None:
    sitting = await agreed()
    await sitting.send(WEBM)
    await recording.withdraw(sitting.handoff, sitting.desk)
    await later(3)
    assert (await stands(sitting), await off(sitting)) == ("stopped", "off")
    with pytest.raises(Refusal, match="叫停"):
        await recording.withdraw(sitting.handoff, sitting.desk)
    its = await sitting.its()
    assert (its["citizen"], its["officer"], its["next"]) == ("withdrew", "agreed", 1)


async def test_nobody_answers_for_another_and_no_colleague_for_the_applicant() -> None:
    sitting = await live()
    await recording.ask(sitting.handoff, sitting.desk)
    colleague = await staff("officer", "department", sitting.at.department)
    with pytest.raises(NotFound):
        await recording.answer(sitting.handoff, True, "aloud", colleague)
    leader = await staff("manager", "hall", "shanghai")
    with pytest.raises(Denied):
        await recording.answer(sitting.handoff, True, "aloud", leader)
    await recording.answer(sitting.handoff, True, "aloud", sitting.officer)
    its = await sitting.its()
    assert (its["citizen"], its["officer"]) == ("asked", "agreed")


async def test_a_pause_is_a_row_with_times_and_a_reason_and_nothing_comes_in_meanwhile() -> None:
    sitting = await agreed()
    await sitting.send(WEBM)
    await recording_pause.pause(sitting.handoff, "aside", sitting.officer)
    await recording_pause.pause(sitting.handoff, "aside", sitting.officer)
    began = await clock.now()
    assert await stands(sitting) == "paused"
    await later(10)
    assert await off(sitting) == "off"
    await take(sitting.handoff, await sitting.piece(b"cut at the pause, sent late", age=10), sitting.desk)
    await recording_pause.go_on(sitting.handoff, sitting.desk)
    await recording_pause.go_on(sitting.handoff, sitting.desk)
    [row] = await db.rows("SELECT * FROM handoff_recording_pause")
    assert row["why"] == "说的是别的事"
    assert (row["until_at"] - began).total_seconds() >= 10
    assert await off(sitting, age=5) == "off"
    await sitting.send(WEBM)
    assert await kinds(sitting.handoff) == [
        "rec-asked", "rec-agreed", "rec-agreed", "rec-begun", "rec-paused", "rec-resumed",
    ]  # fmt: skip


async def test_what_a_person_paused_no_page_goes_on_with() -> None:
    sitting = await agreed()
    await recording_pause.pause(sitting.handoff, "paper", sitting.desk, itself=True)
    await recording_pause.go_on(sitting.handoff, sitting.desk, itself=True)
    assert await stands(sitting) == "on"
    await recording_pause.pause(sitting.handoff, "paper", sitting.desk, itself=True)
    await recording_pause.pause(sitting.handoff, "asked", sitting.desk)
    await recording_pause.go_on(sitting.handoff, sitting.desk, itself=True)
    assert await stands(sitting) == "paused"
    await recording_pause.go_on(sitting.handoff, sitting.desk)
    assert await stands(sitting) == "on"


async def test_that_a_paper_was_shot_is_the_reason_on_record() -> None:
    sitting = await agreed()
    await recording_pause.pause(sitting.handoff, "shot", sitting.desk, itself=True)
    assert (await sitting.its())["paused_why"] == "拍材料"
    await recording_pause.go_on(sitting.handoff, sitting.desk, itself=True)
    assert [row["why"] for row in await db.rows("SELECT why FROM handoff_recording_pause")] == ["拍材料"]


async def test_while_a_paper_lies_open_on_one_side_the_other_side_s_page_does_not_go_on() -> None:
    sitting = await agreed()
    sides = (sitting.desk, sitting.officer)
    for first, second in (sides, sides[::-1]):
        await recording_pause.pause(sitting.handoff, "paper", first, itself=True)
        await recording_pause.pause(sitting.handoff, "paper", second, itself=True)
        await recording_pause.go_on(sitting.handoff, first, itself=True)
        assert await stands(sitting) == "paused"
        await recording_pause.go_on(sitting.handoff, second, itself=True)
        assert await stands(sitting) == "on"


async def test_nobody_goes_on_by_hand_over_a_paper_that_lies_open_on_the_other_side() -> None:
    sitting = await agreed()
    for theirs, other, whose in (
        (sitting.officer, sitting.desk, "审批人员那边"),
        (sitting.desk, sitting.officer, "办事点那边"),
    ):
        await recording_pause.pause(sitting.handoff, "paper", theirs, itself=True)
        await recording_pause.pause(sitting.handoff, "aside", other)
        assert whose in (await recording_views.of(sitting.handoff, other))["lies"]
        with pytest.raises(Refusal, match=f"{whose}还在看"):
            await recording_pause.go_on(sitting.handoff, other)
        assert await stands(sitting) == "paused"
        await recording_pause.go_on(sitting.handoff, theirs, itself=True)
        assert not (await recording_views.of(sitting.handoff, other))["lies"]
        assert await stands(sitting) == "paused"
        await recording_pause.go_on(sitting.handoff, other)
        assert await stands(sitting) == "on"


async def test_who_closed_a_paper_that_nobody_heard_of_goes_on_by_hand() -> None:
    sitting = await agreed()
    await recording_pause.pause(sitting.handoff, "paper", sitting.officer, itself=True)
    assert not (await recording_views.of(sitting.handoff, sitting.officer))["lies"]
    await recording_pause.go_on(sitting.handoff, sitting.officer)
    assert await stands(sitting) == "on"
    assert not (await recording_views.of(sitting.handoff, sitting.desk))["lies"]


async def test_that_the_applicant_read_it_is_said_only_once_their_own_screen_has_shown_it() -> None:
    sitting = await live()
    await recording.ask(sitting.handoff, sitting.desk)
    with pytest.raises(Refusal, match="还没有出现这段话"):
        await recording.answer(sitting.handoff, True, "window", sitting.desk)
    told = await recording_views.told(await views.shown(sitting.handoff, sitting.desk))
    assert (told["stands"], told["text"]) == ("asked", (await sitting.its())["text"])
    await recording.shown(sitting.handoff)
    await recording.answer(sitting.handoff, True, "window", sitting.desk)
    assert (await sitting.its())["citizen"] == "agreed"


async def test_where_nothing_comes_nothing_says_that_it_is_recorded() -> None:
    sitting = await agreed()
    assert not await _quiet(sitting)
    await later(40)
    assert await _quiet(sitting)
    await sitting.send(WEBM + b"one")
    assert not await _quiet(sitting)
    await later(40)
    assert await _quiet(sitting)


async def _quiet(sitting: Sitting) -> bool:
    one = await views.shown(sitting.handoff, sitting.desk)
    looks = (await recording_views.told(one), await recording_views.look(one, sitting.desk))
    [quiet] = {found["quiet"] for found in looks}
    return bool(quiet)


async def test_it_runs_while_somebody_is_seen_and_what_was_recorded_before_the_end_may_come_late() -> None:
    sitting = await agreed()
    await sitting.send(WEBM)
    await to_state(sitting.handoff, "interrupted")
    await later(10)
    assert (await stands(sitting), await off(sitting)) == ("ready", "off")
    await to_state(sitting.handoff, "deciding")
    assert await stands(sitting) == "on"
    await sitting.send(WEBM, b"more")
    await to_state(sitting.handoff, "done")
    await later(30)
    assert (await stands(sitting), await off(sitting)) == ("over", "off")
    await take(sitting.handoff, await sitting.piece(b"the last, sent late", age=30), sitting.desk)
    with pytest.raises(Refusal, match="已经结束"):
        await recording.withdraw(sitting.handoff, sitting.desk)


async def test_only_the_desk_that_asked_sends_what_it_records() -> None:
    sitting = await agreed()
    piece = await sitting.piece(WEBM)
    with pytest.raises(NotFound):
        await take(sitting.handoff, piece, sitting.officer)
    with pytest.raises(NotFound):
        await take(sitting.handoff, piece, await staff("desk", "hall", "huilong"))
    with pytest.raises(NotFound):
        await take(UUID(int=7), Piece(0, piece.prev, piece.source, 0, WEBM), sitting.desk)


async def _with_a_phone(sitting: Sitting) -> None:
    until = await clock.now() + dt.timedelta(minutes=20)
    found = DeskPhone(
        case=sitting.at.case, token_hash=secrecy.token_hash(SHEET), staff=sitting.desk, until=until
    )
    await DeskPhone.insert(found)


async def _shoots(page: str, *, over: bool = False) -> None:
    await recording_shots.by_phone(SHEET, page, over)


async def test_while_a_phone_shoots_nothing_is_recorded_and_one_that_falls_silent_is_over() -> None:
    sitting = await agreed()
    await _with_a_phone(sitting)
    await sitting.send(WEBM)
    await _shoots("one")
    await later(60)
    await _shoots("one")
    await _shoots("two")
    found = await recording_views.of(sitting.handoff, sitting.officer)
    assert (found["stands"], found["its"]["paused_why"]) == ("paused", recording_shots.BY_PHONE)
    await later(60)
    assert (await stands(sitting), await off(sitting)) == ("paused", "off")
    await _shoots("one", over=True)
    assert (await stands(sitting), await off(sitting)) == ("paused", "off")
    await later(16)
    assert (await stands(sitting), await _quiet(sitting)) == ("on", False)
    await sitting.send(WEBM)
    assert (await recording_views.of(sitting.handoff, sitting.desk))["its"]["pauses"] == 1


async def test_a_person_goes_on_while_something_is_shot_and_what_is_over_does_not_begin_again() -> None:
    sitting = await agreed()
    await _with_a_phone(sitting)
    await _shoots("one")
    await recording_pause.go_on(sitting.handoff, sitting.officer, itself=True)
    assert await stands(sitting) == "paused"
    await recording_pause.go_on(sitting.handoff, sitting.officer)
    await _shoots("one")
    assert await stands(sitting) == "on"
    await recording_shots.at_desk(sitting.at.case, "two", False, sitting.desk)
    assert await stands(sitting) == "paused"
    await recording_shots.at_desk(sitting.at.case, "two", True, sitting.desk)
    assert await stands(sitting) == "on"


async def test_who_shoots_before_both_agreed_keeps_it_from_beginning_and_no_stranger_does() -> None:
    sitting = await live()
    await _with_a_phone(sitting)
    await _shoots("one")
    await recording.ask(sitting.handoff, sitting.desk)
    await _shoots("one")
    assert await stands(sitting) == "asked"
    await recording.answer(sitting.handoff, True, "aloud", sitting.desk)
    await recording.answer(sitting.handoff, True, "window", sitting.officer)
    await later(3)
    assert (await stands(sitting), await off(sitting)) == ("paused", "off")
    await _shoots("one", over=True)
    assert await stands(sitting) == "on"
    with pytest.raises(NotFound):
        await recording_shots.by_phone("x" * 24, "one", False)
    with pytest.raises(NotFound):
        await recording_shots.at_desk(sitting.at.case, "one", False, await staff("desk", "hall", "huilong"))
    assert await stands(sitting) == "on"

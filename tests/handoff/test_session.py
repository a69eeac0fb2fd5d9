"""The session: who takes which seat, the leases that hold it, a break and its end."""

import datetime as dt
from uuid import UUID, uuid4

import pytest

from backend import clock, db
from backend.handoff import answer, ask, duty, guest, seats, session, views, words
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.sides import Sides, later, sides, state
from tests.visits.town import staff


async def connecting() -> tuple[Sides, UUID, UUID]:
    """The desk's case, who answered, the handoff."""
    at = await sides()
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, officer)
    return at, officer, one


async def live() -> tuple[Sides, UUID, UUID]:
    """They see each other."""
    at, officer, one = await connecting()
    await seats.join(one, at.desk)
    await seats.join(one, officer)
    await session.connected(one, "video")
    return at, officer, one


async def beats(seconds: float, handoff: UUID, *ends: str) -> None:
    """Time goes on, and the pages of these ends answer every ten seconds."""
    for _ in range(int(seconds // 10)):
        await clock.move_to(await clock.now() + dt.timedelta(seconds=10))
        for end in ends:
            await session.beat(handoff, end)
        await later(0)


async def test_it_is_live_when_one_end_sees_the_other_once() -> None:
    _, _, one = await live()
    found = await state(one)
    assert (found["state"], found["way"]) == ("live", "video")
    await session.connected(one, "photo")
    assert (await state(one))["version"] == found["version"]


async def test_pages_that_answer_keep_it_live_for_as_long_as_they_do() -> None:
    _, _, one = await live()
    await beats(120, one, "desk", "officer")
    assert (await state(one))["state"] == "live"


@pytest.mark.parametrize("left", ["desk", "officer"])
async def test_one_page_gone_for_a_lease_interrupts_it_and_both_back_go_on(left: str) -> None:
    _, _, one = await live()
    stays = {"desk": "officer", "officer": "desk"}[left]
    await beats(40, one, stays)
    assert (await state(one))["state"] == "interrupted"
    await session.beat(one, left)
    await session.beat(one, stays)
    assert (await state(one))["state"] == "live"


async def test_a_break_that_does_not_heal_ends_with_a_call_back_by_the_same_officer() -> None:
    at, officer, one = await live()
    for skilled in (True, False, True):  # who would be named if anybody might
        await at.officer(skilled=skilled)
    await beats(170, one, "desk")
    found = await state(one)
    assert (found["state"], found["call_back_by"]) == ("callback_booked", officer)
    duty_row = await duty.duty_of(officer)
    assert duty_row
    assert duty_row["state"] == "wrapping"


async def test_who_looks_through_the_papers_needs_only_their_own_page() -> None:
    _, officer, one = await live()
    await session.think(one, officer)
    await beats(60, one, "officer")
    assert (await state(one))["state"] == "deciding"
    await beats(40, one, "desk")
    assert (await state(one))["state"] == "interrupted"


async def test_the_newest_page_of_an_end_speaks_and_the_older_one_is_refused() -> None:
    at, officer, one = await connecting()
    first, second = await seats.join(one, officer), await seats.join(one, officer)
    with pytest.raises(Refusal, match="另一个页面"):
        await seats.speaks(one, first["page"])
    assert await seats.speaks(one, second["page"]) == "officer"
    await seats.join(one, at.desk)
    assert await seats.speaks(one, second["page"]) == "officer"
    await seats.leave(one, second["page"])
    with pytest.raises(Refusal):
        await seats.speaks(one, second["page"])


async def test_a_page_of_nobody_speaks_for_nobody() -> None:
    _, _, one = await connecting()
    with pytest.raises(Refusal):
        await seats.speaks(one, uuid4())


async def test_an_officer_whose_handoff_went_to_another_speaks_no_more() -> None:
    _, officer, one = await connecting()
    mine = await seats.join(one, officer)
    await later(21, officer)
    assert (await state(one))["officer"] != officer or (await state(one))["state"] != "connecting"
    with pytest.raises(Refusal):
        await seats.speaks(one, mine["page"])


async def test_a_supervisor_looks_on_and_everybody_is_told() -> None:
    _, _, one = await live()
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    seat = await seats.join(one, supervisor)
    assert seat["role"] == "observer"
    assert ("observer", "督导员") in [(row["role"], row["name"]) for row in await seats.there(one)]
    [event] = await db.rows(
        "SELECT by_staff FROM handoff_event WHERE handoff = $1 AND kind = 'observed'", one
    )
    assert event["by_staff"] == supervisor
    with pytest.raises(Denied):
        await words.write(one, "我说一句", supervisor)


async def test_a_stranger_takes_no_seat() -> None:
    at, _, one = await live()
    other = await staff("officer", "department", at.department, "别人")
    with pytest.raises(NotFound):
        await seats.join(one, other)
    with pytest.raises(NotFound):
        await seats.join(one, await staff("desk", "hall", "city"))


async def test_what_is_written_stays_sealed_and_is_read_by_both() -> None:
    at, officer, one = await live()
    await words.write(one, "身份证请翻到背面", officer)
    await words.write(one, "好的", at.desk)
    assert [word["text"] for word in await words.said(one)] == ["身份证请翻到背面", "好的"]
    [row] = await db.rows("SELECT text_sealed FROM handoff_word WHERE handoff = $1 LIMIT 1", one)
    assert "身份证".encode() not in bytes(row["text_sealed"])


async def test_the_desk_breaks_off_with_a_reason_and_the_officer_is_free() -> None:
    at, officer, one = await live()
    with pytest.raises(Refusal, match="为什么"):
        await session.break_off(one, "", at.desk)
    await session.break_off(one, "申请人有急事走了", at.desk)
    assert (await state(one))["state"] == "cancelled"
    duty_row = await duty.duty_of(officer)
    assert duty_row
    assert duty_row["state"] == "wrapping"


async def test_the_way_changes_for_both_and_is_written_down_once() -> None:
    _, _, one = await live()
    await session.change_way(one, "audio")
    await session.change_way(one, "audio")
    assert (await state(one))["way"] == "audio"
    rows = await db.rows("SELECT why FROM handoff_event WHERE handoff = $1 AND kind = 'way'", one)
    assert [row["why"] for row in rows] == ["audio"]
    with pytest.raises(NotFound):
        await session.change_way(one, "hologram")


async def test_the_applicant_s_phone_joins_by_its_link_and_the_link_before_it_opens_nothing() -> None:
    at, _, one = await live()
    await guest.invite(one, "a-first-link-of-this-session", at.desk)
    await guest.invite(one, "another-link-of-this-session", at.desk)
    with pytest.raises(NotFound):
        await guest.join("a-first-link-of-this-session")
    handoff, seat = await guest.join("another-link-of-this-session")
    assert (handoff, await seats.speaks(one, seat["page"])) == (one, "citizen")
    await session.break_off(one, "办好了", at.desk)
    with pytest.raises(NotFound):
        await guest.invited("another-link-of-this-session")
    with pytest.raises(Refusal):
        await seats.speaks(one, seat["page"])


async def test_who_looks_on_reads_nothing_before_both_ends_see_it_however_many_there_are() -> None:
    at, officer, one = await live()
    await words.write(one, "请把身份证翻到背面", officer)
    await guest.invite(one, "a-link-of-this-session-here", at.desk)
    await guest.join("a-link-of-this-session-here")
    for name in ("督导员", "督导二"):
        by = await staff("supervisor", "hall", "shanghai", name)
        found = await views.shown(one, by)
        assert (found["announced"], found["words"]) == (False, [])
        seat = await seats.join(one, by)
        found = await views.shown(one, by)
        assert (found["announced"], len(found["words"])) == (True, 1)
        assert name in {row["name"] for row in (await views.shown(one, at.desk))["seats"]}
        await seats.leave(one, seat["page"])
        assert (await views.shown(one, by))["words"] == []
        await seats.join(one, by)


async def test_whose_page_is_silent_for_a_lease_reads_nothing_more() -> None:
    _, _, one = await live()
    by = await staff("supervisor", "hall", "shanghai", "督导员")
    await seats.join(one, by)
    await beats(40, one, "desk", "officer")
    assert not (await views.shown(one, by))["announced"]


async def test_whoever_looks_on_is_not_kept_there_by_another_who_does() -> None:
    _, _, one = await live()
    first, second = [await staff("supervisor", "hall", "shanghai", name) for name in ("督导员", "督导二")]
    await db.rows(
        "UPDATE handoff_seat SET left_at = joined_at WHERE handoff = $1", one
    )  # the ends come back later
    await seats.join(one, first)
    stays = await seats.join(one, second)
    for _ in range(4):
        await beats(10, one, "observer")
        await seats.seen(one, stays["page"])
    assert {row["name"]: row["there"] for row in await seats.there(one)} == {"督导员": False, "督导二": True}


async def test_who_has_a_room_open_for_the_desk_asks_for_no_second_and_the_newest_room_is_theirs() -> None:
    at, _, one = await live()
    [first] = [seat for seat in await seats.there(one) if seat["role"] == "desk"]
    await seats.seen(one, first["page"])
    other = await sides(8)
    with pytest.raises(Refusal, match="还开着另一次"):
        await ask.ask(other.case, at.desk)
    second = await ask.ask(other.case, other.desk)
    await seats.join(second, at.desk)
    assert [seat["role"] for seat in await seats.there(one)] == ["officer"]
    with pytest.raises(Refusal, match="另一个页面"):
        await seats.speaks(one, first["page"])
    assert [seat["staff"] for seat in await seats.there(second)] == [at.desk]


async def test_whose_room_was_closed_or_went_silent_asks_for_the_next() -> None:
    at, _, one = await live()
    [first] = [seat for seat in await seats.there(one) if seat["role"] == "desk"]
    other, third = await sides(8), await sides(9)
    await seats.leave(one, first["page"])
    await ask.ask(other.case, at.desk)
    await seats.join(one, at.desk)
    await clock.move_to(await clock.now() + dt.timedelta(seconds=31))
    await ask.ask(third.case, at.desk)

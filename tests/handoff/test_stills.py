"""A still every two seconds: whose it is, when, and that it waits for nobody."""

import asyncio

import pytest

from backend import db
from backend.handoff import seats, session, stills
from backend.handoff.record import locked
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.test_session import live
from tests.visits.town import staff

PICTURE = b"\xff\xd8\xff\xe0 of a face"


async def test_each_end_sees_the_latest_of_the_other() -> None:
    at, officer, one = await live()
    await stills.show(one, PICTURE, at.desk)
    await stills.show(one, PICTURE + b", later", at.desk)
    assert await stills.see(one, "desk", officer) == PICTURE + b", later"
    assert await stills.see(one, "officer", at.desk) == b""  # none yet is no fault


async def test_whom_another_department_sends_after_an_officer_shows_nothing_of_theirs() -> None:
    at, officer, one = await live()
    await stills.show(one, PICTURE, officer)
    other = await at.officer(name="孙审批")
    await db.rows("UPDATE handoff SET officer = $2 WHERE id = $1", one, other)
    assert await stills.see(one, "officer", at.desk) == b""


async def test_a_picture_waits_for_nobody_who_moves_the_handoff() -> None:
    at, officer, one = await live()
    async with db.transaction():
        await locked(one)
        sending = asyncio.create_task(_apart(stills.show(one, PICTURE, at.desk)))
        await asyncio.wait_for(sending, 3)
    assert await stills.see(one, "desk", officer) == PICTURE


async def _apart(deed: object) -> None:
    db.engine().current_transaction.set(None)  # a task of its own, as of another request
    await deed  # type: ignore[misc]


async def test_who_looks_on_shows_nothing_and_a_stranger_sees_nothing() -> None:
    at, _, one = await live()
    await stills.show(one, PICTURE, at.desk)
    supervisor = await staff("supervisor", "hall", "shanghai", "督导员")
    with pytest.raises(Refusal, match="两边看到你在旁听"):
        await stills.see(one, "desk", supervisor)
    await seats.join(one, supervisor)
    assert await stills.see(one, "desk", supervisor) == PICTURE
    with pytest.raises(Denied):
        await stills.show(one, PICTURE, supervisor)
    for stranger in (
        await staff("desk", "hall", "city"),
        await staff("officer", "department", at.department),
    ):
        for asked in (stills.show(one, PICTURE, stranger), stills.see(one, "desk", stranger)):
            with pytest.raises(NotFound):
                await asked


async def test_no_picture_once_it_is_over_and_nothing_that_is_none() -> None:
    at, officer, one = await live()
    for odd in (b"GIF89a", b"", PICTURE + b"x" * stills.MOST):
        with pytest.raises(Refusal, match="JPEG"):
            await stills.show(one, odd, at.desk)
    await session.break_off(one, "申请人走了", at.desk)
    with pytest.raises(Refusal, match="没有在进行"):
        await stills.show(one, PICTURE, at.desk)
    with pytest.raises((Refusal, NotFound)):
        await stills.show(one, PICTURE, officer)

"""The board: what it shows, what it says, and the public page beside it."""

import datetime as dt
from uuid import uuid4

import httpx
import pytest

from backend import clock, db, queue
from backend.queue import busy, view
from backend.queue.board import board
from backend.queue.spoken import spoken
from tests.queue import hall
from tests.queue.phones import called, missed, opened
from tests.world import HERE


@pytest.mark.parametrize(
    ("number", "counter", "words"),
    [
        ("A005", 3, "请 A零零五 号，到 3 号窗口办理"),
        ("Y012", 11, "请 Y零一二 号，到 11 号窗口办理"),
        ("Y1987", 2, "请 Y一九八七 号，到 2 号窗口办理"),
    ],
)
def test_digits_of_a_number_are_spoken_singly(number: str, counter: int, words: str) -> None:
    assert spoken(number, counter) == words


async def test_the_latest_ring_stands_first_and_every_ring_has_a_name_of_its_own() -> None:
    at = await opened(1, 3)
    for letter in "EEC":
        await hall.walk_in(at, letter)
    first = await called(at)
    by = (await view.read(HERE)).seat(at.counters[3])
    assert by
    assert by.staff
    await queue.call_next(at.counters[3], by.staff)
    shown = board(await view.read(HERE))
    assert [(one.number, one.counter, one.calling) for one in shown.calls] == [
        ("C001", 3, True),
        ("E001", 1, True),
    ]
    assert shown.calls[0].say == "请 C零零一 号，到 3 号窗口办理"
    await hall.later(0.5)
    await queue.ring(at.counters[1], at.clerk, first.ticket)
    again = board(await view.read(HERE))
    assert again.calls[0].number == "E001"
    assert len({one.ring for one in shown.calls + again.calls}) == 3


async def test_who_is_served_stays_below_and_a_ring_that_is_long_past_is_not_said_again() -> None:
    at = await opened(1)
    await hall.walk_in(at)
    one = await called(at)
    await hall.later(1.1)
    assert board(await view.read(HERE)).calls[0].say == ""
    await queue.start(at.counters[1], at.clerk, one.ticket)
    [served] = board(await view.read(HERE)).calls
    assert (served.number, served.calling, served.say) == ("E001", False, "")
    await queue.complete(at.counters[1], at.clerk, one.ticket)
    assert board(await view.read(HERE)).calls == []


async def test_it_counts_who_waits_for_each_line_and_says_why_a_counter_pauses() -> None:
    at = await opened(1, 3)
    for _ in range(2):
        await hall.walk_in(at, "E")
    await queue.pause_desk(at.counters[1], at.clerk, "午休")
    lines = {one.letter: one for one in board(await view.read(HERE)).lines}
    assert set(lines) == {"E", "C"}, "a line that neither works nor has somebody waiting is left out"
    assert (lines["E"].waiting, lines["E"].at_work, lines["E"].paused) == (2, 0, "1 号窗口午休")
    assert (lines["C"].waiting, lines["C"].said) == (0, "随到随办")


async def test_the_page_shows_numbers_only_and_the_missed(client: httpx.AsyncClient) -> None:
    at = await opened(1)
    from tests import factories as make

    owner, person = await make.citizen()
    await hall.walk_in(at, account=owner.id, person=person.id)
    await missed(at)
    for path in (f"/boards/{HERE}", f"/boards/{HERE}/now"):
        shown = (await client.get(path)).text
        assert "E001" in shown
        assert "过号" in shown
        assert person.name not in shown


@pytest.mark.parametrize("code", ["nowhere", "%00", "x" * 40, "..%2f"])
async def test_a_hall_that_is_none_is_not_found(client: httpx.AsyncClient, code: str) -> None:
    for path in (f"/boards/{code}", f"/boards/{code}/now", f"/halls/{code}", f"/halls/{code}/live"):
        assert (await client.get(path)).status_code == 404


async def test_the_public_page_tells_how_busy_it_is_and_what_such_a_weekday_is_like(
    client: httpx.AsyncClient,
) -> None:
    busy._kept.clear()
    at = await opened(1)
    monday = clock.local(await clock.now()).date()
    for weeks, came in ((1, 4), (2, 2)):
        await past(at, monday - dt.timedelta(weeks=weeks), came)
    await past(at, monday - dt.timedelta(days=1), 9)  # a Sunday says nothing of Mondays
    await hall.walk_in(at)
    shown = (await client.get(f"/halls/{HERE}")).text
    assert "1 人在等" in shown
    assert "平常的周一" in shown
    assert "约 3 人" in shown
    assert "多半等 10 分钟" in shown
    assert "约 9 人" not in shown
    busy._kept.clear()


PAST = """
INSERT INTO ticket (id, day, letter, digits, state, line, party, source, taken_at, turn_at, called_at, ended_at)
SELECT gen_random_uuid(), $1, 'E', n, 'done', $2, gen_random_uuid(), 'kiosk', $3, $3,
       $3::timestamptz + interval '10 min', $3
FROM generate_series(1, $4) n
"""


async def past(at: hall.Place, day: dt.date, came: int) -> None:
    """A day on which so many came at half past nine and waited for ten minutes."""
    id = uuid4()
    await db.rows("INSERT INTO queue_day (id, hall, day) VALUES ($1, $2, $3)", id, at.hall.id, day)
    await db.rows(PAST, id, at.lines["E"].id, clock.at(day, dt.time(9, 30)), came)


async def test_without_a_past_it_says_so(client: httpx.AsyncClient) -> None:
    busy._kept.clear()
    await opened(1)
    assert "还没有前几周周一的记录" in (await client.get(f"/halls/{HERE}")).text
    busy._kept.clear()

"""One reading of a hall for everybody in a process; and what open streams are told of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from backend import db, queue
from backend.queue import shared as module
from backend.queue import streams, view
from backend.queue.shared import beat, shared
from backend.refusal import NotFound
from backend.web.live import Hub, hub
from tests.queue import hall
from tests.queue.phones import next_one, opened, phone
from tests.world import HERE

PATIENCE = 10


class Readings:
    """Counts the readings, and can hold one up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.go, self.read = 0, asyncio.Event(), view.read
        self.go.set()
        self.began: asyncio.Queue[int] = asyncio.Queue()
        monkeypatch.setattr(view, "read", self)

    async def __call__(self, code: str) -> view.HallView:
        self.count += 1
        self.began.put_nowait(self.count)
        await self.go.wait()
        return await self.read(code)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Readings:
    return Readings(monkeypatch)


async def test_whoever_asks_while_one_runs_shares_the_next(readings: Readings) -> None:
    await hall.place()
    readings.go.clear()
    first = asyncio.create_task(shared.read(HERE))
    await asyncio.wait_for(readings.began.get(), PATIENCE)
    others = [asyncio.create_task(shared.read(HERE)) for _ in range(50)]
    await asyncio.wait_for(asyncio.sleep(0), PATIENCE)
    readings.go.set()
    found = await asyncio.gather(first, *others)
    assert readings.count == 2
    assert len({id(one) for one in found}) == 2


async def test_a_reading_never_joins_a_transaction_of_whoever_asked() -> None:
    at = await hall.place()
    async with db.transaction():
        await db.rows("UPDATE hall SET name = '改过的' WHERE id = $1", at.hall.id)
        assert (await shared.read(HERE)).name != "改过的"


async def test_a_hall_that_is_none_is_refused_to_all_who_asked() -> None:
    found = await asyncio.gather(*(shared.read("nowhere") for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [NotFound] * 3
    with pytest.raises(NotFound):
        await shared.read("nowhere")


class Phone:
    """An open stream, read in the background of the test."""

    def __init__(self, texts: AsyncIterator[str]) -> None:
        self.texts = texts

    async def event(self) -> tuple[str, Any]:
        """The next one that is not a comment."""
        while True:
            text = await asyncio.wait_for(anext(self.texts), PATIENCE)
            lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line and line[0] != ":")
            if "event" in lines:
                return lines["event"], msgspec.json.decode(lines["data"])


async def follow(ticket: Any) -> Phone:
    """As the route opens it."""
    shared.watch(HERE)
    await shared.recent(HERE)
    topics = [streams.topic(ticket.id), beat(HERE)]
    return Phone(hub.stream(topics, lambda: streams.first(HERE, ticket.id)))


async def test_each_phone_is_told_its_own_place_with_one_reading_for_all(readings: Readings) -> None:
    at = await opened(1)
    people = [await phone(at) for _ in range(4)]
    open_ones = [await follow(one) for one in people]
    began = [await one.event() for one in open_ones]
    assert [said["says"]["ahead"] for _, said in began] == ["0 人", "1 人", "2 人", "3 人"]
    await next_one(at)
    before = readings.count
    shared.signal(f"hall:{HERE}")
    heard = [await one.event() for one in open_ones]
    assert [said["says"].get("ahead") for _, said in heard] == [None, "0 人", "1 人", "2 人"]
    assert heard[0][1]["stamp"] == "", "it is over: the page asks what became of it"
    assert readings.count == before + 1
    assert len({said["stamp"] for _, said in heard[1:]}) == 3
    for one in open_ones:
        await one.texts.aclose()  # type: ignore[attr-defined]


async def test_who_is_not_concerned_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    at = await opened(1, 3)
    mine, other = await phone(at, "C"), await phone(at, "E")
    stream = await follow(mine)
    await stream.event()
    await queue.withdraw(other.id, queue.Asker(account=other.account))
    waiting = asyncio.create_task(stream.event())
    read = asyncio.Event()
    monkeypatch.setattr(shared, "tell", [*shared.tell, lambda before, now: read.set()])
    shared.signal(f"hall:{HERE}")
    await asyncio.wait_for(read.wait(), PATIENCE)
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_lost_signal_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT", 0.05)
    at = await opened(1)
    mine, _ = await phone(at), await phone(at)
    stream = await follow(mine)
    await stream.event()
    await next_one(at)  # nobody signals: the hub does not listen here
    assert (await stream.event())[1]["stamp"] == ""
    await stream.texts.aclose()  # type: ignore[attr-defined]


async def test_a_database_that_is_away_is_asked_again_until_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BEAT", 0.05)
    monkeypatch.setattr(module, "AGAIN", 0.01)
    at = await opened(1)
    mine = await phone(at)
    stream = await follow(mine)
    await stream.event()
    read, tries = view.read, 0

    async def away(code: str) -> view.HallView:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise OSError
        return await read(code)

    monkeypatch.setattr(view, "read", away)
    await queue.withdraw(mine.id, queue.Asker(account=mine.account))
    assert (await stream.event())[1]["stamp"] == ""
    assert tries >= 4
    await stream.texts.aclose()  # type: ignore[attr-defined]


async def test_a_slow_phone_loses_what_is_old_and_never_what_is_true_now() -> None:
    own = Hub()
    stream = own.stream(["x"], lambda: "first")
    assert await anext(stream) == "first"
    for n in range(100):
        own.say("x", f"{n}")
    heard = [await anext(stream) for _ in range(32)]
    assert heard[-1] == "99"
    await stream.aclose()  # type: ignore[attr-defined]
    assert not own.followed("x")

"""The hub: what is published once in Redis reaches every stream of its topic in this process, and whoever listens."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from backend import hints
from backend.web import live
from backend.web.live import Hub, event
from tests import world

PATIENCE = 20


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Hub, asyncio.Queue[str]]]:
    """A hub on the real Redis, and what a domain hears from it."""
    own, heard = Hub(), asyncio.Queue[str]()
    own.listen(heard.put_nowait)
    own.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while True:  # the first that arrives says that it is subscribed
                await hints.publish("hall:probe")
                try:
                    assert await asyncio.wait_for(heard.get(), 0.2) == "hall:probe"
                    break
                except TimeoutError:
                    continue
        yield own, heard
    finally:
        await own.stop()


async def next_of(stream: AsyncIterator[str]) -> str:
    return await asyncio.wait_for(anext(stream), PATIENCE)


async def test_a_signal_reaches_the_streams_of_its_topic_and_those_who_listen() -> None:
    async with listening() as (own, heard):
        assert own.listening
        here, there, every = (own.stream([topic]) for topic in ("hall:city", "hall:town", "hall:*"))
        for stream in (here, there, every):
            assert await next_of(stream) == live.READY
        await hints.publish("hall:city")
        assert await next_of(here) == event("hall")
        assert await next_of(every) == event("hall")
        own.say("hall:town", event("place", "{}"))
        assert await next_of(there) == event("place", "{}"), "it heard nothing of the other hall before"
        async with asyncio.timeout(PATIENCE):
            while await heard.get() != "hall:city":
                continue
        for stream in (here, there, every):
            await stream.aclose()  # type: ignore[attr-defined]
    assert not own.listening
    assert not own.followed("hall:city")


async def test_a_stream_ends_with_what_it_follows() -> None:
    own = Hub()
    gone, other = own.stream(["ticket:1", "over:1"]), own.stream(["ticket:1", "over:2"])
    for stream in (gone, other):
        await next_of(stream)
    own.fan("over:1")
    own.fan("ticket:1")
    assert await next_of(gone) == live.OVER
    with pytest.raises(StopAsyncIteration):
        await next_of(gone)
    assert await next_of(other) == event("ticket")
    await other.aclose()  # type: ignore[attr-defined]


async def test_a_stream_of_two_topics_is_told_of_all_once() -> None:
    heard: list[str] = []
    own = Hub()
    own.listen(heard.append)
    stream = own.stream(["account:1", "hall:city"])
    await next_of(stream)
    own.fan_all("ready")
    own.fan("account:1")
    assert [await next_of(stream) for _ in range(2)] == [event("ready"), event("account")]
    assert heard == ["ready", "account:1"]
    await stream.aclose()  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/tickets/{ticket}/live", "/q/{key}/live", "/halls/{hall}/live"])
async def test_streams_are_counted_as_streams_and_never_squeezed(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    found = await world.build()
    await world.be(client, found, world.AN_OWNER)
    answer = await client.get(path.format_map(found.own), headers={"accept-encoding": "gzip"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("retry: 2000\nevent: ")
    text = (await client.get("/metrics")).text
    seconds = re.findall(r'qiban_http_request_seconds_count\{.*route="([^"]+)"', text)
    assert [route for route in seconds if route.endswith("/live")] == []

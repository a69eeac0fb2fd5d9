"""What a page is told of the relay: short-lived, for one seat of one handoff, and nothing personal."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from backend import settings
from backend.handoff import wire
from backend.handoff.rules import handoff_rules
from backend.handoff.turn import ice_servers

NOW = dt.datetime(2026, 11, 26, 2, 0, tzinfo=dt.UTC)
SECRET = "only the relay and we know it"
URLS = "turn:127.0.0.1:3478?transport=udp, turn:127.0.0.1:3478?transport=tcp,turns:relay.example:5349?transport=tcp"


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment with a relay."""
    monkeypatch.setenv("TURN_URLS", URLS)
    monkeypatch.setenv("TURN_SECRET", SECRET)
    settings.settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.settings.cache_clear()


def test_every_way_to_the_relay_is_told_with_a_password_that_the_relay_reckons_too(relay: None) -> None:
    [told] = ice_servers(uuid4(), "clerk", NOW)
    assert told["urls"] == [url.strip() for url in URLS.split(",")]
    reckoned = hmac.new(SECRET.encode(), told["username"].encode(), hashlib.sha1).digest()
    assert told["credential"] == base64.b64encode(reckoned).decode()


def test_it_holds_for_minutes_and_for_one_seat_of_one_handoff(relay: None) -> None:
    one, other = uuid4(), uuid4()
    names = [
        ice_servers(*seat, NOW)[0]["username"]
        for seat in ((one, "clerk"), (one, "officer"), (other, "clerk"))
    ]
    assert len(set(names)) == 3
    until, _, seat = names[0].partition(":")
    assert int(until) - NOW.timestamp() == handoff_rules().turn_minutes * 60 <= 900
    assert seat.startswith(f"{one}.")
    assert "clerk" not in seat


class Told:
    """A page's socket: what it was told."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send_text(self, text: str) -> None:
        """Kept."""
        await self.said.put(msgspec.json.decode(text))


async def test_a_page_that_stays_is_told_new_names_twice_in_the_life_of_each(
    relay: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.Event().wait() if len(slept) > 2 else None

    monkeypatch.setattr(wire, "asyncio", Sleeping(sleep))
    page = Told()
    renewing = asyncio.create_task(wire._renew(page, uuid4(), uuid4()))  # type: ignore[arg-type]
    for _ in range(2):
        said = await asyncio.wait_for(page.said.get(), 5)
        assert (said["kind"], said["ice"][0]["urls"]) == ("ice", [url.strip() for url in URLS.split(",")])
    renewing.cancel()
    assert slept[0] * 2 == handoff_rules().turn_minutes * 60


class Sleeping:
    """asyncio with a sleep of its own."""

    def __init__(self, sleep: Any) -> None:
        self.sleep = sleep


def test_without_a_relay_nothing_is_told(fresh: None) -> None:
    assert ice_servers(uuid4(), "clerk", NOW) == []


def test_what_cannot_be_a_relay_is_refused_at_the_start() -> None:
    for given in ({"TURN_URLS": "turn:a:1"}, {"TURN_SECRET": SECRET}):
        with pytest.raises(settings.BadSetting, match="TURN_URLS and TURN_SECRET"):
            settings.read(given)
    for wrong in ("https://relay.example", "turn:relay.example?transport=sctp", "turn:", "turn:a b"):
        with pytest.raises(settings.BadSetting, match="TURN_URLS: expected"):
            settings.read({"TURN_URLS": wrong, "TURN_SECRET": SECRET})
    with pytest.raises(settings.BadSetting, match="TURN_SECRET"):
        settings.read({"TURN_URLS": "turn:a:1", "TURN_SECRET": "short"})
    for wrong in ("my machine", "0.0.0.0"):
        with pytest.raises(settings.BadSetting, match="TURN_ADDRESS"):
            settings.read({"TURN_ADDRESS": wrong})

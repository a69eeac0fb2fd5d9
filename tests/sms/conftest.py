"""One provider or two, and messages to real-looking numbers that go no further than this machine."""

import datetime as dt
import importlib
import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from backend import clock, db, sms
from backend.settings import settings
from tests.sms.provider import Provider, providing

_count = itertools.count(1)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second and a half is enough to wait for a provider that hangs, and for a busy machine."""
    monkeypatch.setattr(importlib.import_module("backend.sms.http_gateway"), "WHOLE", 1.5)


@pytest.fixture(autouse=True)
def afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of the test run again, once the environment is as it was."""
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def one(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Provider]:
    """The only provider."""
    async with providing("east") as [east]:
        use(monkeypatch, east)
        yield east


@pytest.fixture
async def two(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Provider]]:
    """The first and the second provider."""
    async with providing("east", "west") as found:
        use(monkeypatch, *found)
        yield found


def use(monkeypatch: pytest.MonkeyPatch, *providers: Provider) -> None:
    """This process, and those it starts, send by these."""
    monkeypatch.setenv("SMS_PROVIDERS", ",".join(each.setting for each in providers))
    settings.cache_clear()


def number() -> str:
    """A phone number that could exist."""
    return f"1380013{next(_count) % 10000:04d}"


async def promise(
    key: str = "k", text: str = "您预约的身份证换领明天 10:30 开始", **more: dt.datetime
) -> None:
    """One message to somebody."""
    async with db.transaction():
        await sms.send(number(), text, key=key, kind="reminder", **more)


async def outcome(key: str = "k") -> sms.Outcome:
    """What became of it."""
    return (await sms.outcomes([key]))[key]


async def ahead(seconds: float) -> None:
    """The clock of every process runs ahead."""
    await clock.move_to(await clock.now() + dt.timedelta(seconds=seconds))


async def events(what: str = "") -> list[str]:
    """What happened, in its order: `east temporary http-503`."""
    rows = await db.rows("SELECT provider, what, why FROM sms_event ORDER BY at")
    found = [f"{row['provider']} {row['what']} {row['why']}".strip() for row in rows]
    return [line for line in found if what in line]

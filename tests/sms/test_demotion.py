"""A slow provider loses its turn for a while, for all workers, and gets it back."""

import asyncio
import importlib

import msgspec
import pytest

from backend import clock, db, sms
from backend.sms.rules import rules
from backend.sms.turns import turn, weigh
from tests.sms.conftest import ahead, events, promise
from tests.sms.provider import Provider

SLOW_MS, LEAST = 900, 10  # a second is slow here, so that no test waits three; a busy machine is not slow yet


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city's rules, but for how long is slow."""
    monkeypatch.setattr(importlib.import_module("backend.sms.http_gateway"), "WHOLE", 5.0)
    demotion = msgspec.structs.replace(rules().demotion, slow_ms=SLOW_MS, least=LEAST)
    hasty = msgspec.structs.replace(rules(), demotion=demotion)
    monkeypatch.setattr(importlib.import_module("backend.sms.turns"), "rules", lambda: hasty)


async def send(count: int, name: str = "") -> None:
    """So many messages, offered until nobody has anything left to do now."""
    for n in range(count):
        await promise(f"{name}{await clock.now()}{n}")
    while await sms.sweep():
        pass


async def test_a_provider_that_answers_slowly_is_asked_last_for_a_while(two: list[Provider]) -> None:
    east, west = two
    east.always = "slow"
    await send(LEAST)
    assert await events("demoted") == ["east demoted"]
    await send(3)
    assert [len(east.asked), len(west.asked)] == [LEAST, 3]
    await ahead(rules().demotion.seconds + 1)
    east.always = "200"
    await send(2)
    assert [len(east.asked), len(west.asked)] == [LEAST + 2, 3]
    assert await events("demoted") == ["east demoted"]


async def test_a_provider_that_recovered_is_judged_by_what_came_after(two: list[Provider]) -> None:
    east, _ = two
    east.always = "slow"
    await send(LEAST)
    await ahead(rules().demotion.seconds + 1)
    await send(LEAST - 1)
    assert len(await events("demoted")) == 1
    await send(1)
    assert len(await events("demoted")) == 2


async def test_slow_answers_are_held_against_a_provider_once(
    two: list[Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Even by a city that looks back further than it demotes.
    far = msgspec.structs.replace(rules().demotion, slow_ms=SLOW_MS, least=LEAST, window_seconds=3600)
    hasty = msgspec.structs.replace(rules(), demotion=far)
    monkeypatch.setattr(importlib.import_module("backend.sms.turns"), "rules", lambda: hasty)
    east, _ = two
    east.always = "slow"
    await send(LEAST)
    await ahead(far.seconds + 1)
    east.always = "200"
    await send(1)
    assert len(await events("demoted")) == 1


@pytest.mark.parametrize(("slow", "demoted"), [(2, False), (3, True)])
async def test_a_few_slow_answers_among_many_are_forgiven(
    two: list[Provider], slow: int, demoted: bool
) -> None:
    east, _ = two
    east.script = ["slow"] * slow + ["200"] * (LEAST - slow)
    await send(LEAST)
    assert bool(await events("demoted")) is demoted  # more than 20 %


async def test_slow_answers_of_long_ago_do_not_count(two: list[Provider]) -> None:
    east, _ = two
    east.always = "slow"
    await send(LEAST - 1)
    await ahead(rules().demotion.window_seconds + 1)
    await send(LEAST - 1)
    assert await events("demoted") == []


async def test_a_provider_that_fails_loses_its_turn_as_a_slow_one_does(two: list[Provider]) -> None:
    east, west = two
    east.always = "503"
    await send(LEAST)
    assert await events("demoted") == ["east demoted"]
    asked = len(east.asked)
    await send(5)
    assert len(east.asked) == asked
    assert west.copies.total() == LEAST + 5


async def test_a_demoted_provider_still_helps_where_the_other_fails(two: list[Provider]) -> None:
    east, west = two
    east.always = "slow"
    await send(LEAST)
    west.script = ["500"]
    await send(1)
    assert (len(east.asked), len(west.asked)) == (LEAST + 1, 1)
    assert east.copies.total() == LEAST + 1


async def test_when_both_are_slow_the_first_is_asked(two: list[Provider]) -> None:
    for each in two:
        each.always = "slow"
    await send(LEAST)
    await send(LEAST)
    assert len(await events("demoted")) == 2
    assert await turn(await clock.now()) == ["east", "west"]


async def test_of_many_workers_one_demotes(two: list[Provider]) -> None:
    two[0].always = "slow"
    await send(LEAST - 1)
    await promise("last")
    now = await clock.now()
    await db.rows(
        "INSERT INTO sms_event (id, provider, what, took_ms, at)"
        " VALUES (gen_random_uuid(), 'east', 'accepted', 901, $1)",
        now,
    )

    async def judge() -> bool:
        async with db.transaction():
            return await weigh("east", now)

    assert sum(await asyncio.gather(*(judge() for _ in range(6)))) == 1
    assert await events("demoted") == ["east demoted"]

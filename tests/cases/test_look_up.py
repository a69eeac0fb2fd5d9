"""查办件 by number and password, without an account: who guesses is stopped, who knows sees where it stands."""

import datetime as dt
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db, secrecy
from backend.cases.look_up import WRONG, look_up
from backend.refusal import Refusal
from tests.cases.office import case, office, received

HOME, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
async def one() -> UUID:
    return await received(await office())


async def password(one: UUID) -> str:
    return secrecy.unseal((await case(one)).password_sealed)


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06d}"


async def test_who_knows_the_password_sees_where_it_stands_and_no_address_opens_it(
    client: httpx.AsyncClient, one: UUID
) -> None:
    found = await case(one)
    given = {"number": f" {found.number[:6]} {found.number[6:]}", "code": await password(one)}
    answer = await client.post("/cases/lookups", data=given)
    assert answer.status_code == 200
    assert "材料已经收到" in answer.text
    assert "李*" in answer.text
    assert "李四" not in answer.text
    assert await password(one) not in answer.text.partition("<main")[2]
    assert (await client.get(f"/cases/{one}")).status_code == 303, "one's own page needs an account"


async def test_who_looks_up_open_gaps_reads_where_to_bring_them_until_they_are_filled(
    client: httpx.AsyncClient,
) -> None:
    at = await office()
    one = await received(at)
    given = {"number": (await case(one)).number, "code": await password(one)}
    await cases.correct(one, at.clerk, [cases.Gap("健康证明", "补交")])
    assert "登录后在“我的办件”里也能传照片、PDF" in (await client.post("/cases/lookups", data=given)).text
    await cases.fill(one, [row["id"] for row in await db.rows("SELECT id FROM case_gap")], at.clerk)
    assert "也能传照片、PDF" not in (await client.post("/cases/lookups", data=given)).text


@pytest.mark.parametrize("number", ["", "12345", "32068126112310000019"])
async def test_a_number_that_cannot_be_is_named_before_anything_is_counted(
    client: httpx.AsyncClient, one: UUID, number: str
) -> None:
    answer = await client.post("/cases/lookups", data={"number": number, "code": "123456"})
    assert answer.status_code == 422
    assert 'href="#f-number"' in answer.text
    assert await db.rows("SELECT id FROM case_look") == []


async def test_five_wrong_passwords_lock_the_look_up_for_an_hour_also_for_the_right_one(one: UUID) -> None:
    right, number = await password(one), (await case(one)).number
    for n in range(5):
        with pytest.raises(Refusal, match="不对"):
            await look_up(number, wrong(right), f"192.0.2.{n}")
    with pytest.raises(Refusal, match="太多"):
        await look_up(number, right, ELSEWHERE)
    await clock.move_to(await clock.now() + dt.timedelta(hours=1, minutes=1))
    assert await look_up(number, right, ELSEWHERE) == one


async def test_an_address_that_tries_many_numbers_is_stopped_and_others_are_not(one: UUID) -> None:
    number, right = (await case(one)).number, await password(one)
    for _ in range(20):
        with pytest.raises(Refusal, match="不对"):
            await look_up("32068126112319999990", "000000", HOME)
    with pytest.raises(Refusal, match="太多"):
        await look_up(number, right, HOME)
    assert await look_up(number, right, ELSEWHERE) == one


async def test_right_tries_are_not_counted_against_anybody(one: UUID) -> None:
    number, right = (await case(one)).number, await password(one)
    for _ in range(30):
        assert await look_up(number, right, HOME) == one


async def test_an_unknown_number_and_a_wrong_password_sound_the_same(one: UUID) -> None:
    with pytest.raises(Refusal) as unknown:
        await look_up("32068126112319999990", "000000", HOME)
    with pytest.raises(Refusal) as known:
        await look_up((await case(one)).number, wrong(await password(one)), HOME)
    assert unknown.value.sentence == known.value.sentence == WRONG

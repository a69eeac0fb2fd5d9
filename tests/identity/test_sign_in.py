"""Accounts and sessions: fresh at every sign-in, ended by their owner, never the next owner's."""

import asyncio
import datetime as dt

import httpx
import pytest

from backend import db, identity
from backend.refusal import NotFound
from tests.identity.steps import (
    PERSON,
    PHONE,
    account_of,
    code_for,
    count,
    enter,
    later,
    rotate,
    session_of,
    token_for,
)


async def test_first_use_makes_the_account_and_the_next_finds_it() -> None:
    first = await token_for()
    await later(seconds=61)
    second = await token_for()
    assert first != second
    assert await account_of(first) == await account_of(second)
    row = (await db.rows("SELECT phone_sealed, token_hash FROM account, session"))[0]
    assert PHONE.encode() not in row["phone_sealed"]
    assert first.encode() not in row["token_hash"]


async def test_after_a_key_rotation_the_account_is_found_and_moves_to_the_new_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = await account_of(await token_for())
    rotate(monkeypatch)
    await later(seconds=61)
    assert await account_of(await token_for()) == before
    row = (await db.rows("SELECT phone_sealed, phone_index FROM account"))[0]
    assert (row["phone_sealed"][0], row["phone_index"][0]) == (200, 200)


async def test_an_unknown_or_empty_or_odd_token_is_nobody() -> None:
    for token in ("", "x", "a" * 5000, "\x00", "𠮷"):
        assert await identity.visitor_for(token) is None


async def test_a_session_ends_after_thirty_days_unused_and_half_a_year_in_any_case() -> None:
    token = await token_for()
    await later(days=29)
    assert await identity.visitor_for(token)
    await later(days=30)
    assert await identity.visitor_for(token) is None
    token = await token_for()
    for _ in range(6):
        await later(days=29)
        assert await identity.visitor_for(token)
    await later(days=6)
    assert await identity.visitor_for(token) is None


async def test_being_seen_is_written_every_few_minutes_only() -> None:
    token = await token_for()
    seen = "SELECT seen_at FROM session"
    first = (await db.rows(seen))[0]["seen_at"]
    await later(minutes=3)
    await identity.visitor_for(token)
    assert (await db.rows(seen))[0]["seen_at"] == first
    await later(minutes=3)
    await identity.visitor_for(token)
    assert (await db.rows(seen))[0]["seen_at"] > first + dt.timedelta(minutes=5)
    assert (await db.rows("SELECT seen_at FROM account"))[0]["seen_at"] > first


async def test_signing_out_everywhere_ends_every_session_and_nobody_elses() -> None:
    mine, other = await token_for(), await token_for("10000000002")
    await later(seconds=61)
    again = await token_for()
    await identity.sign_out_everywhere(account=await account_of(mine))
    assert await identity.visitor_for(mine) is None
    assert await identity.visitor_for(again) is None
    assert await identity.visitor_for(other)


async def test_a_stranger_cannot_end_my_session() -> None:
    mine, other = await token_for(), await token_for("10000000002")
    session = await session_of(mine)
    with pytest.raises(NotFound):
        await identity.revoke_session(session, account=await account_of(other))
    assert await identity.visitor_for(mine)
    await identity.revoke_session(session, account=await account_of(mine))
    assert await identity.visitor_for(mine) is None


async def slept(phone: str = PHONE) -> None:
    """An account with its own person, unused for 90 days."""
    account = await account_of(await token_for(phone))
    await identity.add_person(by=account, **PERSON)
    await later(days=90)


async def test_a_number_that_slept_asks_for_the_last_six_of_the_id() -> None:
    await slept()
    code = await code_for()
    with pytest.raises(identity.OwnerUnsure, match="最后 6 位"):
        await identity.sign_in(PHONE, code)
    with pytest.raises(identity.OwnerUnsure, match="不一样"):
        await identity.sign_in(PHONE, code, tail="010021")
    token = await identity.sign_in(PHONE, code, tail="010012")
    assert [person.name for person in await identity.people_of(await account_of(token))] == ["张三丰"]


async def test_guessing_the_last_six_uses_up_the_codes_five_tries() -> None:
    await slept()
    code = await code_for()
    for n in range(5):
        with pytest.raises(identity.OwnerUnsure):
            await identity.sign_in(PHONE, code, tail=f"00000{n}")
    with pytest.raises(identity.WrongCode):
        await identity.sign_in(PHONE, code, tail="010012")


async def test_a_numbers_new_owner_starts_empty_and_the_old_account_is_out_of_reach() -> None:
    await slept()
    token = await identity.sign_in(PHONE, await code_for(), afresh=True)
    assert await identity.people_of(await account_of(token)) == []
    assert await count("account") == 2
    assert await count("account", "phone_index IS NULL") == 1
    await later(seconds=61)
    assert await account_of(await token_for()) == await account_of(token)


async def test_a_number_that_slept_without_an_id_to_ask_for_starts_empty() -> None:
    account = await account_of(await token_for())
    await identity.add_person(by=account, **{**PERSON, "relation": "family"})
    await later(days=90)
    assert await identity.people_of(await account_of(await token_for())) == []


async def test_two_first_sign_ins_of_one_phone_make_one_account() -> None:
    tokens = await asyncio.gather(
        *(token_for(f"1000000{n // 2:04d}") for n in range(6)), return_exceptions=True
    )
    assert sum(isinstance(token, str) for token in tokens) == 3
    assert await count("account") == 3


async def test_a_planted_cookie_never_becomes_valid(client: httpx.AsyncClient) -> None:
    client.cookies.set("session", "planted", domain="qiban.test")
    await enter(client)
    assert client.cookies.get("session", domain="qiban.test") != "planted"
    assert await identity.visitor_for("planted") is None


async def test_a_new_sign_in_in_the_same_browser_ends_the_earlier_session(client: httpx.AsyncClient) -> None:
    await enter(client)
    earlier = client.cookies["session"]
    await later(seconds=61)
    await enter(client)
    assert await identity.visitor_for(earlier) is None
    assert await identity.visitor_for(client.cookies["session"])


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: httpx.AsyncClient) -> None:
    answer = await enter(client)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie

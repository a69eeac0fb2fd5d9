"""A voucher in somebody else's hand: a link without an account, which its owner takes back at will."""

import asyncio
import datetime as dt
import logging
import sys
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from structlog.testing import capture_logs

from backend import appointments, clock, db
from backend.appointments.share import MOST
from backend.catalog.tables import Material
from backend.identity.sessions import open_session
from backend.refusal import NotFound, Refusal
from backend.secrecy import fresh_token
from tests import factories as make
from tests import world

GONE = "这个链接已经失效，请让家人再发一次"


FIELDS: list[dict[str, Any]] = [{"rule": "要在有效期内"}, {"necessity": 2}]


async def events(appointment: UUID) -> list[str]:
    found = await db.rows(
        "SELECT kind FROM appointment_event WHERE appointment = $1 ORDER BY at, id", appointment
    )
    return [row["kind"] for row in found]


async def test_whoever_holds_the_link_sees_the_voucher_and_the_table_cannot_tell_the_link() -> None:
    held, owner, first, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    found = await appointments.shared(made.token)
    assert (found["number"], found["starts_at"], found["who"]) == (held.number, first.starts_at, "张*丰")
    assert await events(held.id) == ["booked", "shared"]
    stored = await db.rows("SELECT v::text AS row FROM voucher_link v")
    assert made.token not in stored[0]["row"]
    assert len(made.token) * 6 >= 128


async def test_the_page_shows_nothing_else(client: httpx.AsyncClient) -> None:
    held, owner, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    answer = await client.get(f"/v/{made.token}")
    assert answer.status_code == 200
    assert held.number in answer.text
    assert "张*丰" in answer.text
    for word in ("张三丰", "尾号", "****", "/cancellation", "/move", "/session", "<form", "data-stream"):
        assert word not in answer.text, word
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert len(answer.headers.get_list("referrer-policy")) == 1
    assert "noindex" in answer.headers["x-robots-tag"]


async def test_a_stranger_can_neither_share_nor_list_nor_withdraw() -> None:
    held, owner, _, _ = await make.booked()
    stranger = await make.account()
    made = await appointments.share(held.id, by=owner.id)
    for verb in (
        appointments.share(held.id, by=stranger.id),
        appointments.links(held.id, by=stranger.id),
        appointments.unshare(held.id, made.link, by=stranger.id),
    ):
        with pytest.raises(NotFound):
            await verb
    assert len(await appointments.links(held.id, by=owner.id)) == 1


async def test_a_link_is_withdrawn_only_by_way_of_its_own_booking() -> None:
    held, owner, _, _ = await make.booked()
    other, another, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    with pytest.raises(NotFound):
        await appointments.unshare(other.id, made.link, by=another.id)
    assert (await appointments.shared(made.token))["number"] == held.number


async def test_a_withdrawn_link_opens_nothing_and_the_others_stay(client: httpx.AsyncClient) -> None:
    held, owner, _, _ = await make.booked()
    first, second = [await appointments.share(held.id, by=owner.id) for _ in range(2)]
    await appointments.unshare(held.id, first.link, by=owner.id)
    await appointments.unshare(held.id, first.link, by=owner.id)
    assert await events(held.id) == ["booked", "shared", "shared", "unshared"]
    gone, stays = [await client.get(f"/v/{one.token}") for one in (first, second)]
    assert (gone.status_code, stays.status_code) == (404, 200)
    assert GONE in gone.text
    assert [one["id"] for one in await appointments.links(held.id, by=owner.id)] == [second.link]


async def test_unknown_withdrawn_and_expired_links_answer_alike(client: httpx.AsyncClient) -> None:
    held, owner, first, _ = await make.booked()
    late, withdrawn = [await appointments.share(held.id, by=owner.id) for _ in range(2)]
    await appointments.unshare(held.id, withdrawn.link, by=owner.id)
    await clock.move_to(clock.at(first.day + dt.timedelta(days=2), dt.time(0, 1)))
    for token in (late.token, withdrawn.token, "x", "长", "a" * 300):
        for address in (f"/v/{token}", f"/v/{token}/calendar.ics"):
            answer = await client.get(address)
            assert (answer.status_code, GONE in answer.text) == (404, True), address
            assert answer.headers["cache-control"] == "no-store"


async def test_a_link_lives_until_the_day_after_the_slot_s_is_over() -> None:
    held, owner, first, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    await clock.move_to(clock.at(first.day + dt.timedelta(days=1), dt.time(23, 59)))
    assert (await appointments.shared(made.token))["number"] == held.number
    with pytest.raises(Refusal, match="过了时间"):
        await appointments.share(held.id, by=owner.id)


async def test_a_moved_booking_shows_its_new_time_and_keeps_the_link_for_it() -> None:
    held, owner, first, _ = await make.booked()
    later = await make.slot_like(first, first.day + dt.timedelta(days=1))
    made = await appointments.share(held.id, by=owner.id)
    await appointments.move(held.id, later.id, by=owner.id)
    await clock.move_to(clock.at(later.day + dt.timedelta(days=1), dt.time(12)))
    assert (await appointments.shared(made.token))["starts_at"] == later.starts_at


async def test_a_cancelled_booking_s_link_says_so_and_no_more(client: httpx.AsyncClient) -> None:
    held, owner, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    await appointments.cancel(held.id, by=owner.id)
    answer = await client.get(f"/v/{made.token}")
    assert answer.status_code == 200
    assert "这个预约已取消" in answer.text
    assert held.number not in answer.text
    assert "张*丰" not in answer.text
    assert (await client.get(f"/v/{made.token}/calendar.ics")).status_code == 404
    with pytest.raises(Refusal, match="已经取消"):
        await appointments.share(held.id, by=owner.id)


async def test_the_calendar_entry_of_a_link_is_that_of_the_booking(client: httpx.AsyncClient) -> None:
    held, owner, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    answer = await client.get(f"/v/{made.token}/calendar.ics")
    assert held.number in answer.text
    assert f"{held.id}@qiban" in answer.text
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")


async def test_its_owner_reads_when_it_was_first_and_last_opened_and_is_not_counted() -> None:
    held, owner, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)

    async def opened() -> list[dt.datetime | None]:
        row = (await appointments.links(held.id, by=owner.id))[0]
        return [row["first_opened_at"], row["last_opened_at"]]

    await appointments.shared(made.token, by=owner.id)
    assert await opened() == [None, None]
    await appointments.shared(made.token)
    first = await opened()
    assert first[0] == first[1] is not None
    await clock.move_to(make.MONDAY + dt.timedelta(hours=1))
    await appointments.shared(made.token, by=(await make.account()).id)
    again = await opened()
    assert again[0] == first[0]
    assert again[1] is not None
    assert first[1] is not None
    assert again[1] > first[1]


async def test_the_token_is_in_no_log_line_and_no_address(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    held, owner, _, _ = await make.booked()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        answer = await client.post(f"/appointments/{held.id}/links", data={"token": fresh_token()})
        token = answer.text.partition("/v/")[2].partition('"')[0]
        for path in (f"/v/{token}", f"/v/{token}/calendar.ics", f"/v/{token}?x={token}", f"/v/{token}/"):
            assert (await client.get(path)).status_code == 200
        assert (await client.get(f"/v/{token}x")).status_code == 404
        assert (await client.get(f"/v/{token}/nothing")).status_code == 404
        assert (await client.post(f"/v/{token}")).status_code == 405
    said = [line["path"] for line in lines if line["event"] == "request"]
    assert said.count("/v/{token}") + said.count("/v/{token:str}") >= 4, said
    assert token not in str(lines)
    # The client of this test logs the addresses it asks; what the application logs does not go through it.
    ours = [record.getMessage() for record in caplog.records if record.name.partition(".")[0] != "httpx"]
    assert token not in str(ours)
    shown = await client.get(f"/appointments/{held.id}/links")
    assert token not in shown.text, "shown once"


async def test_a_fault_while_a_link_is_opened_does_not_tell_its_token(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, owner, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    monkeypatch.setattr(
        sys.modules["backend.appointments.shared"], "FIND", "SELECT nothing FROM nowhere WHERE $1 = $2"
    )
    with capture_logs() as lines:
        assert (await client.get(f"/v/{made.token}")).status_code == 500
    assert made.token not in str(lines)


async def test_the_links_page_of_a_stranger_s_booking_is_not_there(client: httpx.AsyncClient) -> None:
    held, owner, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    stranger = await make.account()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=stranger.id))
    here = f"/appointments/{held.id}/links"
    asked = [
        await client.get(here),
        await client.post(here, data={"token": fresh_token()}),
        await client.post(f"{here}/{made.link}/withdrawal"),
        await client.post(f"{here}/{uuid4()}/withdrawal"),
    ]
    assert [answer.status_code for answer in asked] == [404] * 4
    assert await events(held.id) == ["booked", "shared"]


async def test_two_links_made_at_once_both_open_and_never_one_too_many() -> None:
    held, owner, _, _ = await make.booked()
    tries = [appointments.share(held.id, by=owner.id) for _ in range(MOST + 4)]
    made = await asyncio.gather(*tries, return_exceptions=True)
    links = [one for one in made if not isinstance(one, BaseException)]
    assert len(links) == len({one.token for one in links}) == MOST
    assert all(isinstance(one, Refusal) for one in made if isinstance(one, BaseException))
    for one in links:
        assert (await appointments.shared(one.token))["number"] == held.number


async def test_a_withdrawal_while_the_link_is_being_opened_wins() -> None:
    held, owner, _, _ = await make.booked()
    made = await appointments.share(held.id, by=owner.id)
    looks = [appointments.shared(made.token) for _ in range(5)]
    withdrawals = [appointments.unshare(held.id, made.link, by=owner.id) for _ in range(3)]
    found = await asyncio.gather(*looks, *withdrawals, return_exceptions=True)
    assert all(isinstance(one, NotFound) for one in found if isinstance(one, BaseException))
    assert (await events(held.id)).count("unshared") == 1
    with pytest.raises(NotFound):
        await appointments.shared(made.token)


async def test_making_a_link_twice_with_one_page_makes_one_link_and_shows_it_again(
    client: httpx.AsyncClient,
) -> None:
    held, owner, _, _ = await make.booked()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))
    here = f"/appointments/{held.id}/links"
    page = (await client.get(here)).text
    token = page.partition('name="token" value="')[2].partition('"')[0]
    form = {"token": token}
    answers = await asyncio.gather(*(client.post(here, data=form) for _ in range(3)))
    assert [f"/v/{token}" in answer.text for answer in answers] == [True] * 3
    assert await events(held.id) == ["booked", "shared"]
    [link] = await appointments.links(held.id, by=owner.id)
    await appointments.unshare(held.id, link["id"], by=owner.id)
    again = await client.post(here, data=form)
    assert (again.status_code, "已经撤回" in again.text) == (409, True)
    assert (await client.get(f"/v/{token}")).status_code == 404


async def test_a_token_of_one_s_own_making_is_refused_and_nobody_else_s_can_be_taken(
    client: httpx.AsyncClient,
) -> None:
    held, owner, _, _ = await make.booked()
    other, another, _, _ = await make.booked()
    made = await appointments.share(other.id, by=another.id)
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))
    for token, status in (("short", 422), ("", 422), (made.token, 409)):
        answer = await client.post(f"/appointments/{held.id}/links", data={"token": token})
        assert answer.status_code == status, token
        assert f"/v/{token or 'x'}" not in answer.text
    assert (await appointments.shared(made.token))["number"] == other.number


async def test_a_voucher_of_the_past_lists_no_links_to_withdraw(client: httpx.AsyncClient) -> None:
    held, owner, first, _ = await make.booked()
    await appointments.share(held.id, by=owner.id)
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))
    here = f"/appointments/{held.id}/links"
    assert "/withdrawal" in (await client.get(here)).text
    await clock.move_to(clock.at(first.day + dt.timedelta(days=2), dt.time(8)))
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=owner.id))
    page = (await client.get(here)).text
    assert "/withdrawal" not in page
    assert "都已失效" in page


async def test_while_the_hall_is_closed_the_link_shows_the_place_that_is_kept_and_no_old_time(
    client: httpx.AsyncClient,
) -> None:
    found = await world.build()
    owner, moved = found.accounts[world.OWNER], UUID(found.own["moved_out"])
    made = await appointments.share(moved, by=owner)
    page = (await client.get(f"/v/{made.token}")).text
    assert "11 月 27 日（周五）停办：供电检修" in page
    assert "给你留着 11 月 30 日（周一）10:00，家人还没答复" in page
    assert "停办了" not in page
    assert 'class="qr"' not in page
    assert "calendar.ics" not in page
    assert page.count("11 月 27 日（周五）10:00") == 1, "only to say that it cannot be"
    assert (await client.get(f"/v/{made.token}/calendar.ics")).status_code == 404
    await appointments.accept(moved, by=owner)
    page = (await client.get(f"/v/{made.token}")).text
    assert 'class="qr"' in page
    assert "11 月 30 日（周一）10:00" in page


async def test_the_link_tells_of_the_materials_what_the_owner_is_told(client: httpx.AsyncClient) -> None:
    held, owner, _, _ = await make.booked()
    for position, fields in enumerate(FIELDS, 1):
        paper = Material(
            item=held.item,
            position=position,
            name=f"材料 {position}",
            original="original",
            form="paper",
            **fields,
        )
        await Material.insert(paper)
    made = await appointments.share(held.id, by=owner.id)
    page = (await client.get(f"/v/{made.token}")).text
    assert "要在有效期内" in page
    assert "有就带" in page
    assert "checkbox" not in page

"""The console's page 短信: who may look, what it shows in a demo and in production, and what it never shows."""

import datetime as dt

import httpx
import msgspec
import pytest

from backend import clock, db, secrecy, sms
from backend.notify import messages as looking
from backend.settings import settings
from backend.sms.reports import Report, report
from tests import world
from tests.sms.conftest import ahead, number, promise
from tests.sms.provider import Provider

TEXT = "您预约的身份证换领明天 10:30 开始"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page as a demo shows it."""
    shown = msgspec.structs.replace(settings(), mode="demo")
    monkeypatch.setattr(looking, "settings", lambda: shown)


async def look(client: httpx.AsyncClient, who: world.Who, query: str = "") -> httpx.Response:
    """Open the page as one of the staff."""
    here = world.World({}, {}, {})
    await world.be(client, here, who)
    return await client.get(f"/console/messages{query}")


async def test_whoever_answers_for_the_whole_city_sees_masked_phones_and_no_text(
    client: httpx.AsyncClient, one: Provider
) -> None:
    to = number()
    async with db.transaction():
        await sms.send(to, "您的验证码是 135791，5 分钟内有效", key="code:1", kind="code")
    await sms.sweep()
    page = (await look(client, world.CITYWIDE)).text
    assert secrecy.mask_phone(to) in page
    assert "验证码" in page
    assert "已发出" in page
    assert to not in page
    assert "135791" not in page


@pytest.mark.parametrize("who", [world.MANAGER, world.Who(role="auditor"), world.Who(role="clerk")], ids=str)
async def test_one_hall_s_staff_do_not_see_the_city_s_messages(
    client: httpx.AsyncClient, who: world.Who
) -> None:
    assert (await look(client, who)).status_code == 403


async def test_a_demo_shows_the_text_to_its_manager(client: httpx.AsyncClient, demo: None) -> None:
    await promise(text=TEXT)
    await sms.sweep()
    page = (await look(client, world.MANAGER)).text
    assert TEXT in page
    assert "演示" in page


async def test_without_messages_the_page_says_what_will_be_there(client: httpx.AsyncClient) -> None:
    assert "还没有短信" in (await look(client, world.CITYWIDE)).text
    assert "都送到了" in (await look(client, world.CITYWIDE, "?lost=yes")).text


async def test_what_did_not_arrive_is_listed_with_its_reason(
    client: httpx.AsyncClient, one: Provider
) -> None:
    one.script = ["400", "200", "503"]
    for key in ("refused", "fine", "again"):
        await promise(key)
        await sms.sweep()
    everything = (await look(client, world.CITYWIDE)).text
    assert "短信服务商拒收（400）" in everything
    assert "短信服务商出了故障（503），今天 10:00 再试" in everything
    lost = (await look(client, world.CITYWIDE, "?lost=yes")).text
    assert "短信服务商拒收（400）" in lost
    assert "已发出</span>" not in lost


async def test_the_providers_of_the_day_are_counted(client: httpx.AsyncClient, two: list[Provider]) -> None:
    two[0].script = ["503"]
    await promise("yesterday")
    await sms.sweep()
    await clock.move_to(await clock.now() + dt.timedelta(days=1))
    two[0].script = ["503 120", "200"]
    for key in ("a", "b"):
        await promise(key)
        await sms.sweep()
        await sms.sweep()
    midnight = clock.at(clock.local(await clock.now()).date(), dt.time())
    east, west = await sms.providers(midnight, await clock.now())
    assert (east["name"], east["accepted"], east["failed"]) == ("east", 0, 1)
    assert west["accepted"] == 3  # yesterday's came with today's first sweep
    assert west["p95_ms"] > 0
    page = (await look(client, world.CITYWIDE)).text
    assert "太忙，10:02 再问" in page
    await ahead(121)
    assert "太忙" not in (await look(client, world.CITYWIDE)).text


async def test_a_report_of_today_about_yesterday_s_message_counts_alike_everywhere(
    client: httpx.AsyncClient, one: Provider
) -> None:
    await promise()
    await sms.sweep()
    await clock.move_to(await clock.now() + dt.timedelta(days=1))
    [row] = await db.rows("SELECT id FROM sms")
    await report("east", [Report(row["id"], "delivered")])
    midnight = clock.at(clock.local(await clock.now()).date(), dt.time())
    [east] = await sms.providers(midnight, await clock.now())
    counts = await sms.counts(midnight)
    assert (counts.sent, counts.delivered) == (east["accepted"], east["delivered"]) == (0, 1)
    page = (await look(client, world.CITYWIDE)).text
    assert "<small>今天送达</small><b>1</b>" in page


async def test_the_tiles_count_what_happened_today(two: list[Provider]) -> None:
    two[0].script, two[1].script = ["400", "200", "503"], ["503"]
    for key in ("refused", "fine", "again"):
        await promise(key)
        await sms.sweep()
        await sms.sweep()
    midnight = clock.at(clock.local(await clock.now()).date(), dt.time())
    assert await sms.counts(midnight) == sms.Counts(waiting=1, sent=1, delivered=0, lost=1)
    tomorrow = midnight + dt.timedelta(days=1)
    assert await sms.counts(tomorrow) == sms.Counts(waiting=1, sent=0, delivered=0, lost=0)


async def test_a_text_that_was_erased_is_said_to_be(client: httpx.AsyncClient, demo: None) -> None:
    soon = await clock.now() + dt.timedelta(minutes=5)
    await promise(text=TEXT, useless_after=soon)
    await sms.sweep()
    await ahead(301)
    await sms.forget()
    page = (await look(client, world.MANAGER)).text
    assert TEXT not in page
    assert "内容已清除" in page
    await ahead(8 * 86_400)
    await sms.forget()
    assert '<td class="whole">已清除</td>' in (await look(client, world.MANAGER)).text


async def test_a_message_sealed_by_a_key_that_is_gone_hides_no_other(
    client: httpx.AsyncClient, demo: None
) -> None:
    await promise("a")
    await promise("b", text=TEXT)
    await db.rows("UPDATE sms SET phone_sealed = '\\xff'::bytea || substr(phone_sealed, 2) WHERE key = 'a'")
    assert await sms.sweep() == 2
    assert (await sms.outcomes(["a"]))["a"].reason == "密钥已更换，这条短信读不出来了"
    page = (await look(client, world.MANAGER)).text
    assert "读不出来" in page
    assert TEXT in page

"""One-time codes arrive by text message."""

import re

import httpx
import pytest

from backend import db, identity, sms
from backend.refusal import Refusal
from backend.settings import settings
from tests.identity.steps import PHONE, code_for, later
from tests.sms.conftest import number
from tests.sms.provider import Provider


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """As the bureau runs it: the clock is the real one, no code is shown."""
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setenv("PUBLIC_URL", "https://qiban.test")
    settings.cache_clear()
    return monkeypatch


def code_in(provider: Provider, nth: int = -1) -> str:
    """The code that a phone shows."""
    text = list(provider.sent.values())[nth]["text"]
    found = re.fullmatch(r"【启东政务】您的验证码是 (\d{6})，5 分钟内有效。.+", text)
    assert found, text
    return found[1]


async def test_the_code_that_arrives_opens_a_session(one: Provider) -> None:
    to = number()
    await identity.send_code(to, "10.0.0.1")
    await sms.sweep()
    assert one.asked[0].message["phone"] == to
    assert one.asked[0].message["kind"] == "code"
    assert await identity.sign_in(to, code_in(one))


async def test_in_production_the_code_is_in_the_message_and_nowhere_else(
    one: Provider, production: pytest.MonkeyPatch, client: httpx.AsyncClient
) -> None:
    to = number()
    page = await client.post("/codes", data={"phone": to})
    await sms.sweep()
    code = code_in(one)
    assert page.status_code == 200
    assert code not in page.text
    answer = await client.post("/session", data={"phone": to, "code": code})
    assert answer.status_code == 303, answer.text


async def test_production_without_a_provider_refuses_and_promises_nothing(
    production: pytest.MonkeyPatch,
) -> None:
    production.setenv("SMS_PROVIDERS", "none")
    settings.cache_clear()
    with pytest.raises(Refusal, match="12345"):
        await identity.send_code(number(), "10.0.0.1")
    assert await db.rows("SELECT 1 FROM code UNION ALL SELECT 1 FROM sms") == []
    async with db.transaction():
        await sms.send(number(), "您好", key="k", kind="reminder")
    await sms.sweep()
    told = (await sms.outcomes(["k"]))["k"]
    assert (told.state, told.reason) == ("failed", "还没有开通短信通道")


async def test_a_code_that_no_longer_counts_is_not_sent(one: Provider) -> None:
    to = number()
    await code_for(to)
    await later(seconds=61)
    second = await code_for(to)
    await sms.sweep()
    assert len(one.sent) == 1
    assert code_in(one) == second


async def test_a_code_that_came_too_late_is_not_sent(one: Provider) -> None:
    await code_for(number())
    await later(minutes=5, seconds=1)
    await sms.sweep()
    assert one.asked == []
    assert [row["state"] for row in await db.rows("SELECT state FROM sms")] == ["lapsed"]


async def test_a_refused_code_sends_nothing() -> None:
    await code_for()
    with pytest.raises(identity.TooSoon):
        await code_for()
    assert len(await db.rows("SELECT 1 FROM sms")) == 1
    assert PHONE not in repr(await db.rows("SELECT * FROM sms"))

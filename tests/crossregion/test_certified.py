"""The consent signed on the applicant's own phone: by a real service on loopback, with real certificates."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from backend import clock, db, secrecy
from backend.catalog.tables import Item
from backend.crossregion import certified, consent, intake
from backend.esign import provider
from backend.refusal import Refusal
from backend.settings import settings
from tests.crossregion.test_eligible import at_the_desk, words
from tests.crossregion.test_intake import PATH, handed_in, signed, taken_in
from tests.esign.conftest import use
from tests.esign.service import Service, serving
from workers.look_at_signatures import look_at_signatures

HERE = "SELECT * FROM desk_intake"


@pytest.fixture(autouse=True)
def afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A busy machine is no service that is away; and afterwards the settings are those of the test run again."""
    monkeypatch.setattr(provider, "WHOLE", 30.0)
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Service]:
    async with serving() as found:
        use(monkeypatch, found, tmp_path)
        yield found


async def asked(client: httpx.AsyncClient, case: UUID) -> httpx.Response:
    page = await client.get(f"{PATH}/cases/{case}")
    where, hash_ = re.findall(
        r'action="([^"]+/signatures[^"]*)"><input type="hidden" name="hash" value="(\w{64})"', page.text
    )[0]
    return await client.post(where, data={"hash": hash_})


async def reported(client: httpx.AsyncClient, service: Service, request: str) -> None:
    path, body, headers = service.report(request)
    assert (await client.post(path, content=body, headers=headers)).status_code == 204


async def card(client: httpx.AsyncClient, case: UUID) -> str:
    answer = await client.get(f"{PATH}/cases/{case}/consent/state")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


async def test_a_citizen_signs_on_their_own_phone_and_the_case_goes_home(
    client: httpx.AsyncClient, service: Service
) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    assert (await asked(client, case)).headers["location"] == f"{PATH}/cases/{case}#consent"
    page = await client.get(f"{PATH}/cases/{case}")
    assert 'class="qr"' in page.text
    assert "data-live" in page.text.partition('id="consent"')[2].partition(">")[0]
    [asking] = service.asked
    assert (asking["name"], asking["title"]) == ("李四喜", "服务同意书（医药费零星报销）")
    text = consent.consent_text(await intake.intake_of(case))
    assert asking["hash"] == consent.digest(text)
    service.sign(asking["id"])
    await reported(client, service, asking["id"])
    assert "签好了" in await card(client, case)
    assert "江苏省电子商务认证中心（测试）个人" in await card(client, case)
    [row] = await db.rows(HERE)
    assert (row["consent_way"], secrecy.unseal(row["consent_text_sealed"])) == ("certified", text)
    kept = certified.certificate_of(row)
    assert kept
    assert (kept.signer, kept.hash) == ("李四喜", row["consent_hash"])
    await handed_in(client, case)
    assert (await client.post(f"{PATH}/cases/{case}/hand-over")).status_code == 303


async def test_a_second_tap_shows_the_same_code(client: httpx.AsyncClient, service: Service) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    text_hash = consent.digest(consent.consent_text(await intake.intake_of(case)))
    first, again = [await certified.ask_to_sign(case, text_hash, by) for _ in range(2)]
    assert first == again
    await look_at_signatures({})
    assert len(service.asked) == 1


async def test_what_is_no_signature_of_theirs_is_said_and_drawing_stays_possible(
    client: httpx.AsyncClient, service: Service
) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await asked(client, case)
    service.sign(service.asked[0]["id"], name="李四")
    await reported(client, service, service.asked[0]["id"])
    assert "证书上的名字不是申请人。可以再请申请人签一次，也可以在屏上或者纸上签。" in await card(
        client, case
    )
    [row] = await db.rows(HERE)
    assert row["consent_way"] == ""
    assert (await signed(client, case)).status_code == 303
    assert "在屏上签的" in await card(client, case)


async def test_who_signs_on_the_screen_meanwhile_has_signed_and_the_phone_comes_late(
    client: httpx.AsyncClient, service: Service
) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    await asked(client, case)
    text_hash = service.asked[0]["hash"]
    await consent.consent(case, text_hash, b"", by)
    before = await db.rows(HERE)
    service.sign(service.asked[0]["id"])
    await reported(client, service, service.asked[0]["id"])
    assert await db.rows(HERE) == before
    with pytest.raises(Refusal, match="已经签过"):
        await certified.ask_to_sign(case, text_hash, by)


async def test_it_is_given_up_for_the_screen(client: httpx.AsyncClient, service: Service) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await asked(client, case)
    assert "等申请人签" in await card(client, case)
    assert (await client.post(f"{PATH}/cases/{case}/signatures/cancellation")).status_code == 303
    assert "还没签" in await card(client, case)
    service.sign(service.asked[0]["id"])
    await reported(client, service, service.asked[0]["id"])
    assert "还没签" in await card(client, case)


async def test_a_text_that_changed_meanwhile_is_not_what_was_signed(
    client: httpx.AsyncClient, service: Service
) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await asked(client, case)
    await Item.update({Item.name: "医药费报销"}).where(Item.name == "医药费零星报销")
    service.sign(service.asked[0]["id"])
    await reported(client, service, service.asked[0]["id"])
    assert "文件的内容变了" in await card(client, case)
    assert (await db.rows(HERE))[0]["consent_way"] == ""


async def test_time_is_up_and_a_service_that_is_away_is_said(
    client: httpx.AsyncClient, service: Service
) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    service.script = ["503", "200", "503"]
    await asked(client, case)
    assert "正在向电子签名服务要二维码" in await card(client, case)
    await clock.move_to(await clock.now() + dt.timedelta(seconds=11))
    await look_at_signatures({})
    assert "请申请人用手机扫这个码" in await card(client, case)
    await clock.move_to(await clock.now() + dt.timedelta(minutes=10))
    await look_at_signatures({})
    assert "电子签名服务没有回应" in await card(client, case)


async def test_without_a_service_nothing_is_offered(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    page = words(await client.get(f"{PATH}/cases/{case}"))
    assert "可靠电子签名" not in page
    assert "申请人签名" in page

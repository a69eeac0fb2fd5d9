"""The pages of custody: what each side sees and does, what the applicant reads, and what is printed."""

from typing import Any

import httpx
import pytest

from backend import cases, db, secrecy
from tests.cases.custodians import CITY, TOWN, Custody, custody
from tests.cases.office import case
from tests.cases.test_pages import be, words


@pytest.fixture
async def it() -> Custody:
    return await custody()


def leaving(it: Custody, to: str, **more: Any) -> dict[str, str | list[str]]:
    """The form as the page sends it."""
    blank = dict.fromkeys(("seal", "receiver", "signature", "note"), "")
    lines = [f"{it.book}@{CITY}", f"{it.card}@{CITY}"]
    return {
        "token": secrecy.fresh_token()[:40],
        "line": lines,
        "count": ["2", "1"],
        "to": to,
        **blank,
        **more,
    }


async def test_a_clerk_packs_and_sends_and_the_applicant_reads_where_it_is(
    client: httpx.AsyncClient, it: Custody
) -> None:
    await be(client, staff=it.at.clerk)
    assert "户口簿 2 份在启东市政务服务中心" in words(await client.get(f"/console/cases/{it.one}"))
    assert "汇龙镇" not in words(await client.get(f"/console/cases/{it.one}/originals"))
    made = await client.post(f"/console/cases/{it.one}/originals", data=leaving(it, TOWN, seal="F0001"))
    assert made.status_code == 303
    parcel = made.headers["location"]
    sent = await client.post(f"{parcel}/dispatch", data={"tracking": "EA123456789CN"})
    assert sent.status_code == 303
    assert "EA123456789CN" in words(await client.get("/console/parcels"))
    await be(client, account=(await case(it.one)).account)
    shown = words(await client.get(f"/cases/{it.one}"))
    assert "户口簿 2 份 在路上，交给吕四港镇便民服务中心，单号 EA123456789CN" in shown
    assert "施经理" not in shown.partition("原件在哪里")[2], "an applicant reads no name of staff"


async def test_what_is_sent_to_the_applicant_is_sent_to_you_only_on_their_own_page(
    client: httpx.AsyncClient, it: Custody
) -> None:
    await it.sent("applicant")
    await be(client, staff=it.at.clerk)
    shown = words(await client.get(f"/console/cases/{it.one}"))
    assert "寄给申请人，快递单号 EA123456789CN" in shown
    assert "寄给你" not in shown
    await be(client, account=(await case(it.one)).account)
    assert "寄给你，快递单号 EA123456789CN" in words(await client.get(f"/cases/{it.one}"))


@pytest.mark.parametrize(
    ("to", "more", "status", "said"),
    [
        (TOWN, {"seal": ""}, 409, "请填封条号"),
        ("counter", {"receiver": "李四"}, 409, "签名"),
        ("counter", {"receiver": "李四", "signature": "data:image/png;base64,xyz"}, 409, "签名没有收到"),
        ("kept", {}, 409, "请写明原因"),
        ("staff:nobody", {}, 409, "没有找到这位同事"),
        ("nowhere", {"seal": "F1"}, 409, "没有找到这个地方"),
        ("", {}, 422, "请填写交给谁"),
        (TOWN, {"count": ["0", "0"], "seal": "F7"}, 422, "还没有选原件"),
        (TOWN, {"count": "many", "seal": "F7"}, 422, "交几份太长"),
    ],
)
async def test_what_is_wrong_is_said_on_the_page_and_what_was_typed_stays(  # noqa: PLR0917
    client: httpx.AsyncClient, it: Custody, to: str, more: dict[str, Any], status: int, said: str
) -> None:
    await be(client, staff=it.at.clerk)
    answer = await client.post(f"/console/cases/{it.one}/originals", data=leaving(it, to, **more))
    assert (answer.status_code, said in words(answer)) == (status, True), words(answer)
    assert all(value in answer.text for name, value in more.items() if name in ("seal", "receiver"))
    assert await it.places() == {CITY: 3}


async def test_the_other_side_counts_and_what_is_short_stands_on_the_list(
    client: httpx.AsyncClient, it: Custody
) -> None:
    parcel = await it.sent()
    await be(client, staff=it.far)
    form = {
        "paper": [str(it.book), str(it.card)],
        "arrived": ["1", "1"],
        "damaged": ["0", "0"],
        "intact": "yes",
    }
    refused = await client.post(f"/console/parcels/{parcel}/receipt", data={**form, "note": ""})
    assert (refused.status_code, "请写明情况" in words(refused)) == (409, True)
    wrong = {**form, "arrived": ["", "1"], "note": "少一本"}
    answer = await client.post(f"/console/parcels/{parcel}/receipt", data=wrong)
    assert (answer.status_code, "少一本" in answer.text) == (422, True)
    done = await client.post(f"/console/parcels/{parcel}/receipt", data={**form, "note": "少一本"})
    assert done.status_code == 303
    assert "有对不上的" in words(await client.get("/console/parcels?group=odd"))
    assert "再交出去" in words(await client.get(f"/console/parcels/{parcel}"))
    assert (await client.get(f"/console/cases/{it.one}/originals")).status_code == 200
    assert (await client.get(f"/console/cases/{it.one}")).status_code == 404, (
        "the case itself is none of theirs"
    )
    slip = words(await client.get(f"/console/parcels/{parcel}/slip"))
    for said in ("原件交接单", "户口簿", "合计", "EA123456789CN", "F0001", "李*"):
        assert said in slip
    assert "李四" not in slip


async def test_a_signature_on_the_screen_stands_on_the_slip(client: httpx.AsyncClient, it: Custody) -> None:
    await be(client, staff=it.at.clerk)
    form = leaving(it, "counter", receiver="李四", signature="data:image/png;base64,iVBORw0KGgo=")
    made = await client.post(f"/console/cases/{it.one}/originals", data=form)
    assert made.status_code == 303
    slip = await client.get(f"{made.headers['location']}/slip")
    assert "data:image/png;base64,iVBORw0KGgo=" in slip.text
    [row] = await db.rows("SELECT signature_sealed FROM custody_parcel")
    assert b"PNG" not in row["signature_sealed"]


async def test_a_case_with_an_original_out_says_which_when_it_is_to_be_filed(
    client: httpx.AsyncClient, it: Custody
) -> None:
    await cases.withdraw(it.one, it.at.clerk, "不办了")
    await be(client, staff=it.at.clerk)
    answer = await client.post(f"/console/cases/{it.one}/filing")
    assert (answer.status_code, "残疾人证 1 份在启东市政务服务中心" in words(answer)) == (409, True)


async def test_the_applicant_confirms_what_was_mailed_and_nobody_else_can(
    client: httpx.AsyncClient, it: Custody
) -> None:
    parcel = await it.sent("applicant")
    owner = (await case(it.one)).account
    await be(client, account=owner)
    assert "寄给你" in words(await client.get(f"/cases/{it.one}"))
    done = await client.post(f"/cases/{it.one}/parcels/{parcel}/receipt")
    assert done.status_code == 303
    assert "已经还给你" in words(await client.get(f"/cases/{it.one}"))
    again = await client.post(f"/cases/{it.one}/parcels/{parcel}/receipt")
    assert (again.status_code, "刚刚有人动过" in words(again)) == (409, True)


async def test_who_is_turned_away_is_not_sent_for_originals_that_are_not_there(
    client: httpx.AsyncClient, it: Custody
) -> None:
    await it.sent(it.department)
    await cases.decline(it.one, it.at.clerk, "不归我们管")
    await be(client, account=(await case(it.one)).account)
    shown = words(await client.get(f"/cases/{it.one}"))
    assert "原件不在启东市政务服务中心，现在在哪里" in shown
    assert "拿回" not in shown


async def test_a_list_without_packages_says_what_to_do(client: httpx.AsyncClient, it: Custody) -> None:
    await be(client, staff=it.at.clerk)
    for group, said in (("open", "没有在路上的原件"), ("odd", "没有对不上的原件"), ("over", "还没有交接完")):
        assert said in words(await client.get(f"/console/parcels?group={group}"))


async def test_by_number_and_password_one_reads_where_each_original_is(
    client: httpx.AsyncClient, it: Custody
) -> None:
    await it.sent(it.department, book=1, card=0)
    await it.sent("applicant", book=1, card=0)
    found = await case(it.one)
    given = {"number": found.number, "code": secrecy.unseal(found.password_sealed)}
    answer = await client.post("/cases/lookups", data=given)
    shown = words(answer)
    assert "户口簿 1 份 在路上，交给申请人，单号 EA123456789CN" in shown
    assert "残疾人证 1 份 在启东市政务服务中心" in shown
    assert "原件收到了" not in shown
    assert "施经理" not in shown.partition("原件在哪里")[2]
    await cases.withdraw(it.one, it.at.clerk, "不办了")
    assert "原件不在启东市政务服务中心" in words(await client.post("/cases/lookups", data=given))


async def test_who_withdraws_is_not_sent_to_the_window_for_originals_that_are_elsewhere(
    client: httpx.AsyncClient, it: Custody
) -> None:
    await be(client, account=(await case(it.one)).account)
    assert "可以到收件的窗口拿回" in words(await client.get(f"/cases/{it.one}"))
    await it.sent(it.department)
    assert "拿回" not in words(await client.get(f"/cases/{it.one}"))
    await cases.withdraw(it.one, it.at.clerk, "不办了")
    shown = words(await client.get(f"/cases/{it.one}"))
    assert "已经撤回。 原件不在启东市政务服务中心" in shown.replace("撤回。原件", "撤回。 原件")
    assert "拿回" not in shown

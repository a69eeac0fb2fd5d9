"""一件事: one form, one signature, each paper once; several cases, each its own department's; one timeline."""

import re
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db, secrecy
from backend.catalog.tables import Item
from backend.crossregion import bundle_sitting
from backend.crossregion.tables import Bundle
from backend.home.matters import matter, matters
from backend.identity.sessions import open_session
from backend.refusal import NotFound
from tests import factories as make
from tests.crossregion.test_eligible import at_the_desk, called, words
from tests.crossregion.test_intake import DRAWN, PATH, officer
from tests.test_files import photo

NEWBORN = ["生育登记", "生育津贴申领", "城乡居民医保参保缴费"]


async def bundle(code: str) -> UUID:
    found = await Bundle.objects().get(Bundle.code == code)
    assert found
    return UUID(str(found.id))


async def form_of(*names: str, **more: str) -> dict[str, str | list[str]]:
    return {
        "token": secrecy.fresh_token(), "hall": "shanghai", "applicant": "self", "phone": "10000007777",
        "relation": "self", "identified": "yes", "name": "李四喜", "id_type": "resident",
        "id_number": make.id_number(7),
        "items": [str((await called(name)).id) for name in names], **more,
    }  # fmt: skip


async def taken_in(client: httpx.AsyncClient, code: str = "newborn", *names: str) -> UUID:
    """The first of its cases."""
    form = await form_of(*(names or NEWBORN))
    answer = await client.post(f"{PATH}/bundles/{await bundle(code)}/cases", data=form)
    assert answer.status_code == 303, words(answer)
    [case] = re.findall(r"/cases/([-0-9a-f]{36})/bundle", answer.headers["location"])
    return UUID(case)


async def signed(client: httpx.AsyncClient, case: UUID) -> httpx.Response:
    page = await client.get(f"{PATH}/cases/{case}/bundle")
    hashes = re.findall(r'name="hash" value="(\w{64})"', page.text)
    return await client.post(
        f"{PATH}/cases/{case}/bundle/consents", data={"hash": hashes, "signature": DRAWN}
    )


async def handed_in(
    client: httpx.AsyncClient, case: UUID, *without: str, originals: str = ""
) -> httpx.Response:
    """Every paper that the page asks for, once."""
    page = await client.get(f"{PATH}/cases/{case}/bundle")
    names = re.findall(r'type="hidden" name="name" value="([^"]+)"', page.text)
    assert len(names) == len(set(names))
    files = [
        (f"files-{n}", (f"{n}.jpg", photo().getvalue(), "image/jpeg"))
        for n, name in enumerate(names)
        if name not in without
    ]
    data = {"name": names, "originals": [originals] * len(names), "checked": "yes"}
    return await client.post(f"{PATH}/cases/{case}/bundle/papers", data=data, files=files)


async def rows() -> list[dict[str, object]]:
    return await db.rows(
        "SELECT c.id, i.name, c.lead, c.bundle, c.person, c.account, c.handed_at, c.state FROM service_case c"
        " JOIN item i ON i.id = c.item ORDER BY c.number"
    )


async def test_one_form_is_one_case_for_each_matter(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    page = words(await client.get(f"{PATH}/bundles/{await bundle('newborn')}"))
    assert "医疗保障局" in page
    assert "卫生健康委员会" in page
    case = await taken_in(client)
    found = await rows()
    assert [row["name"] for row in found] == NEWBORN
    assert [row["lead"] for row in found] == [None, case, case]
    assert {row["bundle"] for row in found} == {"生孩子"}
    assert len({(row["person"], row["account"]) for row in found}) == 1
    assert (await signed(client, case)).status_code == 303
    texts = await db.rows("SELECT consent_hash, consent_way FROM desk_intake")
    assert {row["consent_way"] for row in texts} == {"drawn"}
    assert len({row["consent_hash"] for row in texts}) == 3
    assert (await handed_in(client, case)).status_code == 303
    assert "还缺" not in words(await client.get(f"{PATH}/cases/{case}/bundle"))
    once = await db.rows("SELECT DISTINCT sha256 FROM case_paper WHERE name = '身份证'")
    lie = await db.rows("SELECT 1 FROM case_paper WHERE name = '身份证' AND checked_at IS NOT NULL")
    assert (len(once), len(lie)) == (1, 3)
    assert (await client.post(f"{PATH}/cases/{case}/bundle/hand-over")).status_code == 303
    assert all(row["handed_at"] for row in await rows())


async def test_the_same_page_sent_twice_is_the_same_cases(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    form, where = await form_of(*NEWBORN), f"{PATH}/bundles/{await bundle('newborn')}/cases"
    first, again = [await client.post(where, data=form) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    assert len(await rows()) == 3


async def test_it_is_taken_in_whole_or_not_at_all(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    where, form = f"{PATH}/bundles/{await bundle('newborn')}/cases", await form_of(*NEWBORN)
    await Item.update({Item.audience: ["firm"]}).where(Item.name == NEWBORN[2])
    refused = await client.post(where, data=form)
    assert (refused.status_code, f"{NEWBORN[2]}，请选谁来办" in words(refused)) == (409, True)
    assert 'value="李四喜"' in refused.text
    alien = await client.post(where, data=await form_of(NEWBORN[0], "医保关系转移"))
    assert (alien.status_code, "对不上" in words(alien)) == (409, True)
    alone = await client.post(where, data=await form_of())
    assert (alone.status_code, "请勾上这次办哪几件" in words(alone)) == (422, True)
    assert await rows() == []
    assert await db.rows("SELECT 1 FROM person") == []


async def test_nothing_goes_home_while_one_of_them_is_not_whole(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    where = f"{PATH}/cases/{case}/bundle/hand-over"
    assert "生育登记：先请申请人签同意书" in words(await client.post(where))
    await signed(client, case)
    await handed_in(client, case, "银行卡")
    refused = await client.post(where)
    assert (refused.status_code, "生育津贴申领：还缺：银行卡" in words(refused)) == (409, True)
    assert not any(row["handed_at"] for row in await rows())


async def test_a_signature_is_for_the_texts_that_were_shown(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    page = await client.get(f"{PATH}/cases/{case}/bundle")
    hashes = re.findall(r'name="hash" value="(\w{64})"', page.text)
    for wrong in (hashes[:2], [*hashes[:2], "0" * 64]):
        where = f"{PATH}/cases/{case}/bundle/consents"
        refused = await client.post(where, data={"hash": wrong, "signature": DRAWN})
        assert (refused.status_code, "内容变了" in words(refused)) == (409, True)
    assert await db.rows("SELECT 1 FROM desk_intake WHERE consent_way <> ''") == []


async def test_what_somebody_else_did_to_one_of_them_stops_a_deed_on_all_and_is_shown(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    page = (await client.get(f"{PATH}/cases/{case}/bundle")).text
    [seen] = set(re.findall(r"/bundle/consents\?seen=([\d-]+)", page))
    other = (await bundle_sitting.cases_of(case))[1]
    news = f"{PATH}/cases/{case}/bundle/since?seen={seen}"
    assert "变动" not in (await client.get(news)).text
    await cases.add_paper(other, by, "户口簿", 0, 1)
    told = (await client.get(news)).text
    assert "生育津贴申领：刚才的变动" in told
    assert "收下纸质材料" in told
    assert news in told  # and goes on listening from where the page stands
    hashes = re.findall(r'name="hash" value="(\w{64})"', page)
    answer = await client.post(
        f"{PATH}/cases/{case}/bundle/consents?seen={seen}", data={"hash": hashes, "on_paper": "yes"}
    )
    assert answer.status_code == 409
    assert "刚才的变动" in words(answer)
    assert "收下纸质材料" in words(answer)
    assert {row["consent_way"] for row in await db.rows("SELECT consent_way FROM desk_intake")} == {""}
    [now] = set(re.findall(r"/bundle/consents\?seen=([\d-]+)", answer.text))
    assert now != seen
    again = await client.post(
        f"{PATH}/cases/{case}/bundle/consents?seen={now}", data={"hash": hashes, "on_paper": "yes"}
    )
    assert again.status_code == 303


async def test_an_original_is_in_one_place_and_its_pages_with_all(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    await Item.update({Item.shanghai: True}).where(Item.name == "不动产抵押注销")
    await db.rows("UPDATE desk_bundle_item SET situation = ''")  # the plain way takes originals along
    case = await taken_in(client, "mortgage-paid", "不动产抵押注销", "不动产登记查询")
    await handed_in(client, case, originals="1")
    papers = await db.rows('SELECT "case", name, form, originals FROM case_paper')
    originals = {(row["case"], row["name"]) for row in papers if row["form"] == "paper"}
    assert originals == {(case, "身份证"), (case, "结清证明"), (case, "不动产登记证明")}
    assert len([row for row in papers if row["name"] == "身份证" and row["form"] == "file"]) == 2


async def test_each_department_sees_its_own_case_alone(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await signed(client, case)
    await handed_in(client, case)
    await client.post(f"{PATH}/cases/{case}/bundle/hand-over")
    found = {str(row["name"]): UUID(str(row["id"])) for row in await rows()}
    health, insurance = [await officer(name) for name in NEWBORN[:2]]
    assert (await cases.show_to_staff(found[NEWBORN[0]], health))["state"] == "received"
    for by, other in ((health, NEWBORN[1]), (insurance, NEWBORN[0])):
        with pytest.raises(NotFound):
            await cases.show_to_staff(found[other], by)
    await cases.accept(found[NEWBORN[0]], health)
    states = {row["name"]: row["state"] for row in await rows()}
    assert states == {NEWBORN[0]: "accepted", NEWBORN[1]: "received", NEWBORN[2]: "received"}


async def test_the_citizen_has_one_timeline_that_names_each_step(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await signed(client, case)
    account = UUID(str((await rows())[0]["account"]))
    [one] = await matters(account)
    assert (one.title, len(one.things)) == ("生孩子", 3)
    _, told = await matter(case, account)
    assert sorted(each.thing.title for each in told if each.line.words == "签了同意书") == sorted(NEWBORN)
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account))
    page = words(await client.get(f"/matters/{case}"))
    assert "3 件在办" in page
    for name in NEWBORN:
        assert f"{name} ：" in page or f"{name}：" in page, page


async def test_what_usually_comes_with_one_of_them_joins_the_sitting(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client, "retired-in-shanghai", "公积金退休提取", "异地就医备案")
    assert "养老待遇资格认证" in words(await client.get(f"{PATH}/cases/{case}/bundle"))
    await signed(client, case)
    form = {"token": secrecy.fresh_token(), "item": str((await called("养老待遇资格认证")).id)}
    for _ in range(2):
        assert (await client.post(f"{PATH}/cases/{case}/bundle/companions", data=form)).status_code == 303
    found = await rows()
    assert [row["lead"] for row in found] == [None, case, case]
    page = words(await client.get(f"{PATH}/cases/{found[2]['id']}/bundle"))
    assert "一起收的 3 件" in (await client.get(f"{PATH}/cases/{case}/bundle")).text
    assert "1 份都看过" in page
    [one] = await matters(UUID(str(found[0]["account"])))
    assert len(one.things) == 3


async def test_another_desk_sees_none_of_it_and_a_case_alone_has_no_bundle(client: httpx.AsyncClient) -> None:
    from tests.crossregion.test_intake import taken_in as alone

    await at_the_desk(client)
    one, case = await alone(client), await taken_in(client)
    assert (await client.get(f"{PATH}/cases/{one}/bundle")).status_code == 404
    await at_the_desk(client, hall="city")
    assert (await client.get(f"{PATH}/cases/{case}/bundle")).status_code == 404
    assert (await client.post(f"{PATH}/cases/{case}/bundle/hand-over")).status_code == 404
    assert (await handed_in_blind(client, case)).status_code == 404


async def handed_in_blind(client: httpx.AsyncClient, case: UUID) -> httpx.Response:
    files = {"files-0": ("1.jpg", photo().getvalue(), "image/jpeg")}
    return await client.post(
        f"{PATH}/cases/{case}/bundle/papers", data={"name": "身份证", "originals": ""}, files=files
    )

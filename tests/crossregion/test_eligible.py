"""Before anybody sits down at the desk in Shanghai: how a matter goes there, or which way there is instead."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from backend import catalog, clock, crossregion
from backend.catalog.tables import Hall, Item
from backend.crossregion.eligible import applicants_of, situations_of
from backend.crossregion.rules import desk_rules
from backend.crossregion.tables import DeskAsking
from backend.identity.sessions import open_session
from backend.refusal import Denied, NotFound, Refusal
from tests.visits.town import staff

DESK = "shanghai"


async def called(name: str) -> Item:
    item = await Item.objects().get(Item.name == name)
    assert item is not None
    return await catalog.item(UUID(str(item.id)))


async def at_the_desk(client: httpx.AsyncClient, role: str = "desk", hall: str = DESK) -> UUID:
    by = await staff(role, "hall", hall)
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=by))
    return by


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text.partition("<main")[2]))


async def test_all_that_the_desk_takes_in_has_a_way_and_every_way_has_its_matter() -> None:
    taken = {item.code: item for item in await Item.objects().where(Item.shanghai.eq(True))}
    assert len(taken) == 42
    named = [code for way in desk_rules().way for code in (way.item, *way.usual_with)]
    assert set(named) <= set(taken)
    assert len({way.item for way in desk_rules().way}) == len(desk_rules().way)
    for item in taken.values():
        for applicant in applicants_of(item):
            for situation in ["", *(one.name for one in situations_of(item))]:
                assert (await crossregion.plan(item, applicant, situation, [])).mode


@pytest.mark.parametrize(
    ("name", "mode", "live", "originals"),
    [
        ("异地就医备案", "全程网办", False, False),
        ("医药费零星报销", "异地代收代办", False, False),
        ("身份证异地受理", "多地联办", False, False),
        ("不动产转移登记预受理", "异地代收代办", True, True),
    ],
)
async def test_each_matter_goes_its_way(name: str, mode: str, live: bool, originals: bool) -> None:
    found = await crossregion.plan(await called(name), "self", "", [])
    assert (found.mode_name, bool(found.live), found.originals) == (mode, live, originals)


async def test_a_situation_changes_the_way_and_nothing_else() -> None:
    item = await called("不动产抵押注销")
    plain = await crossregion.plan(item, "self", "", [])
    online = await crossregion.plan(item, "self", "银行已经在网上注销", [])
    assert (plain.mode_name, plain.originals) == ("异地代收代办", True)
    assert (online.mode_name, online.originals, online.signing) == ("全程网办", False, plain.signing)


async def test_what_to_bring_follows_from_who_applies_and_what_holds() -> None:
    item = await called("异地就医备案")
    assert [one.name for one in (await crossregion.plan(item, "self", "", [])).papers] == ["身份证"]
    found = await crossregion.plan(item, "authorised", "", ["长期住外地的"])
    assert [one.name for one in found.papers] == ["身份证", "居住证明"]
    assert any("委托书" in name for name in found.more)


async def test_a_firm_is_offered_only_where_firms_apply() -> None:
    assert set(applicants_of(await called("公司变更"))) == {"firm"}
    assert "firm" not in applicants_of(await called("异地就医备案"))


async def test_the_desk_sees_who_decides_and_in_how_many_days(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    item = await called("公司设立")
    page = words(await client.get(f"/console/crossregion/items/{item.id}?applicant=self"))
    assert "在屏上手写签（没有接入可靠电子签名）" in page
    assert "从启东受理的第二天算起" in page
    odd = await client.get(f"/console/crossregion/items/{item.id}?applicant=nobody&situation=x&holds=y")
    assert words(odd).count("本人来办") == 1


async def test_what_is_not_taken_in_leads_to_the_way_that_exists(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    for item in await Item.objects().where(Item.shanghai.eq(False)):
        assert await crossregion.elsewhere(await catalog.item(UUID(str(item.id)))), item.name
    other = await called("护照")
    page = words(await client.get(f"/console/crossregion/items/{other.id}"))
    assert "还有这些办法" in page
    assert "回启东办" in page


async def test_what_was_asked_for_and_is_missing_is_counted(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    item = await Item.objects().where(Item.shanghai.eq(False)).order_by(Item.name).first()
    assert item is not None
    for _ in range(2):
        answer = await client.post("/console/crossregion/askings", data={"item": str(item.id)})
        assert answer.status_code == 303
    await client.post("/console/crossregion/askings", data={"words": "给猫上户口"})
    assert "记下了" in words(await client.get(answer.headers["location"]))
    page = words(await client.get("/console/crossregion"))
    assert re.search(rf"{item.name} 最近 \S+ \S+ 2 次", page)
    assert "给猫上户口" in page
    with pytest.raises(Refusal, match="能收"):
        await crossregion.asked_for(UUID(str((await called("异地就医备案")).id)), "", by)
    with pytest.raises(NotFound):
        await crossregion.asked_for(uuid4(), "", by)
    assert await DeskAsking.count() == 3


async def test_only_the_desk_notes_and_nothing_is_no_asking(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client, "manager", "city")
    assert (await client.get("/console/crossregion")).status_code == 200
    assert (await client.post("/console/crossregion/askings", data={"words": "护照"})).status_code == 403
    with pytest.raises(Denied):
        await crossregion.asked_for(None, "护照", by)
    await at_the_desk(client)
    assert (await client.post("/console/crossregion/askings", data={"words": " "})).status_code == 422
    assert await DeskAsking.count() == 0
    assert await Hall.exists().where(Hall.code == DESK)


async def test_who_may_come_by_a_mandate_is_the_matter_s_own_to_say() -> None:
    for name, may in (
        ("异地就医备案", True), ("补领结婚证", False), ("身份证异地受理", False),
        ("无犯罪记录证明", True), ("养老待遇资格认证", False),
    ):  # fmt: skip
        offered = applicants_of(await called(name))
        assert {"self", "guardian"} <= set(offered)
        assert ({"family", "authorised"} <= set(offered), "family" in offered) == (may, may), name


async def test_what_is_decided_at_home_at_once_is_not_decided_at_the_desk(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    item = await called("医保参保凭证")
    assert item.promised_days == 0
    assert "启东受理当天办结" in words(await client.get(f"/console/crossregion/items/{item.id}"))
    assert "当场办结" not in words(await client.get(f"/console/crossregion/items/{item.id}"))


async def test_a_signing_service_is_promised_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    item = await called("公司变更")
    without = await crossregion.plan(item, "firm", "", [])
    assert (without.signing, without.signing_name) == ("drawn", "在屏上手写签（没有接入可靠电子签名）")
    monkeypatch.setattr("backend.esign.offered", lambda: True)
    with_one = await crossregion.plan(item, "firm", "", [])
    assert (with_one.signing, with_one.signing_name) == ("certified", "用可靠电子签名")

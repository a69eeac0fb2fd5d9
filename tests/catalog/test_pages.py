"""Searching and reading a guide, as a browser without JavaScript sees them."""

from uuid import uuid4

import httpx
import pytest

from backend import catalog
from backend.catalog.tables import Hall, Item, Material, Text
from backend.refusal import NotFound
from tests import factories, kept


@pytest.fixture
async def qidong() -> None:
    await kept.qidong()


async def guide_of(name: str) -> str:
    item = await Item.objects().get(Item.name == name)
    assert item is not None
    return f"/items/{item.id}"


@pytest.mark.usefixtures("qidong")
async def test_the_first_sight_is_what_people_ask_for_most(client: httpx.AsyncClient) -> None:
    answer = await client.get("/items")
    assert answer.status_code == 200
    assert "大家常办" in answer.text
    assert "身份证换领" in answer.text
    assert "按部门找" in answer.text


@pytest.mark.usefixtures("qidong")
async def test_searching_works_as_a_form_and_as_a_fragment(client: httpx.AsyncClient) -> None:
    whole = await client.get("/items", params={"q": "身份证掉了"})
    part = await client.get("/items/found", params={"q": "身份证掉了"})
    assert 'value="身份证掉了"' in whole.text
    assert await guide_of("身份证补领") in whole.text
    assert await guide_of("身份证补领") in part.text
    assert "<html" not in part.text
    assert part.text.strip() in whole.text


@pytest.mark.usefixtures("qidong")
async def test_nothing_found_says_what_to_do(client: httpx.AsyncClient) -> None:
    answer = await client.get("/items", params={"q": "红烧肉怎么做"})
    assert answer.status_code == 200
    assert "没找到“红烧肉怎么做”" in answer.text
    assert "12345" in answer.text
    assert "大家常办" in answer.text


@pytest.mark.parametrize("q", ["长" * 61, "身份\x00证", "<script>\x07"])
@pytest.mark.parametrize("path", ["/items", "/items/found"])
async def test_a_bad_query_is_named_and_kept(client: httpx.AsyncClient, path: str, q: str) -> None:
    answer = await client.get(path, params={"q": q})
    assert answer.status_code == 422
    assert "要办的事" in answer.text
    assert "<script>\x07" not in answer.text


@pytest.mark.usefixtures("qidong")
async def test_a_guide_says_what_to_bring_where_when_how_long_and_what_it_costs(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get(await guide_of("身份证换领"))).text
    item = await Item.objects().get(Item.name == "身份证换领")
    assert item is not None
    for paper in await Material.objects().where(Material.item == item.id):
        assert f'data-tick="{paper.id}"' in page
    for told in ("启东市政务服务中心", "周一至周五 9:00–12:00", "20 个工作日", "每证 20 元", "居民身份证法"):
        assert told in page
    assert f'href="/appointments/new?item={item.id}"' in page
    assert "待主管部门确认" in page


@pytest.mark.usefixtures("qidong")
@pytest.mark.parametrize(
    ("name", "said"), [("异地就医备案", "网上就能办"), ("老年人优待证", "随到随办"), ("高龄津贴", "不用预约")]
)
async def test_what_cannot_be_booked_says_what_to_do_instead(
    client: httpx.AsyncClient, name: str, said: str
) -> None:
    page = (await client.get(await guide_of(name))).text
    assert said in page
    assert "/appointments/new" not in page


async def test_where_to_do_it_online_is_a_text_of_the_city(client: httpx.AsyncClient) -> None:
    item = await factories.item(await factories.line(await factories.hall()), bookable=False, online=True)
    await Text.insert(Text(key="online-portal", value="在“滨城通”上搜事项名称。"))
    assert "在“滨城通”上搜事项名称。不方便上网的" in (await client.get(f"/items/{item.id}")).text


async def test_a_paper_that_may_come_later_says_by_when_in_working_days(client: httpx.AsyncClient) -> None:
    item = await factories.item(await factories.line(await factories.hall()))
    await Material.insert(
        Material(
            item=item.id,
            position=1,
            name="诊断证明",
            original="both",
            form="either",
            copies=2,
            issuer="医院",
            necessity=3,
            deferrable=True,
            defer_days=5,
            defer_how="网上上传",
        )
    )
    page = (await client.get(f"/items/{item.id}")).text
    assert "原件和复印件 2 份 · 电子的也行 · 医院开具" in page
    assert "可以后补：5 个工作日内，网上上传" in page


async def test_a_line_of_the_list_says_how_long_and_in_which_unit(client: httpx.AsyncClient) -> None:
    line = await factories.line(await factories.hall())
    await factories.item(line, "公租房申请", promised_days=2, promised_unit="month", online=True)
    page = (await client.get("/items", params={"q": "公租房申请"})).text
    assert "2 个月内办结 · 网上可办" in page


@pytest.mark.usefixtures("qidong")
async def test_every_guide_renders(client: httpx.AsyncClient) -> None:
    for item in await Item.select(Item.id, Item.name):
        answer = await client.get(f"/items/{item['id']}")
        assert answer.status_code == 200, item["name"]
        assert "None" not in answer.text, item["name"]


async def test_a_guide_follows_every_change(client: httpx.AsyncClient) -> None:
    hall = await factories.hall(name="老大厅")
    item = await factories.item(await factories.line(hall), conditions="<b>谁都能办</b>")
    assert "老大厅" in (await client.get(f"/items/{item.id}")).text
    await Hall.update({Hall.name: "新大厅"}).where(Hall.id == hall.id)
    page = (await client.get(f"/items/{item.id}")).text
    assert "新大厅" in page
    assert "老大厅" not in page
    assert "&lt;b&gt;谁都能办" in page
    await Material.insert(
        Material(item=item.id, position=1, name="船员证", original="original", form="paper")
    )
    assert "船员证" in (await client.get(f"/items/{item.id}")).text


@pytest.mark.parametrize("path", [f"/items/{uuid4()}", "/items/1", "/items/x'--"])
async def test_an_unknown_item_is_a_404(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


async def test_an_item_nobody_has_is_refused_in_words() -> None:
    with pytest.raises(NotFound, match="没有找到这件事"):
        await catalog.item(uuid4())


@pytest.mark.usefixtures("qidong")
async def test_places_come_with_hours_the_city_first_shanghai_last() -> None:
    item = await Item.objects().get(Item.name == "社保卡补换")
    assert item is not None
    found = await catalog.places(item.id)
    assert [place["kind"] for place in found] == ["city", *["town"] * 12, "shanghai"]
    assert found[0]["hours"] == [
        "周一至周五 9:00–12:00、13:00–17:00",
        "周一至周五 12:00–13:00（只接待预约）",
        "周六 9:00–12:00（只接待预约）",
    ]
    assert found[0]["letter"] == "C"


@pytest.mark.usefixtures("qidong")
async def test_the_footer_carries_what_the_law_expects(client: httpx.AsyncClient) -> None:
    labels = [entry.label for entry in await catalog.footer()]
    assert {
        "ICP 备案",
        "公安备案",
        "政府网站找错（待确认）",
        "支持 IPv6 访问",
        "党政机关网站标识（待确认）",
    } <= set(labels)
    assert "苏ICP备" in (await client.get("/items")).text
    assert "第十三条" in (await catalog.texts())["privacy-notice"]


async def test_what_one_stranger_wrote_into_the_address_is_on_nobody_else_s_page(
    client: httpx.AsyncClient,
) -> None:
    item, _ = await factories.bookable()
    assert "13800138000" in (await client.get(f"/items/{item.id}?q=13800138000")).text
    assert "13800138000" not in (await client.get(f"/items/{item.id}")).text

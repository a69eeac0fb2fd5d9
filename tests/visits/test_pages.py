"""The pages of visits: asked for, taken, agreed, signed and handed in on the page; each step is told."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from backend import clock, db, notify, secrecy, visits
from backend.identity.sessions import open_session
from tests import factories as make
from tests.visits import town
from tests.visits.town import Town, asked, staff, visit
from tests.world_visits import signed, text_hash


@pytest.fixture
async def here() -> Town:
    return await town.town()


async def be(client: httpx.AsyncClient, *, account: UUID | None = None, staff: UUID | None = None) -> None:
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account, staff=staff))


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text.partition("<main")[2]))


async def test_a_daughter_asks_for_her_mother_and_sees_where_it_stands(
    client: httpx.AsyncClient, here: Town
) -> None:
    owner = await make.account()
    mother = await make.person(owner, relation="family", name="李秀英")
    await be(client, account=UUID(str(owner.id)))
    form = {
        "token": secrecy.fresh_token(), "item": str(here.item.id), "person": str(mother.id), "village": "east",
        "reason": "elder", "address": "3 组 12 号", "phone": "", "note": "耳朵不好",
    }  # fmt: skip
    wrong = await client.post("/visits", data={**form, "village": "", "phone": "123"})
    assert wrong.status_code == 422
    assert all(f'href="#f-{name}"' in wrong.text for name in ("village", "phone"))
    assert "耳朵不好" in wrong.text
    answer = await client.post("/visits", data=form)
    assert answer.status_code == 303
    shown = words(await client.get(answer.headers["location"]))
    assert "李*英" in shown
    assert "前会有人接" in shown
    assert "残疾人证申领" in words(await client.get("/visits"))


async def test_each_step_is_told_in_plain_words(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await be(client, staff=here.east)
    for noun, form in (
        ("taking", {}),
        ("agreement", {"day": "2026-11-24", "time": "10:00", "minutes": "60"}),
    ):
        answer = await client.post(f"/console/visits/{one}/{noun}", data=form)
        assert answer.status_code == 303, noun
    await notify.sweep()
    told = await db.rows("SELECT title, body FROM notice ORDER BY created_at, id")
    assert [row["title"] for row in told] == [
        "已经申请上门：残疾人证申领",
        "有人接了：残疾人证申领",
        "上门时间约好了：残疾人证申领",
    ]
    assert "不收费" in told[-1]["body"]
    await be(client, account=(await visit(one)).account)
    assert "陈代办 明天 10:00 上门" in words(await client.get(f"/visits/{one}"))


async def test_only_who_goes_there_reads_where_and_whom_to_call(
    client: httpx.AsyncClient, here: Town
) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    seen = {}
    for name, by in (
        ("agent", here.east),
        ("clerk", here.clerk),
        ("hotline", await staff("clerk", "hall", "city")),
    ):
        await be(client, staff=by)
        page = await client.get(f"/console/visits/{one}")
        seen[name] = "10000007777" in page.text, "3 组 12 号" in page.text
    assert seen == {"agent": (True, True), "clerk": (False, False), "hotline": (False, False)}


async def test_at_the_door_without_a_script_people_sign_on_paper(
    client: httpx.AsyncClient, here: Town
) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await signed(one, here.east)
    await be(client, staff=here.east)
    assert "身份证" in words(await client.get(f"/console/visits/{one}/completion"))
    form = {"record": str(uuid4()), "identity": "card", "name": "身份证", "originals": "1", "copies": "2"}
    unsigned = await client.post(f"/console/visits/{one}/completion", data=form)
    assert unsigned.status_code == 422
    assert (await visit(one)).state == "taken"
    answer = await client.post(f"/console/visits/{one}/completion", data={**form, "on_paper": "yes"})
    assert answer.status_code == 303
    paper = words(await client.get(f"/console/visits/{one}/documents/handover"))
    assert "身份证（原件 1 份，复印件 2 份）" in paper
    await be(client, staff=here.clerk)
    assert (await client.post(f"/console/visits/{one}/submission")).status_code == 303
    await be(client, account=(await visit(one)).account)
    assert "看办到哪一步" in words(await client.get(f"/visits/{one}"))


async def test_a_changed_text_is_shown_again_before_it_is_signed(
    client: httpx.AsyncClient, here: Town
) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await be(client, staff=here.east)
    form = {
        "powers": "promise", "until": "2026-12-23", "name": "身份证", "originals": "1", "copies": "0",
        "hash": await text_hash(one, here.east), "signature": "", "on_paper": "yes",
    }  # fmt: skip
    answer = await client.post(f"/console/visits/{one}/mandate", data=form)
    assert answer.status_code == 409
    assert "重新给他看一遍" in words(answer)
    assert "委托他：代为作出告知承诺" in words(answer)


async def test_the_supervisor_sees_what_is_late_first_and_nobody_ranked(
    client: httpx.AsyncClient, here: Town
) -> None:
    await town.be_on("11-23", "09:30")
    await asked(here)
    await town.be_on("11-23", "11:40")
    await asked(here)
    await be(client, staff=await staff("supervisor", "all", ""))
    shown = words(await client.get("/console/visits"))
    assert shown.index("超时") < shown.rindex("等人接单")
    assert not any(word in shown for word in ("排名", "积分", "轨迹", "打卡"))


async def test_a_reassignment_has_its_document(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await visits.reassign(one, here.middle, here.clerk, "请假")
    await be(client, staff=here.clerk)
    assert "改派单" in words(await client.get(f"/console/visits/{one}"))
    paper = words(await client.get(f"/console/visits/{one}/documents/reassignment"))
    assert "由陈代办改为陈代办负责上门" in paper
    assert "因为：请假" in paper

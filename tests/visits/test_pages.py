"""The pages of visits: asked for, taken, agreed, signed and handed in on the page; each step is told."""

import datetime as dt
import re
from uuid import UUID, uuid4

import httpx
import pytest

from backend import clock, db, notify, secrecy, visits
from backend.identity.sessions import open_session
from backend.refusal import Refusal
from backend.visits.mandate import mandate_of, text_for
from backend.visits.signed import digest
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
    await visits.terminate(one, here.clerk, "住院了，不办了")
    await be(client, staff=here.east)
    page = await client.get(f"/console/visits/{one}")
    assert ("10000007777" in page.text, "3 组 12 号" in page.text) == (False, False)


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


async def test_what_happens_twice_has_a_document_of_each(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    for why in ("住院", "出门"):
        await visits.pause(one, here.clerk, why)
        await visits.resume(one, here.clerk)
    await visits.reassign(one, here.middle, here.clerk, "请假")
    await visits.reassign(one, here.east, here.clerk, "回来了")
    await be(client, staff=here.clerk)
    listed = words(await client.get(f"/console/visits/{one}"))
    assert all(f"{name}（第 {n} 次）" in listed for name in ("中止单", "改派单") for n in (1, 2))
    of = f"/console/visits/{one}/documents"
    said = [words(await client.get(f"{of}/{name}")) for name in ("pause-1", "pause-2", "reassignment-1")]
    assert [why in paper for why, paper in zip(("住院", "出门", "请假"), said, strict=True)] == [True] * 3
    assert "出门" not in said[0]
    for none in ("pause-0", "pause-3", "pause-x", "pause-²", "none"):
        assert (await client.get(f"{of}/{none}")).status_code == 404


async def test_only_what_they_may_do_is_offered(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    offered = {}
    for name, by in (
        ("agent", here.east),
        ("next door", here.middle),
        ("clerk", here.clerk),
        ("hotline", await staff("clerk", "hall", "city")),
    ):
        await be(client, staff=by)
        page = (await client.get(f"/console/visits/{one}")).text
        offered[name] = "/taking" in page, "/documents/intake" in page
    assert offered == {
        "agent": (True, False), "next door": (False, False), "clerk": (True, True), "hotline": (False, False),
    }  # fmt: skip
    await visits.take(one, here.east)
    await be(client, staff=here.east)
    assert "/documents/intake" in (await client.get(f"/console/visits/{one}")).text


async def test_next_door_takes_what_has_come_to_their_circle(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await db.rows("UPDATE visit SET circle = 2 WHERE id = $1", one)
    await be(client, staff=here.middle)
    page = (await client.get(f"/console/visits/{one}")).text
    assert ("/taking" in page, "/documents/" in page) == (True, False)


async def test_each_dialog_s_reason_has_its_own_label_and_a_refusal_stands_in_the_open_one(
    client: httpx.AsyncClient, here: Town
) -> None:
    first, second = await asked(here), await asked(here)
    for one in (first, second):
        await visits.take(one, here.east)
    await visits.agree(first, town.at("11-24", "10:00"), 60, here.east)
    await be(client, staff=here.east)
    form = {"day": "2026-11-24", "time": "10:30", "minutes": "60"}
    answer = await client.post(f"/console/visits/{second}/agreement", data=form)
    assert answer.status_code == 409
    open_one = answer.text.partition('id="agree"')[2].partition("</dialog>")[0]
    assert "已经约了另一家" in open_one
    assert answer.text.count("已经约了另一家") == 1
    ids = re.findall(r' id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label for="([^"]+)"', answer.text)) <= set(ids)


async def test_who_goes_instead_is_chosen_by_whoever_gives_it(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await be(client, staff=here.clerk)
    wrong = await client.post(f"/console/visits/{one}/reassignment", data={"to": "", "why": "请假"})
    assert wrong.status_code == 422
    assert "请选择改派给谁" in words(wrong)


async def test_what_was_taken_along_is_to_be_given_back_and_nothing_else_is_said(
    client: httpx.AsyncClient, here: Town
) -> None:
    back, said = "收下的材料原件退还申请人，当面清点", {}
    for name, counts in (("with", "1"), ("without", "")):
        one = await asked(here)
        await visits.take(one, here.east)
        await be(client, staff=here.east)
        form = {
            "record": str(uuid4()),
            "identity": "card",
            "name": "身份证",
            "originals": counts,
            "copies": "",
        }
        done = await client.post(f"/console/visits/{one}/completion", data={**form, "on_paper": "yes"})
        assert done.status_code == 303
        await visits.terminate(one, here.east, "不办了")
        said[name] = back in words(await client.get(f"/console/visits/{one}/documents/end"))
        assert (
            "没有交接材料" in words(await client.get(f"/console/visits/{one}/documents/handover"))
        ) != said[name]
    assert said == {"with": True, "without": False}


async def test_at_the_door_nothing_is_filled_in_beforehand(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await be(client, staff=here.east)
    page = (await client.get(f"/console/visits/{one}/completion")).text
    assert not re.search(r'name="identity"[^>]*checked', page)
    assert 'name="name" aria-label="第 1 样材料" maxlength="80" value="身份证"' in page
    assert set(re.findall(r'name="(?:originals|copies)"[^>]*value="([^"]*)"', page)) == {""}


async def test_a_mandate_for_nothing_is_not_drafted(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await be(client, staff=here.east)
    page = await client.get(f"/console/visits/{one}/mandate", params={"until": "2026-12-20"})
    assert "请勾选委托代办员做什么" in words(page)
    assert not re.search(r'name="powers"[^>]*checked', page.text)


async def test_a_mandate_that_ended_with_its_agent_says_so(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await signed(one, here.east)
    await visits.reassign(one, here.middle, here.clerk, "请假")
    await be(client, staff=here.clerk)
    paper = words(await client.get(f"/console/visits/{one}/documents/mandate"))
    assert "换人负责后不再有效" in paper
    assert "撤销。" not in paper


async def test_who_asked_reads_their_own_words_and_the_agreed_time(
    client: httpx.AsyncClient, here: Town
) -> None:
    one = await asked(here, note="上午在家")
    await visits.take(one, here.east)
    await visits.agree(one, town.at("11-24", "15:00"), 60, here.east)
    await be(client, account=(await visit(one)).account)
    shown = words(await client.get(f"/visits/{one}"))
    assert "上午在家" in shown
    assert "约好时间：11 月 24 日 15:00" in shown


async def test_what_is_asked_for_twice_leads_to_the_first(client: httpx.AsyncClient, here: Town) -> None:
    account, person = await make.citizen()
    await asked(here, (account, person))
    await be(client, account=UUID(str(account.id)))
    form = {
        "token": secrecy.fresh_token(), "item": str(here.item.id), "person": str(person.id), "village": "east",
        "reason": "elder", "address": "3 组 12 号",
    }  # fmt: skip
    answer = await client.post("/visits", data=form)
    assert answer.status_code == 409
    assert '<a class="button quiet" href="/visits">' in answer.text
    wrong = await client.post("/visits", data={**form, "person": "", "reason": "", "village": ""})
    assert "请选择村、社区" in (said := words(wrong))
    assert said.index("请选择办事人") < said.index("请选择为什么要上门") < said.index("请选择村、社区")
    assert "/people/new?next=/visits/new" in wrong.text.replace("%3F", "?").replace("%2F", "/")


async def test_an_agent_moved_to_another_village_in_the_console_keeps_their_visits(
    client: httpx.AsyncClient, here: Town
) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    await be(client, staff=await staff("administrator", "all", ""))
    page = (await client.get(f"/console/staff/{here.east}")).text
    assert '<option value="village:east" selected>' in page
    form = {"seen": "agent@village:east", "role": "agent", "place": "village:west"}
    assert (await client.post(f"/console/staff/{here.east}/roles", data=form)).status_code == 303
    assert "网格代办员（汇龙镇 民胜村）" in words(await client.get(f"/console/staff/{here.east}"))
    await visits.agree(one, town.at("11-24", "10:00"), 60, here.east)
    await be(client, staff=here.east)
    assert "残疾人证申领" in words(await client.get("/console/visits"))
    new = {"name": "新代办", "username": "newagent", "role": "agent", "place": "village:east"}
    await be(client, staff=await staff("administrator", "all", ""))
    assert "新代办" in words(await client.post("/console/staff", data=new))


async def test_what_is_printed_early_in_the_morning_names_that_day_and_year(
    client: httpx.AsyncClient, here: Town
) -> None:
    await town.be_on("11-24", "06:30")
    one = await asked(here)
    await visits.take(one, here.east)
    await be(client, staff=here.east)
    paper = words(await client.get(f"/console/visits/{one}/documents/intake"))
    assert "申请时间 2026 年 11 月 24 日" in paper


async def test_a_mandate_of_next_year_names_the_year_and_says_when_it_is_over(
    client: httpx.AsyncClient, here: Town
) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    wanted = visits.Terms(("submit",), dt.date(2027, 1, 31))
    text = await text_for(one, wanted, here.east)
    await visits.sign(one, wanted, here.east, digest(text))
    owner = (await visit(one)).account
    for day, over in (dt.date(2027, 1, 31), False), (dt.date(2027, 2, 1), True):
        await clock.move_to(clock.at(day, dt.time(6, 30)))
        await be(client, staff=here.east)
        pages = [await client.get(f"/console/visits/{one}")]
        pages.append(await client.get(f"/console/visits/{one}/documents/mandate"))
        await be(client, account=owner)
        pages.append(await client.get(f"/visits/{one}"))
        assert all("2027 年 1 月 31 日" in words(page) for page in pages)
        assert ["已过期" in words(page) for page in pages] == [over] * 3


async def test_what_ends_the_visit_ends_its_mandate(client: httpx.AsyncClient, here: Town) -> None:
    one, other = await asked(here), await asked(here)
    for each in (one, other):
        await visits.take(each, here.east)
        await signed(each, here.east)
    await visits.terminate(one, here.clerk, "搬走了")
    await visits.withdraw(other, (await visit(other)).account)
    for each, said in (one, "上门终止后不再有效"), (other, "撤回申请后不再有效"):
        await be(client, staff=here.clerk)
        page = await client.get(f"/console/visits/{each}")
        assert said in words(page)
        assert 'data-opens="revoke"' not in page.text
        assert said in words(await client.get(f"/console/visits/{each}/documents/mandate"))
        await be(client, account=(await visit(each)).account)
        told = words(await client.get(f"/visits/{each}"))
        assert said in told
        assert "撤销委托" not in told
        with pytest.raises(Refusal, match="没有委托书"):
            await visits.revoke(each, here.clerk, "再撤一次")
        assert await mandate_of(each) is None


async def test_who_may_import_and_who_has_a_phone_is_led_there(client: httpx.AsyncClient, here: Town) -> None:
    led = {}
    for name, by in ("agent", here.east), ("clerk", here.clerk):
        await be(client, staff=by)
        page = (await client.get("/console/visits")).text
        led[name] = 'href="/visits/phone"' in page, 'href="/console/sync-imports"' in page
    assert led == {"agent": (True, False), "clerk": (False, True)}
    await be(client, staff=here.east)
    assert "打开上门手机页" in words(await client.get("/console/sync-devices"))


async def test_who_went_there_never_learns_who_rated_what(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    facts = visits.DoneFacts(uuid4(), "card", await clock.now())
    await visits.complete_from_record(one, here.east, facts)
    await visits.rate(one, 2, (await visit(one)).account, "话太少")
    seen = {}
    for name, by in (
        ("agent", here.east),
        ("clerk", here.clerk),
        ("manager", await staff("manager", "hall", town.TOWN)),
        ("supervisor", await staff("supervisor", "all", "")),
        ("auditor", await staff("auditor", "all", "")),
    ):
        await be(client, staff=by)
        page = words(await client.get(f"/console/visits/{one}"))
        seen[name] = "不满意，话太少" in page, "作了评价" in page
    no, yes = (False, False), (True, True)
    assert seen == {"agent": no, "clerk": no, "manager": yes, "supervisor": yes, "auditor": no}


async def test_one_of_the_five_is_asked_for_in_plain_words(client: httpx.AsyncClient, here: Town) -> None:
    one = await asked(here)
    await visits.take(one, here.east)
    facts = visits.DoneFacts(uuid4(), "card", await clock.now())
    await visits.complete_from_record(one, here.east, facts)
    await be(client, account=(await visit(one)).account)
    for level in ("", "6"):
        answer = await client.post(f"/visits/{one}/rating", data={"level": level, "words": ""})
        assert answer.status_code == 422
        assert "请选满意还是不满意" in words(answer)
    number = re.search(r'<a class="one-line" href="tel:[^"]+">[^<]+</a>', answer.text)
    assert number, "the centre's number does not break"


async def test_a_list_longer_than_a_page_is_whole_and_what_is_over_begins_with_the_latest(
    client: httpx.AsyncClient, here: Town
) -> None:
    one = await asked(here)
    await db.rows(
        """INSERT INTO visit SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(),
          'number', 'copy' || n, 'token_hash', sha256(n::text::bytea), 'item', v.item,
          'requested_at', v.requested_at + n * interval '1 second', 'state', $2::text))).*
        FROM visit v, generate_series(1, 120) AS n WHERE v.id = $1""",
        one,
        "withdrawn",
    )
    await be(client, staff=here.clerk)
    pages = [await client.get(f"/console/visits?group=over&page={n}") for n in (1, 2)]
    numbers = [re.findall(r"copy\d+", page.text) for page in pages]
    assert (len(numbers[0]), len(numbers[1])) == (100, 20)
    assert numbers[0][0] == "copy120"
    assert len({*numbers[0], *numbers[1]}) == 120
    assert "第 2 页，共 2 页、120 条" in words(pages[1])

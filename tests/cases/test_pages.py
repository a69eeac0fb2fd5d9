"""The pages of cases: a clerk takes one in, the officer decides it, its applicant sees each step and is told of it."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db, notify, secrecy
from backend.identity.sessions import open_session
from tests import factories as make
from tests.cases.letters import mailed
from tests.cases.office import Office, case, off, office, received
from tests.world import HERE


@pytest.fixture
async def at() -> Office:
    return await office()


async def be(client: httpx.AsyncClient, *, account: UUID | None = None, staff: UUID | None = None) -> None:
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", account=account, staff=staff))


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text.partition("<main")[2]))


def papers(at: Office, **more: str) -> dict[str, str]:
    return {
        "token": secrecy.fresh_token(), "item": str(at.item.id), "hall": HERE, "phone": "10000007777",
        "relation": "self", "name": "李四喜", "id_type": "resident", "id_number": make.id_number(7), **more,
    }  # fmt: skip


async def test_a_clerk_takes_papers_in_and_hands_out_a_receipt(client: httpx.AsyncClient, at: Office) -> None:
    await be(client, staff=at.clerk)
    answer = await client.post("/console/cases", data=papers(at))
    assert answer.status_code == 303
    receipt = await client.get(answer.headers["location"])
    [row] = await db.rows("SELECT number, password_sealed FROM service_case")
    assert secrecy.unseal(row["password_sealed"]) in words(receipt)
    assert "收件不等于受理" in words(receipt)
    assert "食品经营许可" in words(await client.get("/console/cases"))
    [one] = await db.rows("SELECT id FROM service_case")
    await cases.add_paper(one["id"], at.clerk, "营业执照", 1, 2)
    assert "营业执照 原件 1 份，复印件 2 份" in words(await client.get(answer.headers["location"]))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"id_number": "320681190001019999"}, "id_number"),
        ({"organisation": "启东海鲜有限公司"}, "uscc"),
        ({"uscc": "91320681MA1234567X"}, "uscc"),
        ({"relation": "authorised"}, "agreed"),
        ({"phone": "123"}, "phone"),
    ],
)
async def test_what_is_wrong_is_named_and_what_was_typed_stays(
    client: httpx.AsyncClient, at: Office, more: dict[str, str], field: str
) -> None:
    await be(client, staff=at.clerk)
    answer = await client.post("/console/cases", data=papers(at, **more))
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "李四喜" in answer.text
    assert await db.rows("SELECT id FROM service_case") == []


async def test_an_officer_decides_and_the_applicant_is_told_of_each_step(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, staff=at.officer)
    for noun, form in (("acceptance", {}), ("decision", {"decision": "granted"}), ("completion", {})):
        answer = await client.post(f"/console/cases/{one}/{noun}", data=form)
        assert answer.status_code == 303, noun
    await notify.sweep()
    told = await db.rows("SELECT kind, title FROM notice ORDER BY created_at, id")
    assert [row["kind"] for row in told] == [
        "case-received",
        "case-accepted",
        "case-decided",
        "case-finished",
    ]
    assert told[-1]["title"] == "办好了：食品经营许可"
    account = (await case(one)).account
    await be(client, account=account)
    assert "可以领了" in words(await client.get("/matters"))
    shown = words(await client.get(f"/cases/{one}"))
    assert "办好了，可以到" in shown
    assert "孙审批" not in shown, "an applicant reads what was done, not by whom"


async def test_a_refused_case_is_not_called_done_and_one_that_was_mailed_not_delivered(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await cases.decide(one, "refused", at.officer, "依据第五条")
    await cases.finish(one, at.officer)
    await notify.sweep()
    [told] = await db.rows("SELECT title, body FROM notice WHERE kind = 'case-finished'")
    assert told["title"] == "决定书做好了（不予批准）：食品经营许可"
    assert "领" in told["body"]
    await be(client, account=(await case(one)).account)
    shown = words(await client.get(f"/cases/{one}"))
    assert "不予批准，决定书做好了，可以到" in shown
    assert "办好了" not in shown.partition("经过")[0]
    await mailed(one, at.clerk)
    shown = words(await client.get(f"/cases/{one}"))
    assert "决定书寄出了，邮政 EMS，邮件号 EA123456789CN。请本人签收" in shown
    assert "送达" not in shown


@pytest.mark.parametrize(
    ("deed", "said"),
    [(cases.decline, "不予受理。理由：依据第五条"), (cases.give_back, "材料退回。原因：依据第五条")],
)
async def test_who_is_turned_away_reads_why_and_where_the_papers_are(
    client: httpx.AsyncClient, at: Office, deed: Any, said: str
) -> None:
    one = await received(at)
    await deed(one, at.clerk, "依据第五条")
    await be(client, account=(await case(one)).account)
    for _ in range(2):
        shown = words(await client.get(f"/cases/{one}"))
        assert said in shown
        assert "拿回，带上证件" in shown
        assert ("行政复议" in shown) is (deed is cases.decline)
        if (await case(one)).state != "filed":
            await cases.file(one, at.clerk)


async def test_after_the_correction_was_filled_there_is_no_second_notice_to_send(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, staff=at.clerk)
    assert "一次性补正告知…" in words(await client.get(f"/console/cases/{one}"))
    await cases.correct(one, at.clerk, [cases.Gap("健康证明", "补交")])
    await cases.fill(one, [row["id"] for row in await db.rows("SELECT id FROM case_gap")], at.clerk)
    page = await client.get(f"/console/cases/{one}")
    assert "一次性补正告知…" not in words(page)
    assert 'id="correct"' not in page.text
    answer = await client.post(f"/console/cases/{one}/correction", data={"what": "又一样", "how": ""})
    assert "只能发一次" in words(answer), "what was refused is said although its dialog is gone"


async def test_no_key_of_the_page_of_a_case_is_doubled(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await cases.add_paper(one, at.clerk, "营业执照", 1, 0)
    for staff in (at.clerk, at.officer):
        await be(client, staff=staff)
        keys = re.findall(r'data-key="(\w)"', (await client.get(f"/console/cases/{one}?seen=0")).text)
        assert len(keys) == len(set(keys)), sorted(keys)
        assert {"m", "o"} <= set(keys)
        if staff == at.clerk:
            await cases.accept(one, at.clerk)


async def test_a_date_may_move_only_where_it_lies_beyond_the_published_calendar(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)  # promised for 30 November, by law 21 December
    await be(client, staff=at.clerk)
    moves = "（可能有变：放假安排还没公布）"
    assert words(await client.get(f"/console/cases/{one}")).count(moves) == 2
    await off("12-15", working=True)
    shown = words(await client.get(f"/console/cases/{one}"))
    assert re.search(rf"法定最晚 12 月 21 日（周一）17:00 {moves} 。", shown)
    assert shown.count(moves) == 1
    assert "可能有变" not in words(await client.get("/console/cases"))
    await be(client, account=(await case(one)).account)
    assert "日子可能有变" not in words(await client.get(f"/cases/{one}"))


async def test_a_refusal_without_a_reason_is_refused_on_the_page(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, staff=at.officer)
    await client.post(f"/console/cases/{one}/acceptance")
    answer = await client.post(f"/console/cases/{one}/decision", data={"decision": "refused", "why": ""})
    assert answer.status_code == 409
    assert "请写明理由和依据" in words(answer)
    assert (await case(one)).state == "accepted"


async def test_the_gaps_of_the_one_notice_stand_on_both_pages(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await be(client, staff=at.clerk)
    body = "what=%E5%81%A5%E5%BA%B7%E8%AF%81&how=%E8%A1%A5%E4%BA%A4&what=%E5%B9%B3%E9%9D%A2%E5%9B%BE&how=&what=&how="
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post(f"/console/cases/{one}/correction", content=body, headers=form)
    assert answer.status_code == 303
    assert "平面图" in words(await client.get(f"/console/cases/{one}"))
    await be(client, account=(await case(one)).account)
    shown = words(await client.get(f"/cases/{one}"))
    assert "健康证" in shown
    assert "有材料要补" in shown

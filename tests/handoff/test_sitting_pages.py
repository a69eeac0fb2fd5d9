"""The steps as both sides see and press them; and what the record, the receipt and the desk's page say of them."""

import datetime as dt
import re
from uuid import UUID

import httpx

from backend import cases, clock, db
from backend.handoff import conclude, identify, recording, recording_pause
from backend.identity.sessions import open_session
from tests.crossregion.test_eligible import words
from tests.crossregion.test_intake import DRAWN
from tests.handoff.meeting import Meeting, meeting, papers
from tests.handoff.recorded import MATTER

PATH = "/console/handoffs"


async def sit(client: httpx.AsyncClient, by: UUID) -> None:
    client.cookies.clear()
    client.cookies.set("session", await open_session(await clock.now(), "测试", staff=by))


async def steps(client: httpx.AsyncClient, at: Meeting, by: UUID) -> str:
    await sit(client, by)
    answer = await client.get(f"{PATH}/{at.handoff}/sitting")
    assert answer.status_code == 200
    return answer.text


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


async def press(client: httpx.AsyncClient, at: Meeting, what: str, **form: str) -> httpx.Response:
    return await client.post(f"{PATH}/{at.handoff}/{what}", data=form)


async def test_a_session_from_the_id_to_the_decision_as_it_is_pressed(client: httpx.AsyncClient) -> None:
    at = await meeting()
    await papers(at.case, at.desk)
    for by in (at.desk, at.officer):
        assert "证件和本人一致" in await steps(client, at, by)
        assert (await press(client, at, "identity")).headers["location"].endswith(f"{at.handoff}#sitting")
    for code in re.findall(r'name="code" value="([a-z-]+)"', await steps(client, at, at.officer)):
        assert (await press(client, at, "statements", code=code, answer="said")).status_code == 303
    shown = await steps(client, at, at.desk)
    assert "屏对屏办理记录" in shown
    [hash_] = set(re.findall(r'name="hash" value="(\w{64})"', shown))
    assert (await press(client, at, "signature", hash=hash_, signature=DRAWN)).status_code == 303
    handed = await client.post(f"/console/crossregion/cases/{at.case}/hand-over")
    assert handed.status_code == 303
    assert "作出决定" not in plain(await steps(client, at, at.officer))
    assert (await press(client, at, "conclusion", outcome="granted")).status_code == 303
    over = plain(await steps(client, at, at.desk))
    assert "准予" in over
    assert "data-live" not in await steps(client, at, at.desk)
    assert (await cases.seen(at.case))["state"] == "decided"


async def test_no_side_is_offered_what_is_the_other_s(client: httpx.AsyncClient) -> None:
    at = await meeting()
    await at.known()
    await at.stated()
    desk, officer = await steps(client, at, at.desk), await steps(client, at, at.officer)
    assert ("/signature" in desk, "/conclusion" in desk) == (True, False)
    assert ("/signature" in officer, "/conclusion" in officer) == (False, True)
    assert "李四喜" not in officer
    assert (await press(client, at, "signature", hash="0" * 64, on_paper="yes")).status_code == 403
    await sit(client, at.desk)
    assert (await press(client, at, "conclusion", outcome="advice")).status_code == 403


async def test_who_is_recorded_reads_to_pause_before_an_id_is_held_up(client: httpx.AsyncClient) -> None:
    at = await meeting(MATTER)
    await recording.ask(at.handoff, at.desk)
    for by in (at.desk, at.officer):
        await recording.answer(at.handoff, True, "aloud", by)
    path, first = f"{PATH}/{at.handoff}/sitting", "举起证件以前先按“要看证件，暂停” R ，看完了按“接着录”"
    for by in (at.desk, at.officer):
        await sit(client, by)
        assert first in plain((await client.get(path)).text)
    its = plain((await client.get(f"{PATH}/{at.handoff}/recording")).text)
    assert "要看证件，暂停 R" in its
    assert "当面举证件的时候，工作人员先暂停" in (await recording.recording_of(at.handoff))["text"]
    await recording_pause.pause(at.handoff, "paper", at.desk)
    assert first not in plain((await client.get(path)).text)
    await recording_pause.go_on(at.handoff, at.desk)
    await identify.identify(at.handoff, at.desk)
    assert first in plain((await client.get(path)).text)
    await identify.identify(at.handoff, at.officer)
    assert first not in plain((await client.get(path)).text)


async def test_no_space_stands_between_two_chinese_words(client: httpx.AsyncClient) -> None:
    at = await meeting()
    await at.known()
    shown = await steps(client, at, at.desk)
    await _promised(at)
    shown += (await client.get(f"{PATH}/{at.handoff}/state")).text
    assert "会打 " in plain(shown)
    for line in re.findall(r"<(?:h2|p|small)\b.*?</(?:h2|p|small)>", shown):
        assert not re.search(r"[一-鿿] [一-鿿]", re.sub(r"<[^>]*>", "", line)), line


async def test_the_page_of_the_case_says_who_calls_back_about_it(client: httpx.AsyncClient) -> None:
    at = await meeting()
    await sit(client, at.desk)
    there = f"/console/crossregion/cases/{at.case}"
    assert f'data-live="{there}/handoffs/last"' in (await client.get(there)).text
    assert "回电" not in (await client.get(f"{there}/handoffs/last")).text
    await _promised(at)
    told = plain((await client.get(f"{there}/handoffs/last")).text)
    assert "约好了：今天 11:00 启东孙审批回电" in told
    await db.rows("UPDATE handoff SET called_at = call_back_at")
    assert "回电" not in (await client.get(f"{there}/handoffs/last")).text


async def _promised(at: Meeting) -> None:
    await db.rows(
        "UPDATE handoff SET state = 'callback_booked', call_back_by = officer, call_back_at = $2, ended_at = $2,"
        " due_at = NULL WHERE id = $1",
        at.handoff,
        await clock.now() + dt.timedelta(hours=1),
    )


async def test_what_was_typed_wrong_is_named_and_changes_nothing(client: httpx.AsyncClient) -> None:
    at = await meeting()
    await at.known()
    await sit(client, at.officer)
    for form, said in (
        ({}, "请填写结果"),
        ({"outcome": "perhaps"}, "请选结果"),
        ({"outcome": "refused"}, "写明理由"),
        ({"outcome": "gaps", "gaps": " \n "}, "还要补什么"),
        ({"outcome": "gaps", "gaps": "x" * 121}, "最多 120 个字"),
    ):
        answer = await press(client, at, "conclusion", **form)
        assert answer.status_code == 422, said
    await at.stated()
    await sit(client, at.desk)
    assert (await press(client, at, "signature", hash="0" * 64)).status_code == 422
    answer = await press(client, at, "signature", hash="0" * 64, on_paper="yes")
    assert (answer.status_code, "内容变了，请再看一遍" in words(answer)) == (409, True)
    [row] = await db.rows("SELECT record_way, outcome FROM handoff_sitting")
    assert (row["record_way"], row["outcome"]) == ("", "")


async def test_the_record_is_opened_from_the_case_and_who_looked_is_written_down(
    client: httpx.AsyncClient,
) -> None:
    at = await meeting()
    await at.signed()
    await conclude.conclude(at.handoff, "advice", at.officer)
    await sit(client, at.desk)
    case = (await client.get(f"/console/cases/{at.case}")).text
    assert f"{PATH}/{at.handoff}/record" in case
    closed = await client.get(f"{PATH}/{at.handoff}/record")
    assert ("看办理记录" in closed.text, "李四喜" in words(closed)) == (True, False)
    opened = await client.post(f"{PATH}/{at.handoff}/record/openings")
    assert "申请人李四喜" in words(opened)
    assert await db.rows("SELECT 1 FROM case_event WHERE kind = 'looked' AND why = '屏对屏办理记录'")


async def test_the_receipt_says_where_each_original_is_and_what_the_session_came_to(
    client: httpx.AsyncClient,
) -> None:
    at = await meeting()
    await papers(at.case, at.desk)
    hash_ = await at.signed()
    [paper] = [UUID(str(row["id"])) for row in await cases.papers_of(at.case) if row["name"] == "近期照片"]
    [row] = await db.rows("SELECT code FROM department WHERE id = (SELECT department FROM handoff)")
    pile = cases.Pile("hall:shanghai", {paper: 1}, "t")
    await cases.pack(at.case, pile, f"department:{row['code']}", "封 7", at.desk)
    [package] = await db.rows("SELECT number FROM custody_parcel")
    await conclude.conclude(at.handoff, "gaps", at.officer, gaps=("照片",))
    await sit(client, at.desk)
    told = words(await client.get(f"/console/cases/{at.case}/receipt"))
    assert "身份证 原件 1 份 在启东市驻沪政务服务办事点" in told, told
    assert f"近期照片 原件 1 份 封在包 {package['number']} 里，等着交给民政局" in told, told
    assert f"孙审批：还要补材料；照片。办理记录校验码 {hash_[:16]}" in told, told


async def test_what_is_added_after_the_signature_is_said_to_be_no_part_of_what_was_signed(
    client: httpx.AsyncClient,
) -> None:
    at = await meeting()
    await papers(at.case, at.desk)
    await at.signed()
    for by in (at.desk, at.officer):
        assert "签字以后" not in await steps(client, at, by)
    for _ in range(2):
        await cases.add_paper(at.case, at.desk, "结婚证", 1, 0)
    for by in (at.desk, at.officer):
        shown = await steps(client, at, by)
        assert "签字以后又加了 1 样材料，不在这份签字文书里：结婚证。" in shown
        assert "按那时的材料重新签" in shown
    await conclude.conclude(at.handoff, "gaps", at.officer, gaps=("照片",))
    await sit(client, at.desk)
    assert "签字以后加的 结婚证，不在这份记录里" in words(await client.get(f"{PATH}/{at.handoff}/record"))
    assert "签字以后加的，不在记录里：结婚证" in words(await client.get(f"/console/cases/{at.case}/receipt"))


async def test_what_usually_follows_is_offered_at_the_desk_when_it_is_over(client: httpx.AsyncClient) -> None:
    at = await meeting("医保关系转移")
    assert "接着办" not in await steps(client, at, at.desk)
    await conclude.conclude(at.handoff, "advice", at.officer)
    shown = await steps(client, at, at.desk)
    assert "接着办" in shown
    assert f"/console/crossregion/cases/{at.case}/companions" in shown
    assert "接着办" not in await steps(client, at, at.officer)


async def test_once_it_is_over_no_step_that_was_not_done_is_listed_as_open(client: httpx.AsyncClient) -> None:
    at = await meeting()
    for by in (at.desk, at.officer):
        assert "还没签" in await steps(client, at, by)
    await identify.identify(at.handoff, at.desk)
    await conclude.conclude(at.handoff, "advice", at.officer)
    shown = plain(await steps(client, at, at.desk))
    assert [said in shown for said in ("只是咨询", "1. 核对身份", "核对了")] == [True, True, True]
    assert [said in shown for said in ("还没", "没问", "2. 口头陈述", "3. 申请人签字")] == [False] * 4

"""A result that is mailed: on its way, signed for by whom, or come back; delivered only then, filed only after."""

from uuid import UUID

import httpx
import pytest

from backend import cases, db, notify, secrecy
from backend.cases import Asker
from backend.refusal import Denied, NotFound, Refusal
from tests.cases.letters import ADDRESS, COURIER, NUMBER, finished, mailed, to_mail
from tests.cases.office import Office, case, kinds, office, received
from tests.cases.test_pages import be, words
from tests.world import ELSEWHERE, Who, staff


@pytest.fixture
async def at() -> Office:
    return await office()


async def owner(one: UUID) -> UUID:
    return UUID(str((await case(one)).account))


async def state(one: UUID) -> str:
    return str((await case(one)).state)


async def told(kind: str) -> list[str]:
    await notify.sweep()
    return [row["body"] for row in await db.rows("SELECT body FROM notice WHERE kind = $1", kind)]


async def test_what_is_to_be_mailed_is_not_delivered_by_a_tap(at: Office) -> None:
    one = await finished(at)
    await to_mail(one, at.clerk)
    with pytest.raises(Refusal, match="请填邮件号寄出"):
        await cases.deliver(one, "counter", at.clerk)
    assert await state(one) == "finished"


async def test_nothing_is_mailed_without_a_known_courier_a_number_and_an_address(at: Office) -> None:
    one = await finished(at)
    for courier, number, said in (
        (COURIER, NUMBER, "没有要寄"),
        ("快马", NUMBER, "哪家"),
        (COURIER, "", "邮件号"),
    ):
        with pytest.raises(Refusal, match=said):
            await cases.mail(one, courier, number, at.clerk)
    assert await db.rows("SELECT 1 FROM case_mailing") == []


async def test_what_is_on_its_way_is_neither_delivered_nor_filed_nor_mailed_twice(at: Office) -> None:
    one = await finished(at)
    await mailed(one, at.clerk)
    assert await state(one) == "mailed"
    for deed in (
        cases.deliver(one, "counter", at.clerk), cases.file(one, at.clerk), cases.mail(one, COURIER, NUMBER, at.clerk),
        cases.choose_way(one, "counter", "", Asker(account=await owner(one))),
    ):  # fmt: skip
        with pytest.raises(Refusal):
            await deed
    assert await told("case-mailed") == [f"邮件号 {NUMBER}，到了请本人签收。"]
    assert await kinds(one) == ["received", "accepted", "decided", "finished", "chosen", "mailed"]


async def test_the_courier_s_word_counts_only_with_an_id_that_was_checked(at: Office) -> None:
    one = await finished(at)
    await mailed(one, at.clerk)
    with pytest.raises(Refusal, match="没有核对证件"):
        await cases.arrive(one, "李四", "self", at.clerk, checked=False)
    with pytest.raises(Refusal, match="先问过申请人"):
        await cases.arrive(one, "李四的母亲", "agent", at.clerk, checked=True)
    with pytest.raises(Refusal, match="谁签收"):
        await cases.arrive(one, "", "self", at.clerk, checked=True)
    assert await state(one) == "mailed"
    await cases.arrive(one, "李四的母亲", "agent", at.clerk, checked=True, confirmed=True)
    [row] = await db.rows("SELECT state, signer, receiver_sealed FROM case_mailing")
    assert (row["state"], row["signer"], secrecy.unseal(row["receiver_sealed"])) == (
        "arrived",
        "agent",
        "李四的母亲",
    )
    assert await state(one) == "delivered"
    await cases.file(one, at.clerk)


async def test_the_applicant_says_that_it_is_here_and_nobody_else_does(at: Office) -> None:
    one, other = await finished(at), await finished(at, 8)
    await mailed(one, at.clerk)
    with pytest.raises(NotFound):
        await cases.arrive_own(one, await owner(other))
    await cases.arrive_own(one, await owner(one))
    assert await state(one) == "delivered"
    with pytest.raises(Refusal, match="没有在寄送中"):
        await cases.arrive_own(one, await owner(one))
    with pytest.raises(Refusal, match="没有在寄送中"):
        await cases.come_back(one, "拒收", "again", at.clerk)


async def test_what_came_back_is_mailed_again_and_its_applicant_reads_why(at: Office) -> None:
    one = await finished(at)
    await mailed(one, at.clerk)
    with pytest.raises(Refusal, match="为什么退回"):
        await cases.come_back(one, "", "again", at.clerk)
    await cases.come_back(one, "无人签收", "again", at.clerk)
    assert await state(one) == "finished"
    assert await told("case-bounced") == ["无人签收。还会再寄一次；地址要改的，点开改。"]
    await cases.choose_way(one, "mail", "汇龙镇民乐路 2 号", Asker(account=await owner(one)))
    await cases.mail(one, COURIER, "EA987654321CN", at.clerk)
    rows = await db.rows("SELECT mail_no, state FROM case_mailing ORDER BY sent_at, state")
    assert [(row["mail_no"], row["state"]) for row in rows] == [(NUMBER, "back"), ("EA987654321CN", "sent")]


async def test_what_came_back_may_be_kept_to_be_collected(at: Office) -> None:
    one = await finished(at)
    await mailed(one, at.clerk)
    await cases.come_back(one, "拒收", "keep", at.clerk)
    found = await case(one)
    assert (found.state, found.way, bool(found.mail_sealed)) == ("finished", "counter", False)
    assert "带上证件来领" in (await told("case-bounced"))[0]
    await cases.deliver(one, "counter", at.clerk)


async def test_another_hall_has_no_hand_in_it(at: Office) -> None:
    one, far = await finished(at), await staff(Who(role="clerk", hall=ELSEWHERE))
    await mailed(one, at.clerk)
    for deed in (
        cases.mail(one, COURIER, NUMBER, far), cases.arrive(one, "李四", "self", far, checked=True),
        cases.come_back(one, "拒收", "again", far), cases.choose_way(one, "counter", "", Asker(staff=far)),
    ):  # fmt: skip
        with pytest.raises((NotFound, Denied)):
            await deed


async def test_a_decision_that_is_revoked_on_its_way_is_not_filed_before_the_letter_is_somewhere(
    at: Office,
) -> None:
    await db.rows("UPDATE item SET commitment = true")
    one = await finished_on_commitment(at)
    await mailed(one, at.clerk)
    await cases.verify(one, "broken", "没有灭火器", at.officer)
    assert await state(one) == "revoked"
    with pytest.raises(Refusal, match="还在寄送中"):
        await cases.file(one, at.clerk)
    await cases.come_back(one, "拦下来了", "keep", at.clerk)
    assert await state(one) == "revoked"
    await cases.file(one, at.clerk)


async def finished_on_commitment(at: Office) -> UUID:
    one = await received(at)
    await cases.commit(one, "我承诺", at.clerk, signed=True)
    await cases.decide(one, "granted", at.officer)
    await cases.finish(one, at.officer)
    return one


async def test_the_pages_lead_from_the_courier_s_number_to_the_signature(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await finished(at)
    await to_mail(one, at.clerk)
    await be(client, staff=at.clerk)
    here = f"/console/cases/{one}"
    wrong = await client.post(f"{here}/mail", data={"courier": COURIER, "mail_no": "？"})
    assert (wrong.status_code, "请照面单上的填写" in words(wrong)) == (422, True)
    sent = await client.post(f"{here}/mail", data={"courier": COURIER, "mail_no": "ea 123 456 789 cn"})
    assert sent.status_code == 303
    assert f"寄送中：{COURIER} {NUMBER}" in words(await client.get(here))
    assert "寄送中，等签收" in words(await client.get("/console/cases?group=result"))
    signed = {"receiver": "李四", "signer": "self"}
    refused = await client.post(f"{here}/arrival", data=signed)
    assert (refused.status_code, "没有核对证件" in words(refused)) == (409, True)
    assert (await client.post(f"{here}/arrival", data={**signed, "checked": "yes"})).status_code == 303
    letter = f"{here}/documents/delivery"
    assert f"送达方式 邮寄 邮件号 {NUMBER} 签收 李*" in words(await client.get(letter))
    assert "签收 李四" in words(await client.post(f"{letter}/copies"))


async def test_the_applicant_reads_where_it_is_and_says_that_it_is_here(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await finished(at)
    await mailed(one, at.clerk)
    await be(client, account=await owner(one))
    assert "寄给你了，收到了说一声" in words(await client.get("/matters"))
    assert f"邮件号 {NUMBER}。请本人签收，快递员会看证件。" in words(await client.get(f"/cases/{one}"))
    assert (await client.post(f"/cases/{one}/arrival")).status_code == 303
    shown = words(await client.get(f"/cases/{one}"))
    assert "结果已经送达" in shown
    assert "结果收到了" not in shown
    again = await client.post(f"/cases/{one}/arrival")
    assert (again.status_code, ADDRESS in again.text) == (409, False)


async def test_a_copy_of_one_s_data_names_each_mailing(at: Office) -> None:
    one = await finished(at)
    await mailed(one, at.clerk)
    await cases.come_back(one, "拒收", "keep", at.clerk)
    [(_, [told])] = await cases.export_of(await owner(one))
    [sent] = told["结果寄送"]
    assert (sent["邮件号"], sent["现在"], sent["退回的原因"]) == (NUMBER, "退回来了", "拒收")


async def test_online_means_that_the_applicant_agreed(at: Office) -> None:
    one = await finished(at)
    with pytest.raises(Refusal, match="同意"):
        await cases.choose_way(one, "online", "", Asker(account=await owner(one)))
    await cases.choose_way(one, "online", "", Asker(account=await owner(one)), agreed=True)
    assert (await case(one)).way == "online"

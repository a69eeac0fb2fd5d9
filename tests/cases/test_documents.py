"""The documents of a case: which there are, whose seal they bear, and who sees a name in full."""

import datetime as dt
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, db
from backend.cases import Approval, Asker, Gap, views
from backend.cases.documents import documents_of, seal_of
from backend.notify.rules import rules as notice_rules
from tests.cases.letters import mailed
from tests.cases.office import Office, case, kinds, office, received
from tests.cases.test_pages import be, words

HEAD = Approval("要到现场核实", "启市监〔2026〕1 号", "王局")


@pytest.fixture
async def at() -> Office:
    return await office()


async def titles(one: UUID, at: Office, *, to_staff: bool = True) -> list[str]:
    shown = await views.show_to_staff(one, at.clerk)
    return [document.title for document in documents_of(shown, to_staff=to_staff)]


async def test_there_is_a_document_for_each_step_that_the_law_wants_in_writing(at: Office) -> None:
    one = await received(at)
    assert await titles(one, at) == []
    await cases.correct(one, at.clerk, [Gap("健康证明", "补交")])
    gaps = [row["id"] for row in await db.rows("SELECT id FROM case_gap")]
    await cases.fill(one, gaps, at.clerk)
    await cases.accept(one, at.clerk)
    await cases.extend(one, 3, HEAD, at.officer)
    await cases.stop(one, "testing", 10, HEAD, at.officer)
    await cases.go_on(one, at.officer)
    await cases.decide(one, "refused", at.officer, "依据第五条")
    await cases.finish(one, at.officer)
    everything = [
        "收件凭证",
        "补正材料告知书",
        "受理通知书",
        "延长办理期限告知书",
        "特别程序告知书",
        "不予行政许可决定书",
    ]
    assert await titles(one, at, to_staff=False) == everything
    assert await titles(one, at) == [*everything[1:], "送达回证"]


async def test_each_special_procedure_and_each_mending_has_its_own_letter(
    client: httpx.AsyncClient, at: Office
) -> None:
    await db.rows("UPDATE item SET commitment = true")
    one = await received(at)
    await cases.commit(one, "我承诺", at.clerk, signed=True)
    for procedure, day, found in (("testing", 25, "没有灭火器"), ("hearing", 27, "过道堵着")):
        await cases.stop(one, procedure, 10, HEAD, at.officer)
        await cases.go_on(one, at.officer)
        await cases.verify(one, "mending", found, at.officer, dt.date(2026, 11, day))
    shown = await titles(one, at)
    assert [shown.count(title) for title in ("特别程序告知书", "责令限期整改通知书")] == [2, 2]
    await be(client, staff=at.officer)
    for noun, said in (
        ("stop", "依法需要检测"), ("stop-2", "依法需要听证"), ("mending", "没有灭火器 请在 2026 年 11 月 25 日前"),
        ("mending-2", "过道堵着 请在 2026 年 11 月 27 日前"),
    ):  # fmt: skip
        assert said in words(await client.get(f"/console/cases/{one}/documents/{noun}")), noun
    assert (await client.get(f"/console/cases/{one}/documents/stop-3")).status_code == 404


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("mail", "送达方式 邮寄 邮件号 EA123456789CN"),
        ("cabinet", "送达方式 自取柜领取 送达地点"),
    ],
)
async def test_proof_of_delivery_names_the_refusal_and_the_way_it_went(
    client: httpx.AsyncClient, at: Office, way: str, said: str
) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await cases.decide(one, "refused", at.officer, "依据第五条")
    await cases.finish(one, at.officer)
    await be(client, staff=at.clerk)
    address = f"/console/cases/{one}/documents/delivery"
    assert "送达方式：" in words(await client.get(address))
    await (cases.deliver(one, way, at.clerk) if way == "cabinet" else mailed(one, at.clerk))
    shown = words(await client.get(address))
    assert f"送达文书 不予行政许可决定书 {said}" in shown


async def test_a_letter_that_extends_names_the_new_day(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await cases.extend(one, 3, HEAD, at.officer)
    [term] = await db.rows("SELECT statutory_due FROM service_case")
    until = clock.local(term["statutory_due"])
    await be(client, staff=at.officer)
    letter = words(await client.get(f"/console/cases/{one}/documents/extension"))
    assert f"延长 3 个工作日，到 {until.year} 年 {until.month} 月 {until.day} 日" in letter


async def test_documents_stand_in_the_order_in_which_they_came_about(at: Office) -> None:
    one = await received(at)
    await cases.correct(one, at.clerk, [Gap("健康证明", "补交")])
    await clock.move_to(await clock.now() + dt.timedelta(hours=1))
    await cases.fill(one, [row["id"] for row in await db.rows("SELECT id FROM case_gap")], at.clerk)
    await cases.accept(one, at.clerk)
    assert await titles(one, at) == ["补正材料告知书", "受理通知书"]


async def test_a_receipt_bears_the_seal_of_the_hall_and_a_decision_that_of_the_department(at: Office) -> None:
    one = await received(at)
    shown = await views.show_to_staff(one, at.clerk)
    assert seal_of(shown, "receipt") == f"{shown['hall_name']}收件专用章"
    assert seal_of(shown, "process") == f"{shown['department_name']}行政审批专用章"
    assert seal_of(shown, "decision") == f"{shown['department_name']}印章"
    assert seal_of({**shown, "channel": "4"}, "receipt") == f"{shown['hall_name']}跨域通办专用章"


async def test_a_screen_masks_the_name_and_a_copy_in_full_is_written_down(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await be(client, staff=at.clerk)
    shown = words(await client.get(f"/console/cases/{one}/documents/acceptance"))
    assert "李*" in shown
    assert "李四" not in shown
    copied = words(await client.post(f"/console/cases/{one}/documents/acceptance/copies"))
    assert "李四" in copied
    assert "承诺 5 个工作日办结，法定期限 20 个工作日" in copied
    assert await kinds(one) == ["received", "accepted", "printed"]


async def test_an_applicant_reads_their_own_in_full_and_no_paper_of_the_hall(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await cases.decline(one, at.clerk, "不是本部门的事")
    await be(client, account=UUID(str((await case(one)).account)))
    shown = words(await client.get(f"/cases/{one}/documents/declination"))
    for said in ("李四：", "不是本部门的事", "行政复议", "行政审批专用章", "2026 年 11 月 23 日"):
        assert said in shown
    assert "打印文书" not in words(await client.get(f"/cases/{one}"))
    for noun in ("label", "delivery", "acceptance", "nonsense"):
        assert (await client.get(f"/cases/{one}/documents/{noun}")).status_code == 404


async def test_an_address_stands_on_the_label_that_is_copied_and_nowhere_else(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await db.rows("UPDATE item SET delivery = true")
    await cases.choose_way(one, "mail", "汇龙镇人民路 1 号", Asker(account=(await case(one)).account))
    await cases.accept(one, at.clerk)
    await cases.decide(one, "granted", at.officer)
    await cases.finish(one, at.officer)
    await be(client, staff=at.clerk)
    pages = [f"/console/cases/{one}", f"/console/cases/{one}/documents/label"]
    for path in pages:
        assert "人民路" not in words(await client.get(path))
    assert "人民路 1 号" in words(await client.post(f"/console/cases/{one}/documents/label/copies"))


async def test_the_applicant_opens_the_receipt_among_the_documents(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await cases.add_paper(one, at.clerk, "户口簿", 1, 2)
    await be(client, account=UUID(str((await case(one)).account)))
    shown = await client.get(f"/cases/{one}")
    assert f'href="/cases/{one}/documents/receipt"' in shown.text
    assert "收件凭证" in words(shown)
    letter = words(await client.get(f"/cases/{one}/documents/receipt"))
    for said in (
        "李四",
        "户口簿（原件 1 份，复印件 2 份）",
        "（盖 启东市政务服务中心收件专用章）",
        "收件不等于受理",
    ):
        assert said in letter
    await be(client, staff=at.clerk)
    assert (await client.get(f"/console/cases/{one}/documents/receipt")).status_code == 404


async def test_what_the_desk_far_away_received_is_told_by_its_own_receipt(at: Office) -> None:
    shown = {**await views.show_to_staff(await received(at), at.clerk), "channel": "4"}
    [receipt] = documents_of(shown, to_staff=False)
    assert (receipt.title, receipt.seal) == ("收件告知单", f"{shown['hall_name']}跨域通办专用章")
    assert notice_rules().kinds["case-handed"].must_reach


async def test_the_receipt_is_signed_where_originals_stay(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await cases.add_paper(one, at.clerk, "申请表", 0, 1)
    await be(client, staff=at.clerk)
    assert "经手人签名" not in words(await client.get(f"/console/cases/{one}/receipt"))
    await cases.add_paper(one, at.clerk, "户口簿", 2, 0)
    shown = words(await client.get(f"/console/cases/{one}/receipt"))
    assert "原件 2 份留在启东市政务服务中心，当面点清。申请人签名： 经手人签名：" in shown

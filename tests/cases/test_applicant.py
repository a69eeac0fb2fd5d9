"""What applicants do with their own case: answer the notice, withdraw, say how the result is to come."""

from io import BytesIO
from uuid import UUID

import httpx
import pytest

from backend import cases, db, notify, secrecy
from backend.cases import Answer, Asker, Gap
from backend.cases.tables import CaseGap
from backend.catalog.tables import Item
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests.cases.letters import mailed
from tests.cases.office import Office, case, kinds, office, received
from tests.cases.test_pages import be, words
from tests.test_files import PDF, photo


@pytest.fixture
async def at() -> Office:
    return await office()


async def owner(one: UUID) -> UUID:
    return UUID(str((await case(one)).account))


async def noticed(at: Office) -> tuple[UUID, list[UUID]]:
    """A case whose two gaps were named."""
    one = await received(at)
    await cases.correct(one, at.clerk, [Gap("健康证明", "补交"), Gap("平面图", "重画")])
    return one, [row["id"] for row in await db.rows("SELECT id FROM case_gap ORDER BY position")]


async def test_an_answer_stands_beside_its_gap_and_the_clerk_ticks_the_papers_off(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, gaps = await noticed(at)
    await cases.supplement(one, [Answer(gaps[0], "明天送来"), Answer(gaps[1], "")], await owner(one))
    assert (await case(one)).state == "correcting"
    await be(client, staff=at.clerk)
    assert "申请人说：明天送来" in words(await client.get(f"/console/cases/{one}"))
    assert "申请人答复了" in words(await client.get("/console/cases"))
    await cases.fill(one, gaps, at.clerk)
    assert await kinds(one) == ["received", "correcting", "supplemented", "filled"]
    assert "补齐了，应当受理" in words(await client.get("/console/cases"))


def files(gap: UUID, *contents: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [(f"files-{gap}", (f"IMG_{n}.jpg", content, "image/jpeg")) for n, content in enumerate(contents)]


async def test_a_photo_comes_with_the_answer_and_stands_beside_its_gap_for_the_clerk(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, gaps = await noticed(at)
    await be(client, account=await owner(one))
    form = {"gap": [str(gap) for gap in gaps], "said": ["", "重画了"]}
    for _ in range(2):  # sent twice
        sent = await client.post(
            f"/cases/{one}/supplements", data=form, files=files(gaps[0], photo().getvalue(), PDF)
        )
        assert sent.status_code == 303
    found = await db.rows("SELECT gap, name FROM case_paper ORDER BY type")
    assert [(row["gap"], row["name"]) for row in found] == [(gaps[0], "健康证明")] * 2
    assert "重画了" in words(await client.get(f"/cases/{one}"))
    await be(client, staff=at.clerk)
    card = (
        words(await client.get(f"/console/cases/{one}")).partition("一次性补正告知")[2].partition("材料 ")[0]
    )
    assert card.index("健康证明") < card.index("照片") < card.index("平面图")


@pytest.mark.parametrize(
    ("contents", "status", "said"),
    [((b"MZ" * 200,), 422, "IMG_0.jpg 不是照片"), ((PDF,) * 11, 422, "一次最多")],
    ids=["no photo", "too many"],
)
async def test_a_bad_file_is_named_what_was_typed_stays_and_nothing_changes(
    client: httpx.AsyncClient, at: Office, contents: tuple[bytes, ...], status: int, said: str
) -> None:
    one, gaps = await noticed(at)
    await be(client, account=await owner(one))
    form = {"gap": [str(gap) for gap in gaps], "said": ["体检过了", "重画了"]}
    answer = await client.post(f"/cases/{one}/supplements", data=form, files=files(gaps[1], *contents))
    assert answer.status_code == status
    for word in (said, "体检过了", "重画了"):
        assert word in words(answer)
    assert await kinds(one) == ["received", "correcting"]
    assert await db.rows("SELECT 1 FROM case_paper") == []


async def test_files_of_no_gap_and_no_answer_at_all_are_refused(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, gaps = await noticed(at)
    await be(client, account=await owner(one))
    nothing = [(f"files-{gaps[0]}", ("", b"", "application/octet-stream"))]
    for sent, said in ((files(one, PDF), "请写明是哪一样"), (nothing, "请写明怎么补的")):
        form = {"gap": str(gaps[0]), "said": ""}
        answer = await client.post(f"/cases/{one}/supplements", data=form, files=sent)
        assert (answer.status_code, said in words(answer)) == (422, True)
    assert await db.rows("SELECT 1 FROM case_paper") == []


async def test_what_was_accepted_with_a_gap_is_answered_too_and_a_filled_one_is_not(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    with pytest.raises(Refusal):
        await cases.supplement(one, [Answer(one, "带来了")], await owner(one))
    gap = CaseGap(case=one, kind="tolerance", what="验资报告", how="", position=0)
    await CaseGap.insert(gap)
    given = Answer(UUID(str(gap.id)), "", (("报告.pdf", BytesIO(PDF)),))
    await cases.supplement(one, [given], await owner(one))
    assert (await case(one)).state == "accepted"
    assert await kinds(one) == ["received", "accepted", "added", "supplemented"]


async def test_nothing_said_and_a_gap_of_somebody_else_s_case_are_no_answer(at: Office) -> None:
    one, gaps = await noticed(at)
    other = await received(at, 8)
    for said in ([], [Answer(gaps[0], "")]):
        with pytest.raises(Refusal, match="写明"):
            await cases.supplement(one, said, await owner(one))
    await cases.correct(other, at.clerk, [Gap("证明", "补交")])
    with pytest.raises(Refusal, match="写明"):
        await cases.supplement(other, [Answer(gaps[0], "给你")], await owner(other))
    assert {row["answer"] for row in await db.rows("SELECT answer FROM case_gap")} == {""}


async def test_a_stranger_finds_no_case(at: Office) -> None:
    (one, gaps), stranger = await noticed(at), UUID(str((await make.account("10000009999")).id))
    for deed in (
        cases.supplement(one, [Answer(gaps[0], "给你")], stranger),
        cases.withdraw_own(one, stranger),
        cases.choose_way(one, "counter", "", Asker(account=stranger)),
    ):
        with pytest.raises(NotFound):
            await deed
    assert await kinds(one) == ["received", "correcting"]


async def test_who_withdraws_gives_no_reason_and_is_told_that_it_is_over(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await cases.withdraw_own(one, await owner(one))
    found = await case(one)
    assert (found.state, found.light) == ("withdrawn", "")
    await notify.sweep()
    told = await db.rows("SELECT body FROM notice WHERE kind = 'case-over'")
    assert "按你的意思" in told[0]["body"]


async def test_what_the_counter_withdraws_is_not_said_of_the_applicant(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, other = await received(at), await received(at)
    await cases.withdraw(one, at.clerk, "本人来说不办了")
    await cases.withdraw_own(other, await owner(other))
    for which, said in ((one, "窗口按申请撤回"), (other, "你撤回")):
        await be(client, account=await owner(which))
        assert said in words(await client.get(f"/cases/{which}"))


async def test_what_is_decided_is_not_withdrawn(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await cases.decide(one, "granted", at.officer)
    with pytest.raises(Refusal, match="往下走了"):
        await cases.withdraw_own(one, await owner(one))


async def test_who_withdraws_twice_is_told_that_it_is_withdrawn(at: Office) -> None:
    one = await received(at)
    account = UUID(str((await case(one)).account))
    await cases.withdraw_own(one, account)
    with pytest.raises(Refusal, match="已经撤回了"):
        await cases.withdraw_own(one, account)


async def test_only_what_the_item_mails_is_mailed_and_the_address_lies_sealed(at: Office) -> None:
    one = await received(at)
    with pytest.raises(Refusal, match="不能寄"):
        await cases.choose_way(one, "mail", "汇龙镇人民路 1 号", Asker(account=await owner(one)))
    await Item.update({Item.delivery: True}).where(Item.id == at.item.id)
    with pytest.raises(Refusal, match="寄到哪里"):
        await cases.choose_way(one, "mail", "", Asker(account=await owner(one)))
    await cases.choose_way(one, "mail", "汇龙镇人民路 1 号", Asker(account=await owner(one)))
    sealed = (await case(one)).mail_sealed
    assert sealed
    assert secrecy.unseal(sealed) == "汇龙镇人民路 1 号"
    await cases.choose_way(one, "counter", "", Asker(account=await owner(one)))
    assert (await case(one)).mail_sealed is None


async def test_what_is_mailed_has_a_number_and_its_applicant_is_told_it(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await cases.decide(one, "granted", at.officer)
    await cases.finish(one, at.officer)
    await mailed(one, at.clerk)
    await notify.sweep()
    told = await db.rows("SELECT body FROM notice WHERE kind = 'case-mailed'")
    assert "EA123456789CN" in told[0]["body"]


async def test_the_page_refuses_with_what_was_typed(client: httpx.AsyncClient, at: Office) -> None:
    one, gaps = await noticed(at)
    await be(client, account=await owner(one))
    answer = await client.post(f"/cases/{one}/way", data={"way": "mail", "address": "人民路 1 号"})
    assert answer.status_code == 409
    assert "不能寄" in words(answer)
    answer = await client.post(f"/cases/{one}/supplements", data={"gap": str(gaps[0]), "said": "说" * 401})
    assert answer.status_code == 422
    answer = await client.post(f"/cases/{one}/supplements", data={"gap": str(gaps[0]), "said": "明天送来"})
    assert answer.status_code == 303
    assert "明天送来" in words(await client.get(f"/cases/{one}"))

"""The result as a file: put in by who decides, opened by whom it is for, gone when the decision is."""

from io import BytesIO
from typing import IO
from uuid import UUID, uuid4

import httpx
import pytest

from backend import cases, db, notify, secrecy
from backend.cases import Asker
from backend.refusal import Denied, NotFound, Refusal
from tests.cases.letters import finished
from tests.cases.office import Office, case, kinds, office, received
from tests.cases.test_pages import be, words
from tests.test_files import PDF

NAME = "食品经营许可证"


@pytest.fixture
async def at() -> Office:
    return await office()


def sheet(more: bytes = b"") -> list[tuple[str, IO[bytes]]]:
    return [("a.pdf", BytesIO(PDF.replace(b"%%EOF", more + b"%%EOF")))]


async def owner(one: UUID) -> Asker:
    return Asker(account=UUID(str((await case(one)).account)))


async def with_a_file(at: Office, *, promised: bool = False) -> tuple[UUID, UUID]:
    """A granted case whose result is there, and the file of it."""
    if promised:
        await db.rows("UPDATE item SET commitment = true")
    one = await received(at)
    await (cases.commit(one, "我承诺", at.clerk, signed=True) if promised else cases.accept(one, at.clerk))
    await cases.decide(one, "granted", at.officer)
    await cases.add_results(one, NAME, sheet(), at.officer)
    [row] = await db.rows("SELECT id FROM case_result")
    return one, row["id"]


async def test_the_applicant_opens_it_once_the_result_is_there_and_each_look_is_written_down(
    at: Office,
) -> None:
    one, file = await with_a_file(at)
    mine = await owner(one)
    with pytest.raises(NotFound):
        await cases.open_result(one, file, mine)
    await cases.finish(one, at.officer)
    assert (await cases.open_result(one, file, mine))["type"] == "application/pdf"
    rows = await db.rows("SELECT why, by_account FROM case_event WHERE kind = 'fetched'")
    assert [(row["why"], row["by_account"]) for row in rows] == [(NAME, mine.account)]


async def test_nobody_else_opens_it(at: Office) -> None:
    one, file = await with_a_file(at)
    await cases.finish(one, at.officer)
    for asker in (Asker(account=uuid4()), Asker(staff=uuid4())):
        with pytest.raises((NotFound, Denied)):
            await cases.open_result(one, file, asker)
    assert "fetched" not in await kinds(one)


async def test_only_who_decides_puts_it_in_and_only_between_decision_and_delivery(at: Office) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    with pytest.raises(Refusal, match="往下走了"):
        await cases.add_results(one, NAME, sheet(), at.officer)
    await cases.decide(one, "granted", at.officer)
    with pytest.raises(Denied):
        await cases.add_results(one, NAME, sheet(), at.clerk)
    with pytest.raises(Refusal, match="写明"):
        await cases.add_results(one, "", sheet(), at.officer)
    for _ in range(2):  # the same page sent twice
        await cases.add_results(one, NAME, sheet(), at.officer)
    assert len(await db.rows("SELECT 1 FROM case_result")) == 1
    await cases.finish(one, at.officer)
    await cases.deliver(one, "counter", at.clerk)
    [row] = await db.rows("SELECT id FROM case_result")
    for deed in (
        cases.add_results(one, NAME, sheet(b" "), at.officer),
        cases.remove_result(one, row["id"], at.officer),
    ):
        with pytest.raises(Refusal, match="往下走了"):
            await deed


async def test_a_wrong_one_is_taken_away_and_not_shown_any_more(at: Office) -> None:
    one, file = await with_a_file(at)
    await cases.finish(one, at.officer)
    await cases.remove_result(one, file, at.officer)
    for asker in (await owner(one), Asker(staff=at.officer), Asker()):
        with pytest.raises(NotFound):
            await cases.open_result(one, file, asker)


async def test_a_revoked_decision_takes_its_file_with_it_also_when_the_case_is_filed(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, file = await with_a_file(at, promised=True)
    await cases.finish(one, at.officer)
    await cases.deliver(one, "counter", at.clerk)
    await cases.verify(one, "broken", "没有灭火器", at.officer)
    await cases.file(one, at.clerk)
    mine = await owner(one)
    with pytest.raises(NotFound):
        await cases.open_result(one, file, mine)
    await be(client, account=mine.account)
    assert 'id="results"' not in (await client.get(f"/cases/{one}")).text


async def test_electronic_delivery_takes_agreement_and_a_file_and_is_told(at: Office) -> None:
    one = await finished(at)
    with pytest.raises(Refusal, match="没有同意"):
        await cases.deliver(one, "online", at.clerk)
    await cases.choose_way(one, "online", "", await owner(one), agreed=True)
    with pytest.raises(Refusal, match="还没有结果文件"):
        await cases.deliver(one, "online", at.clerk)
    await cases.add_results(one, NAME, sheet(), at.officer)
    await cases.deliver(one, "online", at.clerk)
    assert (await kinds(one))[-1] == "served"
    assert (await case(one)).state == "delivered"
    await notify.sweep()
    [told] = await db.rows("SELECT title FROM notice WHERE kind = 'case-served'")
    assert told["title"] == "电子送达：食品经营许可"


async def test_the_pages_from_the_officer_s_file_to_the_applicant_s_phone(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await cases.accept(one, at.clerk)
    await cases.decide(one, "granted", at.officer)
    await be(client, staff=at.officer)
    here = f"/console/cases/{one}"
    empty = await client.post(f"{here}/results", files={"title": (None, NAME)})
    assert (empty.status_code, "请先选照片或 PDF" in words(empty)) == (422, True)
    sent = await client.post(
        f"{here}/results", data={"title": NAME}, files={"sheets": ("a.pdf", PDF, "application/pdf")}
    )
    assert sent.status_code == 303
    assert NAME in words(await client.get(here))
    [row] = await db.rows("SELECT id FROM case_result")
    looked = await client.post(f"{here}/results/{row['id']}/openings")
    assert (looked.status_code, "no-store" in looked.headers["cache-control"]) == (200, True)
    await client.post(f"{here}/completion")
    mine = await owner(one)
    await be(client, account=mine.account)
    assert NAME in words(await client.get(f"/cases/{one}"))
    opened = await client.post(f"/cases/{one}/results/{row['id']}/openings")
    assert (opened.content, "no-store" in opened.headers["cache-control"]) == (PDF, True)
    assert "看了结果文件" not in words(await client.get(f"/cases/{one}"))


async def test_number_and_password_open_it_without_an_account(client: httpx.AsyncClient, at: Office) -> None:
    one, file = await with_a_file(at)
    await cases.finish(one, at.officer)
    found = await case(one)
    right = {"number": found.number, "code": secrecy.unseal(found.password_sealed)}
    shown = await client.post("/cases/lookups", data=right)
    assert NAME in words(shown)
    opened = await client.post("/cases/lookups/results", data={**right, "result": f"{file}"})
    assert (opened.content, "no-store" in opened.headers["cache-control"]) == (PDF, True)
    wrong = "000000" if right["code"] != "000000" else "000001"
    refused = await client.post("/cases/lookups/results", data={**right, "code": wrong, "result": f"{file}"})
    assert (refused.status_code, "查询码不对" in words(refused)) == (409, True)
    assert (
        await client.post("/cases/lookups/results", data={**right, "result": f"{uuid4()}"})
    ).status_code == 404
    assert await kinds(one) == ["received", "accepted", "decided", "issued", "finished", "fetched"]


async def test_the_proof_of_delivery_names_the_electronic_way(client: httpx.AsyncClient, at: Office) -> None:
    one, _ = await with_a_file(at)
    await cases.finish(one, at.officer)
    await cases.choose_way(one, "online", "", Asker(staff=at.clerk), agreed=True)
    await cases.deliver(one, "online", at.clerk)
    await be(client, staff=at.clerk)
    shown = words(await client.get(f"/console/cases/{one}/documents/delivery"))
    assert f"送达方式 电子送达 送达文件 {NAME} 同意电子送达 2026 年 11 月 23 日" in shown

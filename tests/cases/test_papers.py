"""Papers of a case: handed in from a phone or at the counter, looked at, taken away."""

import re
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import cases, db, files
from backend.cases import papers
from backend.cases.record import Asker
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests.cases.office import Office, case, kinds, office, received
from tests.cases.test_pages import be, words
from tests.test_files import PDF, photo


@pytest.fixture
async def at() -> Office:
    return await office()


async def owner(one: UUID) -> UUID:
    return UUID(str((await case(one)).account))


def sheets(*contents: bytes, name: str = "健康证明") -> dict[str, Any]:
    """A form with files."""
    chosen = [("files", (f"IMG_{n}.jpg", content, "image/jpeg")) for n, content in enumerate(contents)]
    return {"data": {"name": name}, "files": chosen}


async def test_their_owner_reads_you_and_today_and_no_name_of_staff(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await cases.add_paper(one, at.clerk, "营业执照", 1, 0)
    await be(client, account=await owner(one))
    await client.post(f"/cases/{one}/papers", **sheets(PDF))
    shown = words(await client.get(f"/cases/{one}"))
    assert re.search(r"健康证明 PDF · 不到 1 K · 你 · 今天 \d\d:\d\d", shown)
    assert re.search(r"营业执照 纸质：原件 1 份 · 窗口 · 今天", shown)
    await be(client, staff=at.clerk)
    assert "不到 1 K · 申请人 · 今天" in words(await client.get(f"/console/cases/{one}"))


async def test_photos_from_a_phone_stand_beside_the_case_for_both_sides(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    answer = await client.post(f"/cases/{one}/papers", **sheets(photo().getvalue(), PDF))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{one}#papers")
    assert "健康证明 照片" in words(await client.get(f"/cases/{one}"))
    kept = await papers.papers_of(one)
    assert [(row["type"], row["by_applicant"]) for row in kept] == [
        ("image/jpeg", True),
        ("application/pdf", True),
    ]
    shown = await client.get(f"/cases/{one}/papers/{kept[1]['id']}")
    assert (shown.content, shown.headers["content-disposition"][:10]) == (PDF, "attachment")
    assert shown.headers["cache-control"] == "private, no-store"
    await be(client, staff=at.clerk)
    looked = await client.post(f"/console/cases/{one}/papers/{kept[0]['id']}/openings")
    assert (looked.headers["content-type"], looked.headers["content-disposition"][:6]) == (
        "image/jpeg",
        "inline",
    )
    assert await kinds(one) == ["received", "added", "looked"]


async def test_the_same_page_sent_twice_is_one(at: Office) -> None:
    one = await received(at)
    asker = Asker(account=await owner(one))
    for expected in (1, 0):
        assert await cases.add_files(one, asker, "健康证明", [("a.pdf", BytesIO(PDF))] * 2) == expected
    assert len(await papers.papers_of(one)) == 1


async def test_a_page_that_is_no_photo_is_named_and_none_is_kept(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    answer = await client.post(f"/cases/{one}/papers", **sheets(photo().getvalue(), b"MZ" * 200))
    assert answer.status_code == 422
    assert f"IMG_1.jpg {files.UNKNOWN}" in words(answer)
    assert await papers.papers_of(one) == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (sheets(name="健康证明"), "请先选照片或 PDF"),
        (sheets(PDF, name=""), "请填写是哪一样材料"),
        (sheets(*[PDF] * 11), "一次最多"),
    ],
    ids=["no file", "no name", "too many"],
)
async def test_a_form_that_is_not_whole_says_what_is_missing(
    client: httpx.AsyncClient, at: Office, sent: dict[str, Any], said: str
) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    if not sent["files"]:
        sent = {**sent, "files": [("files", ("", b"", "application/octet-stream"))]}
    answer = await client.post(f"/cases/{one}/papers", **sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert await papers.papers_of(one) == []


async def test_a_body_that_breaks_off_or_is_no_form_is_refused(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    kind = {"content-type": "multipart/form-data; boundary=b"}
    broken = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-'
    assert (await client.post(f"/cases/{one}/papers", content=broken, headers=kind)).status_code == 400
    assert (await client.post(f"/cases/{one}/papers", data={"name": "x"})).status_code == 415
    assert await papers.papers_of(one) == []


async def test_the_counter_writes_down_paper_and_takes_away_what_was_wrong(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, staff=at.clerk)
    nothing = await client.post(
        f"/console/cases/{one}/piles", data={"name": "户口簿", "originals": "0", "copies": ""}
    )
    assert (nothing.status_code, papers.NO_COUNT in words(nothing)) == (409, True)
    laid = await client.post(
        f"/console/cases/{one}/piles", data={"name": "户口簿", "originals": "1", "copies": "2"}
    )
    assert laid.status_code == 303
    assert "原件 1 份，复印件 2 份" in words(await client.get(f"/console/cases/{one}"))
    [row] = await papers.papers_of(one)
    removal = f"/console/cases/{one}/papers/{row['id']}/removal"
    silent = await client.post(removal, data={"removed_why": ""})
    assert (silent.status_code, papers.WHY in words(silent)) == (409, True)
    gone = await client.post(removal, data={"removed_why": "收错了，当场还给李四"})
    assert gone.status_code == 303
    assert "户口簿：收错了，当场还给李四" in words(await client.get(f"/console/cases/{one}"))
    assert await papers.papers_of(one) == []
    assert await kinds(one) == ["received", "laid", "removed"]


async def test_a_stranger_sees_and_adds_nothing(at: Office) -> None:
    one = await received(at)
    await cases.add_files(one, Asker(account=await owner(one)), "健康证明", [("a.pdf", BytesIO(PDF))])
    [row] = await papers.papers_of(one)
    stranger = Asker(account=UUID(str((await make.citizen())[0].id)))
    for deed in (
        cases.add_files(one, stranger, "健康证明", [("b.pdf", BytesIO(PDF))]),
        cases.open_file(one, row["id"], stranger),
        cases.remove_paper(one, row["id"], stranger),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_applicants_take_away_what_is_theirs_and_only_before_the_decision(at: Office) -> None:
    one = await received(at)
    mine, desk = Asker(account=await owner(one)), Asker(staff=at.clerk)
    await cases.add_files(one, mine, "健康证明", [("a.pdf", BytesIO(PDF))])
    await cases.add_files(one, desk, "平面图", [("b.pdf", BytesIO(PDF))])
    own, other = await papers.papers_of(one)
    with pytest.raises(NotFound):
        await cases.remove_paper(one, other["id"], mine)
    await cases.accept(one, at.clerk)
    await cases.decide(one, "granted", at.officer)
    with pytest.raises(Refusal):
        await cases.remove_paper(one, own["id"], mine)
    assert len(await papers.papers_of(one)) == 2


async def test_no_more_than_a_file_may_hold(at: Office) -> None:
    one = await received(at)
    await db.rows(
        "INSERT INTO case_paper (id, \"case\", name, form, copies, originals, added_at)"
        " SELECT gen_random_uuid(), $1, '附件', 'paper', 1, 0, now() FROM generate_series(1, $2)",
        one, papers.MOST,
    )  # fmt: skip
    with pytest.raises(Refusal, match="一个办件最多"):
        await cases.add_paper(one, at.clerk, "户口簿", 1, 0)

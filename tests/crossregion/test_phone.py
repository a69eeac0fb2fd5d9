"""The applicant's own phone joins the sitting: it sends pages, sees nothing else, and only while it may."""

import datetime as dt
import re
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import cases, clock, crossregion, db, retention
from backend.crossregion import bundle_sitting, phone
from backend.refusal import NotFound
from tests.crossregion.test_bundles import taken_in as bundled
from tests.crossregion.test_eligible import at_the_desk, words
from tests.crossregion.test_intake import PATH, handed_in, signed, taken_in
from tests.test_files import PDF, photo


async def joined(client: httpx.AsyncClient, case: UUID) -> str:
    page = await client.post(f"{PATH}/cases/{case}/phones")
    assert page.status_code == 200
    assert "扫这个码" in words(page)
    return str(re.findall(r"data-once>.*?<svg", page.text, re.S) and await token_of(case, client))


async def token_of(case: UUID, client: httpx.AsyncClient) -> str:
    """A code can only be scanned: the test makes one of its own."""
    token = "t" * 24
    by = await at_the_desk(client)
    await phone.invite(case, token, by)
    return token


def sheet(name: str, *contents: bytes) -> dict[str, Any]:
    files = [("files-0", (f"{n}.jpg", content, "image/jpeg")) for n, content in enumerate(contents)]
    return {"data": {"name": name}, "files": files}


async def test_pages_come_from_the_phone_and_are_held_against_the_originals(
    client: httpx.AsyncClient,
) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await signed(client, case)
    token = await joined(client, case)
    client.cookies.clear()
    page = words(await client.get(f"/sheets/{token}"))
    assert "医药费零星报销" in page
    assert "李" not in page
    sent = await client.post(f"/sheets/{token}", **sheet("医疗费发票", photo().getvalue(), PDF))
    assert "传好了 2 张" in words(sent)
    await at_the_desk(client)
    assert "申请人的手机" in words(await client.get(f"{PATH}/cases/{case}"))
    here = await client.get(f"{PATH}/cases/{case}/here")
    papers = list(dict.fromkeys(re.findall(r'name="papers" value="([^"]+)"', here.text)))
    assert len(papers) == 2
    await client.post(f"{PATH}/cases/{case}/checks", data={"papers": papers})
    assert {bool(row["checked_at"]) for row in await cases.papers_of(case)} == {True}


async def test_a_page_of_a_bundle_lies_with_every_case_that_asks_for_it(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await bundled(client)
    page = await client.post(f"{PATH}/cases/{case}/phones?bundle=yes")
    assert "扫这个码" in words(page)
    assert "一件事" in words(page)
    token = await token_of(case, client)
    client.cookies.clear()
    assert "身份证" in words(await client.get(f"/sheets/{token}"))
    assert "传好了 1 张" in words(
        await client.post(f"/sheets/{token}", **sheet("身份证", photo().getvalue()))
    )
    by = await at_the_desk(client)
    every = await bundle_sitting.sitting(case, by)
    assert {(one.id, row["name"], bool(row["by_applicant"])) for one in every for row in one.papers} == {
        (one.id, "身份证", True) for one in every if "身份证" in one.names
    }
    assert len([one for one in every if one.papers]) > 1
    here = (await client.get(f"{PATH}/cases/{case}/bundle/cases")).text
    for one in every:
        papers = [str(row["id"]) for row in one.papers]
        assert all(paper in here for paper in papers)
        if papers:
            answer = await client.post(f"{PATH}/cases/{one.id}/checks?bundle=yes", data={"papers": papers})
            assert answer.headers["location"] == f"{PATH}/cases/{one.id}/bundle#cases"
    assert all(row["checked_at"] for one in await bundle_sitting.sitting(case, by) for row in one.papers)


async def test_what_the_phone_sent_unseen_is_not_checked_with_what_the_desk_takes(
    client: httpx.AsyncClient,
) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    token = await joined(client, case)
    sent = await client.post(f"/sheets/{token}", **sheet("医疗费发票", PDF))
    assert "传好了" in words(sent)
    form = {"name": ["身份证"], "originals": [""], "checked": "yes"}
    page = [("files-0", ("a.jpg", photo().getvalue(), "image/jpeg"))]
    answer = await client.post(f"{PATH}/cases/{case}/papers", data=form, files=page)
    assert answer.status_code == 303
    found = {row["name"]: bool(row["checked_at"]) for row in await cases.papers_of(case)}
    assert found == {"身份证": True, "医疗费发票": False}


async def test_a_code_ends_with_its_time_with_the_next_and_with_the_hand_over(
    client: httpx.AsyncClient,
) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    await signed(client, case)
    await phone.invite(case, "a" * 24, by)
    await phone.invite(case, "b" * 24, by)
    assert (await client.get(f"/sheets/{'a' * 24}")).status_code == 404
    assert (await client.get(f"/sheets/{'b' * 24}")).status_code == 200
    await handed_in(client, case)
    await client.post(f"{PATH}/cases/{case}/hand-over")
    late = await client.post(f"/sheets/{'b' * 24}", **sheet("医疗费发票", PDF))
    assert (late.status_code, len(await cases.papers_of(case))) == (404, 4)
    other = await taken_in(client, phone="10000007778")
    await phone.invite(other, "c" * 24, by)
    await clock.move_to(await clock.now() + phone.LENGTH + dt.timedelta(seconds=1))
    with pytest.raises(NotFound):
        await phone.invited("c" * 24)


async def test_only_papers_of_the_matter_and_only_files_are_taken(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    await phone.invite(case, "d" * 24, by)
    for sent in (sheet("别的东西", PDF), sheet("医疗费发票"), sheet("医疗费发票", b"MZ" * 99)):
        answer = await client.post(f"/sheets/{'d' * 24}", **sent)
        assert answer.status_code in (409, 415, 422), answer.status_code
    assert await cases.papers_of(case) == []


async def test_only_the_desk_makes_a_code(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    case = await taken_in(client)
    await at_the_desk(client, hall="city")
    assert (await client.post(f"{PATH}/cases/{case}/phones")).status_code == 404


async def test_pages_come_piece_by_piece_only_while_the_code_holds(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client)
    token = await token_of(case, client)
    client.cookies.clear()
    name = sha256(PDF).hexdigest()
    path = f"/sheets/{token}/uploads/{name}"
    told = {"upload-offset": "0", "upload-length": str(len(PDF))}
    assert (await client.patch(path, content=PDF, headers=told)).status_code == 200
    form = {"name": (None, "医疗费发票"), "sent": (None, f"files-0/{name}/1.pdf")}
    assert "传好了 1 张" in words(await client.post(f"/sheets/{token}", files=form))
    assert [paper["sha256"] for paper in await cases.papers_of(case)] == [name]
    await phone.invite(case, "o" * 24, by)
    assert (await client.head(path)).status_code == 404
    assert (await client.patch(path, content=PDF, headers=told)).status_code == 404


async def test_a_code_that_is_over_is_forgotten_after_some_days(client: httpx.AsyncClient) -> None:
    await at_the_desk(client)
    await joined(client, await taken_in(client))
    days = dt.timedelta(days=retention.kept().sheets)
    assert await crossregion.forget(await clock.now() + days) == 0
    assert len(await db.rows("SELECT 1 FROM desk_phone")) == 1
    assert await crossregion.forget(await clock.now() + days + phone.LENGTH) == 1
    assert await db.rows("SELECT 1 FROM desk_phone") == []

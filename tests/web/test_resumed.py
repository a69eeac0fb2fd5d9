"""Files come piece by piece before their form does: a cut costs a piece, nobody hands in what somebody else sent."""

import datetime as dt
from hashlib import sha256
from uuid import UUID

import httpx
import pytest

from backend import files, pieces, retention
from backend.cases import papers
from backend.settings import settings
from backend.web import resumed
from tests.cases.office import Office, case, office, received
from tests.cases.test_pages import be, words
from tests.test_files import PDF, photo

PIECE = 98_304
LONG = PDF.replace(b"%%EOF", b"%" + b"x" * 250_000 + b"\n%%EOF")
NAME = sha256(LONG).hexdigest()
FORM = {"content-type": "multipart/form-data; boundary=b"}


@pytest.fixture
async def at() -> Office:
    return await office()


async def owner(one: UUID) -> UUID:
    return UUID(str((await case(one)).account))


async def patch(
    client: httpx.AsyncClient,
    content: bytes,
    offset: int,
    *,
    size: int = 0,
    at: str = "/uploads",
    name: str = "",
) -> tuple[int, str]:
    answer = await client.patch(
        f"{at}/{name or sha256(content).hexdigest()}", content=content[offset : offset + PIECE],
        headers={"upload-offset": str(offset), "upload-length": str(size or len(content))},
    )  # fmt: skip
    return answer.status_code, answer.headers.get("upload-offset", "")


async def whole(client: httpx.AsyncClient, content: bytes, at: str = "/uploads") -> str:
    for offset in range(0, len(content), PIECE):
        assert (await patch(client, content, offset, at=at))[0] == 200
    return sha256(content).hexdigest()


async def hand_in(client: httpx.AsyncClient, one: UUID, *sent: str, name: str = "健康证明") -> httpx.Response:
    lines = {"name": name, "sent": list(sent)}
    body = "".join(
        f'--b\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, values in lines.items()
        for value in ([values] if isinstance(values, str) else values)
    )
    return await client.post(f"/cases/{one}/papers", content=f"{body}--b--\r\n".encode(), headers=FORM)


async def test_after_a_cut_it_goes_on_where_it_ended_and_the_form_names_it(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    assert (await client.head(f"/uploads/{NAME}")).headers["upload-offset"] == "0"
    assert await patch(client, LONG, 0) == (200, str(PIECE))
    assert await patch(client, LONG, 0) == (409, str(PIECE))
    assert await patch(client, LONG, 2 * PIECE) == (409, str(PIECE))
    reached = await client.head(f"/uploads/{NAME}")
    assert (reached.status_code, reached.headers["upload-offset"]) == (200, str(PIECE))
    assert await patch(client, LONG, PIECE) == (200, str(2 * PIECE))
    assert await patch(client, LONG, 2 * PIECE) == (200, str(len(LONG)))
    assert (await hand_in(client, one, f"files/{NAME}/证明.pdf")).status_code == 303
    assert (await client.head(f"/uploads/{NAME}")).headers["upload-offset"] == "0", (
        "it takes no room any more"
    )
    [kept] = await papers.papers_of(one)
    assert (kept["name"], kept["sha256"], kept["size"]) == ("健康证明", NAME, len(LONG))


async def test_what_is_not_all_here_is_named_and_nothing_is_handed_in(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    await patch(client, LONG, 0)
    short = await whole(client, PDF)
    for line in (f"files/{NAME}/证明.pdf", "files/none/证明.pdf", "证明.pdf"):
        answer = await hand_in(client, one, f"files/{short}/一.pdf", line)
        assert answer.status_code == 422
        assert resumed.NOT_WHOLE in words(answer)
    assert await papers.papers_of(one) == []


async def test_a_form_that_is_refused_still_names_what_came(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    line = f"files/{await whole(client, PDF)}/体检.pdf"
    refused = await hand_in(client, one, line, name="")
    assert refused.status_code == 422
    assert f'name="sent" value="{line}" checked' in refused.text
    assert (await hand_in(client, one, line)).status_code == 303


async def test_by_its_hash_alone_nobody_hands_in_what_somebody_else_sent(
    client: httpx.AsyncClient, at: Office
) -> None:
    one, other = await received(at), await received(at, 8)
    await be(client, account=await owner(one))
    name = await whole(client, photo().getvalue())
    await be(client, account=await owner(other))
    assert (await client.head(f"/uploads/{name}")).headers["upload-offset"] == "0"
    assert (await hand_in(client, other, f"files/{name}/照片.jpg")).status_code == 422
    assert await papers.papers_of(other) == []
    client.cookies.clear()
    assert (await client.head(f"/uploads/{name}")).status_code in (302, 303, 401)
    assert (await patch(client, PDF, 0))[0] in (302, 303, 401)


async def test_at_the_counter_it_is_the_same(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await be(client, staff=at.clerk)
    name = await whole(client, LONG, "/console/uploads")
    data = {"name": (None, "健康证明"), "sent": (None, f"files/{name}/a.pdf")}
    answer = await client.post(f"/console/cases/{one}/papers", files=data)
    assert answer.status_code == 303
    assert [row["sha256"] for row in await papers.papers_of(one)] == [name]


async def test_what_is_not_what_was_named_is_thrown_away(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    wrong = sha256(b"other").hexdigest()
    assert await patch(client, PDF, 0, name=wrong) == (422, "0")
    assert (await client.head(f"/uploads/{wrong}")).headers["upload-offset"] == "0"


async def test_what_is_too_large_or_says_nothing_of_itself_is_not_begun(
    client: httpx.AsyncClient, at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    assert (await patch(client, PDF, 0, size=files.MOST + 1))[0] == 413
    assert (await patch(client, PDF, 0, name="x" * 64))[0] == 404
    for headers in ({}, {"upload-offset": "0"}, {"upload-offset": "-1", "upload-length": "9"}):
        bare = await client.patch(f"/uploads/{NAME}", content=b"x", headers=headers)
        assert bare.status_code == 400
    monkeypatch.setattr(resumed, "MOST", 150_000)
    assert (await patch(client, LONG, 0))[0] == 200
    assert (await patch(client, LONG, PIECE))[0] == 507


async def test_a_process_that_is_killed_between_the_last_byte_and_the_name_loses_nothing(
    client: httpx.AsyncClient, at: Office
) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    await whole(client, PDF)
    name = sha256(PDF).hexdigest()
    [found] = (settings().data / resumed.folder_of(f"account {await owner(one)}")).rglob(name)
    found.rename(found.with_suffix(".part"))
    assert (await hand_in(client, one, f"files/{name}/a.pdf")).status_code == 303


async def test_what_was_never_handed_in_is_forgotten(client: httpx.AsyncClient, at: Office) -> None:
    one = await received(at)
    await be(client, account=await owner(one))
    name = await whole(client, PDF)
    await patch(client, LONG, 0)
    today = dt.datetime.now(dt.UTC)  # a disk knows no other clock
    assert await resumed.forget(today) == 0
    later = today + dt.timedelta(days=retention.kept().uploads, hours=1)
    assert await resumed.forget(later) >= 2
    assert await pieces.weight(resumed.FOLDER) == 0
    assert (await hand_in(client, one, f"files/{name}/a.pdf")).status_code == 422

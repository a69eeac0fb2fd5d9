"""Documents come in pieces: what is here is not sent again, and what is wrong is thrown away."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from backend import pieces
from tests.sync.phone import PHOTO, PIECE, Phone, sha


@pytest.fixture
async def phone(client: httpx.AsyncClient) -> Phone:
    return await Phone(client).register()


async def reached(phone: Phone, paper: bytes = PHOTO) -> tuple[int, str, str]:
    answer = await phone.ask("HEAD", f"/sync/attachments/{sha(paper)}")
    return (
        answer.status_code,
        answer.headers.get("upload-offset", ""),
        answer.headers.get("upload-length", ""),
    )


async def test_after_a_cut_the_phone_goes_on_where_the_last_piece_ended(phone: Phone) -> None:
    await phone.put(phone.record(PHOTO))
    assert await reached(phone) == (200, "0", str(len(PHOTO)))
    await phone.piece(PHOTO, 0)
    assert await reached(phone) == (200, str(PIECE), str(len(PHOTO)))
    await phone.piece(PHOTO, PIECE)
    await phone.piece(PHOTO, 2 * PIECE)
    assert await reached(phone) == (200, str(len(PHOTO)), str(len(PHOTO)))
    assert pieces.read(pieces.SYNC, bytes.fromhex(sha(PHOTO))) == PHOTO


async def test_a_piece_that_does_not_follow_is_told_where_to_go_on(phone: Phone) -> None:
    await phone.put(phone.record(PHOTO))
    await phone.piece(PHOTO, 0)
    for at in (0, 2 * PIECE):
        answer = await phone.piece(PHOTO, at)
        assert (answer.status_code, answer.headers["upload-offset"]) == (409, str(PIECE))


async def test_two_tabs_sending_the_same_piece_write_it_once(phone: Phone) -> None:
    await phone.put(phone.record(PHOTO))
    answers = await asyncio.gather(*(phone.piece(PHOTO, 0) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert await reached(phone) == (200, str(PIECE), str(len(PHOTO)))


async def test_what_is_not_what_was_named_is_thrown_away_and_said(phone: Phone) -> None:
    id = uuid4()
    photo = phone.photo(id)
    body, wrong = phone.record(photo, id=id), b"x" * len(photo)
    await phone.put(body)
    for at in range(0, len(photo), PIECE):
        answer = await phone.piece(wrong, at, name=sha(photo))
    assert (answer.status_code, "已经丢弃" in answer.json()["reason"]) == (422, True)
    assert (await reached(phone, photo))[1] == "0"
    assert (await phone.put(body)).json()["receipt"] == ""
    await phone.upload(photo)
    assert (await phone.put(body)).status_code == 200


async def test_nothing_is_taken_that_no_record_of_this_phone_names(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    assert (await phone.piece(PHOTO, 0)).status_code == 404
    await phone.put(phone.record(PHOTO))
    other = await Phone(client).register()
    assert (await other.piece(PHOTO, 0)).status_code == 404
    assert (await reached(other))[0] == 404
    assert (await Phone(client).piece(PHOTO, 0)).status_code == 403, "nobody's phone"
    phone.key = other.key
    assert (await phone.piece(PHOTO, 0)).status_code == 403, "signed by another"


async def test_odd_requests_are_no_fault(phone: Phone) -> None:
    await phone.put(phone.record(PHOTO))
    path = f"/sync/attachments/{sha(PHOTO)}"
    assert (await phone.ask("PATCH", path, b"x", "many")).status_code == 422
    assert (await phone.ask("PATCH", path, b"x")).status_code == 422
    assert (await phone.ask("PATCH", "/sync/attachments/xyz", b"x", "0")).status_code == 404
    assert (await phone.ask("PATCH", path, b"x" * (len(PHOTO) + 1), "0")).status_code == 413
    assert (await phone.ask("PATCH", path, PHOTO[:PIECE], str(len(PHOTO)))).status_code == 409
    assert (await phone.client.patch(path, content=b"x")).status_code == 403
    assert (
        await phone.client.head(path, headers={"sync-device": "x", "sync-signature": "x"})
    ).status_code == 403

"""The pages of a recording: what each side reads, and chunks as the desk's page sends them."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.handoff.recording_chunks import MOST, WEBM
from tests import world
from tests.world import HERE, Who

DESK, SUPERVISOR = Who(role="desk", hall=HERE), Who(role="supervisor", hall=HERE)


async def at(client: httpx.AsyncClient, who: Who, row: str = "recorded") -> str:
    found = await world.build()
    await world.be(client, found, who)
    return f"/console/handoffs/{found.own[row]}/recording"


def named(**other: Any) -> dict[str, str]:
    """The headers of a chunk."""
    said = {"seq": "0", "prev": "0" * 64, "source": str(uuid4()), "age": "0", **other}
    return {f"recording-{name}": value for name, value in said.items()} | {"content-type": "video/webm"}


async def test_a_chunk_goes_on_where_the_server_says_and_only_when_it_is_recorded(
    client: httpx.AsyncClient,
) -> None:
    path = await at(client, DESK)
    no = await client.post(f"{path}/chunks", content=WEBM, headers=named())
    assert (no.status_code, no.headers["recording-why"]) == (409, "off")
    await client.post(f"{path}/resumption")
    no = await client.post(f"{path}/chunks", content=WEBM, headers=named())
    assert (no.status_code, no.headers["recording-why"], no.headers["recording-next"]) == (409, "gap", "1")
    good = named(seq="1", prev=no.headers["recording-head"])
    for _ in range(2):
        yes = await client.post(f"{path}/chunks", content=WEBM, headers=good)
        assert (yes.status_code, yes.headers["recording-next"]) == (204, "2")


@pytest.mark.parametrize(
    "wrong", [{"seq": "-1"}, {"seq": ""}, {"prev": "x"}, {"source": "me"}, {"age": "1.5"}, {"age": "9" * 9}]
)
async def test_a_chunk_that_does_not_say_where_it_belongs_is_refused(
    client: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    path = await at(client, DESK)
    before = await world.everything()
    answer = await client.post(f"{path}/chunks", content=WEBM, headers=named(**wrong))
    assert (answer.status_code, await world.everything()) == (400, before)


async def test_a_chunk_is_some_seconds_and_never_nothing(client: httpx.AsyncClient) -> None:
    path = await at(client, DESK)
    for content, status in ((b"", 400), (b"x" * (MOST + 1), 413)):
        assert (await client.post(f"{path}/chunks", content=content, headers=named())).status_code == status


async def test_only_the_desk_of_the_handoff_sends_chunks(client: httpx.AsyncClient) -> None:
    path = await at(client, Who(role="desk", hall=world.ELSEWHERE))
    assert (await client.post(f"{path}/chunks", content=WEBM, headers=named())).status_code == 404
    path = await at(client, SUPERVISOR)
    assert (await client.post(f"{path}/chunks", content=WEBM, headers=named())).status_code == 403


async def test_the_page_says_in_words_what_is_recorded_and_who_may_stop_it(client: httpx.AsyncClient) -> None:
    path = await at(client, DESK)
    assert "录像暂停" in (await client.get(path)).text
    await client.post(f"{path}/resumption")
    shown = (await client.get(path)).text
    assert "正在录像" in shown
    assert "申请人不同意录了" in shown
    await client.post(f"{path}/withdrawal")
    assert "不录了" in (await client.get(path)).text
    path = await at(client, SUPERVISOR)
    assert "同意" not in (await client.get(path)).text.replace("双方同意", "")


async def test_a_film_is_shown_after_a_reason_was_given(client: httpx.AsyncClient) -> None:
    path = (await at(client, SUPERVISOR)).replace("/recording", "").replace("handoffs", "recordings")
    assert "<video" not in (await client.get(path)).text
    none = await client.post(f"{path}/openings", data={"why": " "})
    assert (none.status_code, "请填写理由" in none.text) == (422, True)
    shown = (await client.post(f"{path}/openings", data={"why": "有人投诉"})).text
    assert "录像完整，没有改过" in shown
    assert f"{path}/films/1" in shown
    film = await client.get(f"{path}/films/1")
    assert (film.content, film.headers["content-type"]) == (WEBM, "video/webm")
    assert (await client.get(f"{path}/films/2")).status_code == 404
    assert "media-src 'self'" in film.headers["content-security-policy"]

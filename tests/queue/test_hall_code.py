"""大厅的码: who scans it while it is shown is here, for some minutes; nobody takes a number from home."""

import datetime as dt
import re

import httpx
import pytest

from backend import clock, queue
from backend.queue.cards import Shown
from backend.queue.carried import carry
from backend.queue.kiosk import Visit
from backend.refusal import NotFound
from tests import factories as make
from tests.queue import hall, kiosk
from tests.world import HERE


async def on(seconds: float) -> None:
    """Time goes by."""
    await clock.move_to(await clock.now() + dt.timedelta(seconds=seconds))


def scan(client: httpx.AsyncClient, code: str, at: str = HERE):
    """Open what the code says."""
    return client.get("/tickets/here", params={"hall": at, "code": code})


async def test_a_code_is_good_in_its_minute_and_the_next(client: httpx.AsyncClient) -> None:
    await hall.place()
    code = await queue.hall_code(HERE)
    assert re.fullmatch(r"[A-Za-z0-9_-]{16}", code)
    assert (await scan(client, code)).headers["location"] == "/tickets/new"
    await on(60)
    assert await queue.hall_code(HERE) != code
    assert (await scan(client, code)).status_code == 303
    await on(60)
    answer = await scan(client, code)
    assert (answer.status_code, "再扫一次" in answer.text) == (409, True)


async def test_each_hall_has_a_code_of_its_own(client: httpx.AsyncClient) -> None:
    await hall.place()
    await make.hall(code="town")
    assert await queue.hall_code("town") != await queue.hall_code(HERE)
    assert (await scan(client, await queue.hall_code("town"))).status_code == 409
    with pytest.raises(NotFound):
        await queue.hall_code("nowhere")
    assert (await scan(client, await queue.hall_code(HERE), "nowhere")).status_code == 404


async def test_who_scanned_is_here_for_ten_minutes(client: httpx.AsyncClient) -> None:
    await hall.place()
    answer = await scan(client, await queue.hall_code(HERE))
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Max-Age=600" in cookie
    carries = client.cookies["here"]
    assert await queue.here(carries) == HERE
    await on(599)
    assert await queue.here(carries) == HERE
    await on(2)
    assert await queue.here(carries) == ""


async def test_nobody_makes_or_changes_what_the_browser_carries(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    await scan(client, await queue.hall_code(HERE))
    carries = client.cookies["here"]
    assert HERE not in carries
    for odd in ("", "x", "长", HERE, carries[:-8], carries[:-6] + "AAAAA=", "AAAA" + carries[4:]):
        assert await queue.here(odd) == "", odd
    visit = Visit(device=at.hall.id, shown=Shown(), until=await clock.now() + dt.timedelta(minutes=5))
    assert await queue.here(carry(visit)) == "", "what a kiosk carries says of nobody that they are here"


@pytest.mark.parametrize("query", ["", "?hall=city", "?hall=city&code=short", "?code=0123456789abcdef"])
async def test_a_code_that_is_not_whole_is_refused(client: httpx.AsyncClient, query: str) -> None:
    await hall.place()
    answer = await client.get(f"/tickets/here{query}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)


async def test_only_the_hall_s_screens_show_the_code(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    assert (await client.get("/screens/code")).status_code == 403
    for kind in ("kiosk", "board"):
        await kiosk.paired(client, at, kind)
        answer = await client.get("/screens/code")
        assert answer.status_code == 200
        assert "<svg" in answer.text
        assert answer.headers["cache-control"] == "no-store"

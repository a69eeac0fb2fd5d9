"""A hall's screens: added by its manager, paired once, seen, revoked."""

import datetime as dt
import re

import httpx
import pytest

from backend import clock, db, secrecy
from backend.queue import devices
from backend.refusal import Denied, NotFound, Refusal
from tests import world
from tests.queue import hall
from tests.world import HERE, MANAGER

FORM = {"hall": HERE, "kind": "kiosk", "name": "南门取号机 1", "printer": "192.168.1.50", "paper": "58"}


async def added(at: hall.Place, kind: str = "kiosk") -> devices.Pairing:
    """A screen that waits to be paired."""
    return await devices.add_device(HERE, kind, "南门", at.manager, secrecy.fresh_token())


async def signed_in(client: httpx.AsyncClient) -> None:
    """The browser is the manager's."""
    client.cookies.set("session", await world.World({}, {}, {}).token(MANAGER))


async def test_a_manager_adds_a_kiosk_and_is_shown_its_address_once(client: httpx.AsyncClient) -> None:
    await hall.place()
    await signed_in(client)
    form = await client.get("/console/devices")
    token = re.search(r'name="token" value="([^"]+)"', form.text)
    assert token
    answer = await client.post("/console/devices", data={**FORM, "token": token[1]})
    assert (answer.status_code, f"/pairings/{token[1]}" in answer.text) == (200, True)
    again = await client.post("/console/devices", data={**FORM, "token": token[1]})
    assert again.status_code == 200, "the page was sent twice"
    [row] = await db.rows("SELECT printer, paper, token_hash FROM device")
    assert (row["printer"], row["paper"]) == ("192.168.1.50:9100", 58)
    assert row["token_hash"] == secrecy.token_hash(token[1])
    listed = await client.get("/console/devices")
    assert "等屏幕登记" in listed.text
    assert token[1] not in listed.text


@pytest.mark.parametrize(
    "printer",
    ["printer", "192.168.1.50:0", "192.168.1.50:70000", "169.254.1.1", "0.0.0.0", "::1", "1.2.3.4:9x"],
)
async def test_what_is_no_printer_s_address_is_refused(client: httpx.AsyncClient, printer: str) -> None:
    await hall.place()
    await signed_in(client)
    answer = await client.post(
        "/console/devices", data={**FORM, "printer": printer, "token": secrecy.fresh_token()}
    )
    assert answer.status_code == 422
    assert 'href="#f-printer"' in answer.text


async def test_the_address_pairs_one_browser_and_then_opens_nothing(client: httpx.AsyncClient) -> None:
    made = await added(await hall.place(), "board")
    address = f"/pairings/{made.token}"
    assert (await client.get(address)).status_code == 200
    assert (await client.get(address)).status_code == 200, "looking pairs nothing"
    answer = await client.post(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    led = await client.get("/board")
    assert led.headers["location"] == f"/boards/{HERE}"
    assert (await client.get(led.headers["location"])).status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    token = client.cookies["device"]
    assert token != made.token, "who saw the address has nothing"
    screen = await devices.screen_for(token)
    assert screen
    assert (screen.id, screen.kind, screen.code) == (made.device, "board", HERE)
    assert (await client.get(address)).status_code == 404
    assert (await client.post(address)).status_code == 404


async def test_an_address_that_nobody_used_is_over_after_a_day(client: httpx.AsyncClient) -> None:
    made = await added(await hall.place())
    await clock.move_to(await clock.now() + dt.timedelta(hours=devices.HOURS, minutes=1))
    assert (await client.post(f"/pairings/{made.token}")).status_code == 404
    assert await devices.screen_for(made.token) is None


async def test_a_fresh_address_and_a_revocation_end_the_old_screen() -> None:
    at = await hall.place()
    made = await added(at)
    _, token = await devices.pair(made.token)
    assert await devices.screen_for(token)
    again = await devices.pair_again(made.device, at.manager, secrecy.fresh_token())
    assert await devices.screen_for(token) is None
    _, token = await devices.pair(again.token)
    await devices.revoke_device(made.device, at.manager)
    assert await devices.screen_for(token) is None
    with pytest.raises(Refusal, match="已经停用"):
        await devices.pair_again(made.device, at.manager, secrecy.fresh_token())
    kinds = [event["kind"] for event in (await devices.show_device(made.device, at.manager))["events"]]
    assert kinds == ["revoked", "paired", "readdressed", "paired", "added"]


async def test_a_screen_is_seen_once_a_minute() -> None:
    made = await added(await hall.place())
    _, token = await devices.pair(made.token)

    async def seen() -> dt.datetime:
        await devices.screen_for(token)
        [row] = await db.rows("SELECT seen_at FROM device")
        found: dt.datetime = row["seen_at"]
        return found

    first = await seen()
    assert await seen() == first
    await hall.later(2)
    assert await seen() > first


async def test_only_the_hall_s_manager_keeps_its_screens() -> None:
    at = await hall.place()
    made = await added(at)
    with pytest.raises(Denied):
        await devices.revoke_device(made.device, at.clerk)
    other = await world.staff(world.Who(role="manager", hall="elsewhere"))
    for deed in (
        devices.revoke_device(made.device, other),
        devices.add_device(HERE, "board", "偷偷的", other, secrecy.fresh_token()),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_the_pages_of_screens_are_for_screens(client: httpx.AsyncClient) -> None:
    at = await hall.place()
    _, token = await devices.pair((await added(at, "board")).token)
    for cookie in ("", "made-up", token):
        client.cookies.set("device", cookie)
        answer = await client.get("/kiosk")
        assert answer.status_code == 403
        assert "还没有登记" in answer.text

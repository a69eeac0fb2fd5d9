"""What makes a browser keep us as an app."""

import httpx

from backend import clock
from backend.identity.sessions import open_session
from tests import factories as make


async def test_the_service_worker_lies_at_the_root_and_is_asked_for_again_each_time(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/sw.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "import " not in answer.text


async def test_the_manifest_names_the_app_its_pictures_and_its_shortcuts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/app.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    said = answer.json()
    assert (said["name"], said["short_name"], said["lang"], said["display"]) == (
        "启办",
        "启办",
        "zh-CN",
        "standalone",
    )
    assert {said["id"], said["start_url"], said["scope"]} == {"/"}
    assert {(one["sizes"], one["purpose"]) for one in said["icons"]} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    assert [one["name"] for one in said["shortcuts"]] == ["预约办事", "我的预约", "现场取号", "消息"]
    for one in said["shortcuts"]:
        assert (await client.get(one["url"])).status_code in (200, 303), one
    for picture in [icon for one in (said, *said["shortcuts"]) for icon in one["icons"]]:
        found = await client.get(picture["src"])
        assert found.content[:8] == b"\x89PNG\r\n\x1a\n", picture
        width, height = (int.from_bytes(found.content[at : at + 4]) for at in (16, 20))
        assert f"{width}x{height}" == picture["sizes"]


async def test_citizens_pages_offer_the_app_and_the_console_does_not(client: httpx.AsyncClient) -> None:
    for page in ("/", "/items", "/offline"):
        text = (await client.get(page)).text
        assert '<link rel="manifest" href="/app.webmanifest">' in text
        assert 'rel="apple-touch-icon"' in text
    assert "manifest" not in (await client.get("/console/session/new")).text


async def test_a_page_says_whose_it_is_without_saying_who(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["x-owner"] == ""
    owners = []
    for owner in (await make.account(), await make.account()):
        for _ in range(2):
            client.cookies.set("session", await open_session(await clock.now(), "手机", account=owner.id))
            answer = await client.get("/")
            owners.append(answer.headers["x-owner"])
            assert f'data-owner="{owners[-1]}"' in answer.text
            assert str(owner.id) not in answer.text
    assert owners[0] == owners[1] != owners[2] == owners[3]


async def test_the_copy_of_a_guide_is_the_same_for_everybody(client: httpx.AsyncClient) -> None:
    item = await make.item(await make.line(await make.hall()))
    answer = await client.get(f"/items/{item.id}/offline")
    assert answer.status_code == 200
    assert answer.headers["x-keep-for"] == str(14 * 24 * 3600)
    for word in ("data-stream", "data-owner", "/me", "<form"):
        assert word not in answer.text, word


async def test_robots_read_everything_but_the_console(client: httpx.AsyncClient) -> None:
    answer = await client.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == "User-agent: *\nDisallow: /console\n"

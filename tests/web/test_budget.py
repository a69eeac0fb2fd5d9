"""The phone budget: what a first visit to each of the pages that people open most may weigh, compressed."""

import gzip
import re

import httpx
import pytest

from backend import clock
from backend.identity.sessions import open_session
from backend.web import assets
from tests import factories as make

LOADED = re.compile(r'<(?:script|link|img)[^>]*?(?:src|href)="(/assets/[^"]+)"')
KINDS = {".js": 30_000, ".css": 10_000, ".svg": 1_000, ".html": 12_000}  # bytes
WHOLE = 45_000


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 5))


async def pages(client: httpx.AsyncClient) -> dict[str, str]:
    """Home, guide, times and voucher, as somebody who has booked sees them."""
    held, owner, _, _ = await make.booked()
    client.cookies.set("session", await open_session(await clock.now(), "手机", account=owner.id))
    addresses = (
        "/",
        f"/items/{held.item}",
        f"/appointments/new?item={held.item}",
        f"/appointments/{held.id}",
    )
    return {address: (await client.get(address)).text for address in addresses}


async def test_the_pages_people_open_most_keep_to_their_budget(client: httpx.AsyncClient) -> None:
    for address, text in (await pages(client)).items():
        sizes = dict.fromkeys(KINDS, 0) | {".html": weight(text.encode())}
        for name in {*LOADED.findall(text)} - {
            assets.asset("apple-touch-180.png")
        }:  # for Apple's home screen alone
            sizes[name[name.rindex(".") :]] += weight(assets.built(name.removeprefix("/")))
        assert {kind for kind, size in sizes.items() if size > KINDS[kind]} == set(), (address, sizes)
        assert sum(sizes.values()) < WHOLE, (address, sizes)
        assert sizes[".js"] > 10_000, "the scripts were counted"


@pytest.mark.parametrize(("name", "most"), [("sw.js", 5_000), ("app.webmanifest", 1_000)])
def test_what_is_fetched_beside_the_page_stays_small(name: str, most: int) -> None:
    assert weight(assets.built(name)) < most

"""Somebody before a hall's kiosk: a paired browser without JavaScript."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx

from backend import secrecy
from backend.queue import devices
from tests.queue.hall import Place
from tests.world import HERE


async def paired(client: httpx.AsyncClient, at: Place, kind: str = "kiosk", **more: Any) -> UUID:
    """The client is a screen of the hall; returns its id."""
    made = await devices.add_device(HERE, kind, "南门", at.manager, secrecy.fresh_token(), **more)
    _, token = await devices.pair(made.token)
    client.cookies.set("device", token)
    return made.device


async def tap(client: httpx.AsyncClient, party: UUID | None = None, **matter: Any) -> httpx.Response:
    """Tap a matter or a line; the page that follows."""
    form = {"party": str(party or uuid4()), **{name: str(id) for name, id in matter.items()}}
    return await follow(client, await client.post("/kiosk/tickets", data=form))


async def follow(client: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    """Go where it leads."""
    return await client.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def show(client: httpx.AsyncClient, card: str) -> httpx.Response:
    """Show a card, or a code, to the reader."""
    return await follow(client, await client.post("/kiosk/search", data={"card": card}))


def numbers(page: httpx.Response) -> list[str]:
    """The numbers that a page shows on the screen."""
    return re.findall(r'class="no">([A-Z]\d{3,4})<', page.text.partition('class="slip"')[0])


def plan(page: httpx.Response) -> str:
    """The plan that a page is about."""
    return str(page.url).rpartition("/")[2].partition("?")[0]

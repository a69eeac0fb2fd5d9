"""号票: what stands on the paper of a number."""

import datetime as dt
from typing import Any

import msgspec

from backend import clock, db
from backend.queue import outlook
from backend.queue.paper_links import paper_link, paper_token
from backend.queue.shared import shared
from backend.web.device import Screen


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """One paper. `link` opens the number on a phone."""

    number: str
    hall: str
    line: str
    matter: str
    note: str
    said: str
    at: dt.datetime
    link: str


async def allow_links(tickets: list[dict[str, Any]]) -> None:
    """Let the links on the papers of these numbers open them."""
    async with db.transaction():
        for ticket in tickets:
            await paper_link(ticket["id"])


async def slips(screen: Screen, tickets: list[dict[str, Any]], home: str) -> list[Slip]:
    """The papers of a plan, in its order; `home`: our address."""
    view = await shared.read(screen.code)
    return [
        Slip(
            number=ticket["number"],
            hall=screen.hall_name,
            line=f"{ticket['floor']} {ticket['line_name']}".strip(),
            matter=ticket["item_name"] or "",
            note=_note(ticket),
            said=outlook.told(view, ticket["id"]),
            at=clock.local(ticket["taken_at"]),
            link=f"{home}/q/{paper_token(ticket['id'])}",
        )
        for ticket in tickets
    ]


def _note(ticket: dict[str, Any]) -> str:
    if not ticket["booked_for"]:
        return ""
    start = f"{clock.local(ticket['booked_for']):%H:%M}"
    return f"预约 {start}，已签到" if ticket["credit"] == "booking" else f"预约 {start}，过了时间，按普通号"

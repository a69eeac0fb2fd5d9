"""What open streams are told after each reading of a hall: a phone its own place, a board that it changed."""

from uuid import UUID

import msgspec

from backend.queue import outlook
from backend.queue.shared import shared
from backend.queue.standing import Standing, standing_of, standings
from backend.queue.view import HallView
from backend.web.live import event, hub

RETRY = "retry: 2000\n"
GONE = event("place", '{"stamp":"","says":{}}')  # it is not live any more: the page asks what became of it
_told: dict[str, dict[UUID, str]] = {}


def topic(ticket: UUID) -> str:
    """Where the streams of a number listen."""
    return f"ticket:{ticket}"


def said(standing: Standing) -> str:
    """The event that tells a phone its place."""
    says = {"ahead": f"{standing.ahead} 人", "said": standing.said, "why": standing.why}
    return event("place", msgspec.json.encode({"stamp": standing.stamp, "says": says}).decode())


def first(hall: str, ticket: UUID) -> str:
    """How a phone's stream begins: with its place as it was read last."""
    known = _told.get(hall, {}).get(ticket)
    if known is None and (view := shared.latest(hall)):
        found = standing_of(view, ticket)
        known = said(found) if found else None
    return RETRY + (known or GONE)


def tell(before: HallView | None, now: HallView) -> None:
    """Say to each stream what changed for it."""
    if not shared.watched(now.code):
        return
    told, fresh = _told.get(now.code, {}), {}
    for id, standing in standings(now).items():
        fresh[id] = said(standing)
        if told.get(id) != fresh[id]:
            hub.say(topic(id), fresh[id])
    for id in told.keys() - fresh.keys():
        hub.say(topic(id), GONE)
    _told[now.code] = fresh
    if before is None or _looks(before) != _looks(now):
        hub.say(f"board:{now.code}", event("hall"))


def _looks(view: HallView) -> tuple[object, ...]:
    return view.spots, view.seats, view.name, outlook.ranges(view)


shared.tell.append(tell)

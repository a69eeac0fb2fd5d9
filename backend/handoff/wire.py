"""`/console/handoffs/{handoff}/wire`: what the ends of a session say to each other to find a way (WebRTC signalling),
and what they point at. Who may say it is asked anew for every message; pictures and voices never pass here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import redis.asyncio as aioredis
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromPath
from redis.exceptions import RedisError

from backend import hints, identity
from backend.handoff import recording, seats, session, turn
from backend.handoff.rules import handoff_rules
from backend.refusal import Denied, NotFound, Refusal
from backend.settings import settings
from backend.web import guards
from backend.web.session import COOKIE, cookies

MOST = 64 * 1024  # bytes of a message
BURST, EACH_SECOND = 300, 20  # messages of one page: many addresses at first, few after that
LINGERS = 1.0  # seconds for a page to go by itself
OVER, FOREIGN = 4001, 4003  # WebSocket close codes (private use): another page or an end; not for you
SURFACE = r"^(case|(camera|screen)-(desk|officer|citizen)|(paper|page)-[0-9a-f-]{36})$"
Close = tuple[int, str]  # a code, and why
Short = Annotated[str, msgspec.Meta(max_length=2000)]
Point = tuple[Annotated[float, msgspec.Meta(ge=0, le=1)], Annotated[float, msgspec.Meta(ge=0, le=1)]]


class Message(msgspec.Struct, tag_field="kind", tag=str.lower, forbid_unknown_fields=True):
    """What a page says."""


class Here(Message):
    """It answers, so it is there."""


class Seen(Message):
    """It sees or hears the other end, or takes a way that needs no picture."""

    way: Literal["video", "low", "audio", "stills", "photo"]


class Way(Message):
    """It changes how they see each other; `hand`: somebody chose it, and no page changes it by itself any more."""

    way: Literal["video", "low", "audio", "stills", "photo"]
    hand: bool = False


class Shown(Message):
    """A screen of the applicant's, their phone or the one turned to them, shows what is asked about a recording."""


class Sends(Message):
    """Whether a picture and a voice go out of it now: its camera may be missing, covered or muted."""

    picture: bool
    voice: bool


class Describe(Message):
    """A session description (RFC 8829) for one other page; `streams`: which of its streams shows what."""

    to: UUID
    type: Literal["offer", "answer", "pranswer", "rollback"]
    sdp: Annotated[str, msgspec.Meta(max_length=60_000)]
    streams: dict[Short, Literal["camera", "screen"]]


class Candidate(Message):
    """An address at which it can be reached (RFC 8838), for one other page."""

    to: UUID
    candidate: Short
    sdpMid: Short | None = None
    sdpMLineIndex: Annotated[int, msgspec.Meta(ge=0, le=64)] | None = None
    usernameFragment: Short | None = None


class Mark(Message):
    """A pointer or a line on what several look at (`surface`): the case, one of its papers in the list or as a page,
    the camera or the screen of an end; in parts of its width and height. A line is told again `to` a page that came
    later; its `id` says that it is the same.
    """

    surface: Annotated[str, msgspec.Meta(pattern=SURFACE)]
    shape: Literal["point", "line"]
    points: Annotated[list[Point], msgspec.Meta(max_length=200)] = []
    id: Annotated[str, msgspec.Meta(max_length=36)] = ""
    to: UUID | None = None


class Pause(Message):
    """The applicant pauses at the desk, or goes on: their phone sends nothing meanwhile, either."""

    on: bool


class Wipe(Message):
    """No line anywhere any more, also where this page has not heard of it yet."""


SAYING = msgspec.json.Decoder(Here | Seen | Way | Shown | Sends | Describe | Candidate | Mark | Pause | Wipe)
# Who looks on is seen by all and says nothing.
MAY: dict[str, tuple[type[Message], ...]] = {
    "desk": (Here, Seen, Way, Shown, Sends, Describe, Candidate, Mark, Pause, Wipe),
    "officer": (Here, Seen, Way, Sends, Describe, Candidate, Mark, Wipe),
    "citizen": (Here, Shown, Sends, Describe, Candidate, Mark, Wipe),
    "observer": (Here, Describe, Candidate),
}


def channel(handoff: UUID) -> str:
    """Where the pages of one session hear each other, whichever process they are connected to."""
    return f"wire:{handoff}"


async def say(handoff: UUID, **said: Any) -> None:
    """To all pages of the session."""
    await (await hints.redis()).publish(channel(handoff), msgspec.json.encode(said))


@websocket(
    "/console/handoffs/{handoff:uuid}/wire", guards=[guards.staff("desk", "officer", "manager", "supervisor")]
)
async def wire(socket: WebSocket, handoff: FromPath[UUID]) -> None:
    """One page of the staff side takes its seat, until it is closed, another takes it, or the session is over."""
    await socket.accept()
    try:
        seat = await seats.join(handoff, socket.scope["user"].staff)
    except (Denied, NotFound, Refusal) as refusal:
        await socket.close(FOREIGN, str(refusal)[:40])
        return
    with suppress(RedisError, OSError):  # else their pages there hear it at the next beat
        for other in seat.pop("left"):
            await say(other, kind="there")
    token = cookies(socket.scope).get(COOKIE, "")
    await serve(socket, handoff, seat, lambda: _still(token, handoff, seat["role"]))


async def _still(token: str, handoff: UUID, role: str) -> bool:
    """They are signed in yet, and take part as what they came."""
    visitor = await identity.visitor_for(token)
    return bool(visitor and visitor.staff and await seats.keeps(handoff, role, visitor.staff))


async def serve(
    socket: WebSocket, handoff: UUID, seat: dict[str, Any], still: Callable[[], Awaitable[object]]
) -> None:
    """A part: hear and speak for a seat that was taken, for as long as whoever took it is `still` let in. It is closed
    when nobody listens to it any more: before, Granian would hold the close back until the page says something.
    """
    page, client = seat["page"], aioredis.Redis.from_url(settings().redis_url, socket_keepalive=True)
    try:
        async with client.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.subscribe(channel(handoff))
            await _greet(socket, handoff, seat)
            over = await _until_first(
                [
                    _ask(socket, still),
                    _renew(socket, handoff, page),
                    _listen(socket, handoff, page),
                    _tell(socket, heard, page),
                ]
            )
            if over:
                await _end(socket, over)
    except (WebSocketDisconnect, RedisError, OSError):
        pass  # the page comes back by itself
    finally:
        await client.aclose()
        await seats.leave(handoff, page)
        with suppress(RedisError, OSError):
            await say(handoff, kind="left", page=page)


async def _end(socket: WebSocket, over: Close) -> None:
    """The page hears that it is over and goes by itself. A socket that is closed while words of the page lie unread is
    reset (RFC 9293, 3.10.4): the page would never see the code, and would come back.
    """
    await socket.send_text('{"kind":"over"}')
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGERS):
            while True:
                await socket.receive_text()
    await socket.close(*over)


async def _greet(socket: WebSocket, handoff: UUID, seat: dict[str, Any]) -> None:
    there = await seats.there(handoff)
    others = [one for one in there if one["page"] != seat["page"]]
    ice = turn.ice_servers(handoff, str(seat["page"]))
    hello = {"kind": "hello", **seat, "others": others, "ice": ice}
    await socket.send_text(msgspec.json.encode(hello).decode())
    [me] = [one for one in there if one["page"] == seat["page"]]
    await say(handoff, kind="joined", **me)


async def _ask(socket: WebSocket, still: Callable[[], Awaitable[object]]) -> Close:
    """A hidden tab's own timers fire once a minute; what it hears it answers at once."""
    while await still():
        await socket.send_text('{"kind":"there"}')
        await asyncio.sleep(handoff_rules().beat)
    return FOREIGN, ""


async def _renew(socket: WebSocket, handoff: UUID, page: UUID) -> None:
    """The relay's names are told anew before they end, for a path that is sought later."""
    while True:
        await asyncio.sleep(handoff_rules().turn_minutes * 60 / 2)
        told = {"kind": "ice", "ice": turn.ice_servers(handoff, str(page))}
        await socket.send_text(msgspec.json.encode(told).decode())


async def _listen(socket: WebSocket, handoff: UUID, page: UUID) -> Close:
    loop, heard = asyncio.get_running_loop(), 0
    began = loop.time()
    while True:
        async with asyncio.timeout(handoff_rules().lease):
            text = await socket.receive_text()
        heard += 1
        if heard > BURST + EACH_SECOND * (loop.time() - began):
            return FOREIGN, ""
        try:
            role = await seats.speaks(handoff, page)
            await _take(handoff, page, role, SAYING.decode(text[:MOST]))
        except msgspec.MsgspecError:
            await socket.send_text('{"kind":"refused"}')
        except Refusal as refusal:
            return OVER, str(refusal)[:40]


async def _take(handoff: UUID, page: UUID, role: str, message: Message) -> None:
    if not isinstance(message, MAY[role]):
        raise msgspec.ValidationError
    if isinstance(message, Here):
        await seats.seen(handoff, page)
        await session.beat(handoff, role)
    elif isinstance(message, Seen):
        with suppress(Refusal):  # the other end opens its page: it is said again then
            await session.connected(handoff, message.way)
    elif isinstance(message, Shown):
        await recording.shown(handoff)
    elif isinstance(message, Way):
        await session.change_way(handoff, message.way)
        # Whoever said it hears it, too: where both say one at once, both go by the last.
        await say(handoff, **msgspec.to_builtins(message))
    else:
        if isinstance(message, Pause):
            await session.pause(handoff, message.on)
        await say(handoff, **msgspec.to_builtins(message), **{"from": page})


async def _tell(socket: WebSocket, heard: Any, page: UUID) -> None:
    async for message in heard.listen():
        said = msgspec.json.decode(message["data"])
        if str(page) not in (said.get("from"), said.get("page")) and (said.get("to") or str(page)) == str(
            page
        ):
            await socket.send_text(message["data"].decode())


async def _until_first(jobs: list[Any]) -> Close | None:
    """Until one of them ends or fails; then none of them runs any more, and what it says of the end is said."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if (error := task.exception()) and not isinstance(error, TimeoutError):
            raise error
    return next((task.result() for task in done if not task.exception()), None)


routes = [wire]

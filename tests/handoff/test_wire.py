"""What the pages of a session say to each other: what a role may not say is refused, heard by nobody, does nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from litestar import Litestar

from backend import clock, db, secrecy
from backend.handoff import ask, guest, seats, wire
from backend.handoff.rules import handoff_rules
from backend.identity.sessions import open_session
from tests.handoff.sides import Sides, sides, state
from tests.handoff.test_session import connecting
from tests.races.processes import until
from tests.visits.town import staff

SDP = {"type": "offer", "sdp": "v=0", "streams": {}}
SAYS: dict[type[wire.Message], dict[str, Any]] = {
    wire.Here: {},
    wire.Seen: {"way": "video"},
    wire.Way: {"way": "audio"},
    wire.Shown: {},
    wire.Sends: {"picture": True, "voice": False},
    wire.Describe: {"to": str(uuid4()), **SDP},
    wire.Candidate: {"to": str(uuid4()), "candidate": "candidate:1"},
    wire.Mark: {"surface": "case", "shape": "point", "points": [[0.5, 0.5]]},
    wire.Pause: {"on": True},
    wire.Wipe: {},
}
FORBIDDEN = [(role, kind) for role, may in wire.MAY.items() for kind in SAYS if kind not in may]


class End:
    """A page with its socket, inside this process; it answers when it is asked whether it is there. As with Granian, it
    is not closed while the server waits for what it says.
    """

    def __init__(self, app: Litestar, path: str, token: str) -> None:
        self.says: asyncio.Queue[Any] = asyncio.Queue()
        self.hears: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.page = ""
        self.silent = asyncio.Event()
        self.says.put_nowait({"type": "websocket.connect"})
        headers = {"host": "qiban.test", "sec-fetch-site": "same-origin", "cookie": f"session={token}"}
        scope: Any = {
            "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws", "path": path,
            "raw_path": path.encode(), "query_string": b"", "root_path": "", "subprotocols": [],
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("qiban.test", 80),
        }  # fmt: skip
        self.task = asyncio.create_task(app(scope, self._say, self._hear))

    async def _say(self) -> Any:
        self.silent.clear()
        try:
            return await self.says.get()
        finally:
            self.silent.set()

    async def _hear(self, event: Any) -> None:
        if event["type"] == "websocket.close":
            await self.silent.wait()
        said = msgspec.json.decode(event.get("text") or "{}") or {**event, "kind": event["type"]}
        if said["kind"] == "there":
            self.say("here")
        else:
            self.hears.put_nowait(said)

    def say(self, kind: str, **more: Any) -> None:
        """To the others."""
        text = msgspec.json.encode({"kind": kind, **more}).decode()
        self.says.put_nowait({"type": "websocket.receive", "text": text})

    async def until(self, kind: str) -> list[dict[str, Any]]:
        """What it hears up to this."""
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(10):
            while not found or found[-1]["kind"] != kind:
                found.append(await self.hears.get())
        return found


@asynccontextmanager
async def sat(app: Litestar, role: str) -> AsyncIterator[tuple[UUID, dict[str, End]]]:
    """Both ends, with whoever else has this role, before they see each other."""
    at, officer, one = await connecting()
    path, ends = f"/console/handoffs/{one}/wire", {}
    for name, by in (("desk", at.desk), ("officer", officer)):
        ends[name] = await _open(app, path, await open_session(await clock.now(), "测试", staff=by))
    if role not in ends:
        ends[role] = await _third(app, role, at, one)
    await until(lambda: _both_there(one))
    yield one, ends
    for end in ends.values():
        end.says.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await asyncio.gather(*(end.task for end in ends.values()))


async def _both_there(one: UUID) -> bool:
    found = await state(one)
    return bool(found["clerk_seen_at"] and found["officer_seen_at"])


async def _third(app: Litestar, role: str, at: Sides, one: UUID) -> End:
    if role == "citizen":
        await guest.invite(one, key := secrecy.fresh_token(), at.desk)
        return await _open(app, f"/screens/{key}/wire")
    by = await staff("supervisor", "hall", "shanghai", "督导员")
    token = await open_session(await clock.now(), "测试", staff=by)
    return await _open(app, f"/console/handoffs/{one}/wire", token)


async def _open(app: Litestar, path: str, token: str = "") -> End:
    end = End(app, path, token)
    end.page = (await end.until("hello"))[-1]["page"]
    return end


async def standing(handoff: UUID) -> tuple[object, ...]:
    """What words on the wire could change, and what was done."""
    one = await state(handoff)
    events = await db.rows("SELECT kind FROM handoff_event WHERE handoff = $1 ORDER BY at, id", handoff)
    return one["state"], one["way"], one["version"], [row["kind"] for row in events]


def test_every_kind_of_message_is_tried_and_somebody_may_not_say_it() -> None:
    assert set(SAYS) == set(wire.Message.__subclasses__())
    named = {(role, kind.__name__) for role, kind in FORBIDDEN}
    only_ends = {("citizen", "Seen"), ("citizen", "Way"), ("observer", "Seen"), ("observer", "Way")}
    assert named == only_ends | {
        ("observer", "Mark"), ("observer", "Sends"), ("observer", "Shown"), ("observer", "Wipe"), ("officer", "Shown"),
        ("observer", "Pause"), ("officer", "Pause"), ("citizen", "Pause"),
    }  # fmt: skip


@pytest.mark.parametrize(("role", "kind"), FORBIDDEN, ids=lambda one: getattr(one, "__name__", one))
async def test_what_a_role_may_not_say_is_refused_heard_by_nobody_and_does_nothing(
    app: Litestar, role: str, kind: type[wire.Message]
) -> None:
    said = kind.__name__.lower()
    async with sat(app, role) as (one, ends):
        before = await standing(one)
        ends[role].say(said, **SAYS[kind])
        assert (await ends[role].until("refused"))[-1] == {"kind": "refused"}
        ends["desk"].say(
            "mark", surface="screen-desk", shape="point"
        )  # whatever was said before it came before it
        for other in {"officer", role}:
            *earlier, last = await ends[other].until("mark")
            assert (last["from"], last["surface"]) == (ends["desk"].page, "screen-desk")
            assert not [word for word in earlier if word["kind"] == said or word.get("from")], earlier
        assert await standing(one) == before
        ends[role].say("here")  # and it stays


async def test_whoever_comes_later_hears_that_the_applicant_pauses(app: Litestar) -> None:
    async with sat(app, "citizen") as (one, ends):
        desk = (await state(one))["clerk"]
        await guest.invite(one, key := secrecy.fresh_token(), desk)
        for on in (True, False, True):
            ends["desk"].say("pause", on=on)
            assert (await ends["officer"].until("pause"))[-1]["on"] is on
            assert (await guest.join(key))[1]["paused"] is on
        assert (await seats.join(one, desk))["paused"] is True


@pytest.mark.parametrize("role", ["desk", "officer"])
async def test_the_same_words_of_an_end_are_heard_and_done(app: Litestar, role: str) -> None:
    async with sat(app, role) as (one, ends):
        other = ends["officer" if role == "desk" else "desk"]
        ends[role].say("seen", **SAYS[wire.Seen])
        ends[role].say("way", **SAYS[wire.Way])
        assert (await other.until("way"))[-1]["way"] == "audio"
        ends[role].say("mark", **SAYS[wire.Mark])
        assert (await other.until("mark"))[-1]["from"] == ends[role].page
        ends[role].say("sends", **SAYS[wire.Sends])
        heard = {"kind": "sends", "from": ends[role].page, **SAYS[wire.Sends]}
        assert (await other.until("sends"))[-1] == heard
        assert (await standing(one))[:2] == ("live", "audio")


async def test_a_line_that_is_told_again_is_told_to_who_came_later_alone(app: Litestar) -> None:
    async with sat(app, "citizen") as (_, ends):
        line = {"surface": "case", "shape": "line", "points": [[0.5, 0.5]], "id": "1"}
        ends["desk"].say("mark", **line, to=ends["citizen"].page)
        ends["desk"].say("wipe")
        assert [one["kind"] for one in await ends["citizen"].until("wipe")][-2:] == ["mark", "wipe"]
        assert "mark" not in [one["kind"] for one in await ends["officer"].until("wipe")]


@pytest.mark.parametrize(
    "text", ["no words", '{"kind":"shout"}', '{"kind":"mark","surface":"case","more":1}']
)
async def test_what_is_no_message_is_refused_and_the_page_stays(app: Litestar, text: str) -> None:
    async with sat(app, "desk") as (one, ends):
        before = await standing(one)
        ends["desk"].says.put_nowait({"type": "websocket.receive", "text": text})
        await ends["desk"].until("refused")
        ends["desk"].say("mark", **SAYS[wire.Mark])
        assert (await ends["officer"].until("mark"))[-1]["from"] == ends["desk"].page
        assert await standing(one) == before


async def _disabled(by: UUID) -> None:
    await db.rows("UPDATE staff SET disabled_at = now() WHERE id = $1", by)


async def _without_a_role(by: UUID) -> None:
    await db.rows("DELETE FROM staff_role WHERE staff = $1", by)


async def _at_another_hall(by: UUID) -> None:
    await db.rows("UPDATE staff_role SET scope = 'center' WHERE staff = $1 AND scope_kind = 'hall'", by)


@pytest.mark.parametrize(
    ("role", "out"),
    [
        ("observer", _disabled), ("observer", _without_a_role), ("observer", _at_another_hall),
        ("desk", _disabled), ("desk", _without_a_role), ("desk", _at_another_hall),
        ("officer", _disabled), ("officer", _without_a_role),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)  # fmt: skip
async def test_who_may_take_part_no_more_is_out_at_the_next_beat_and_the_others_stay(
    app: Litestar, monkeypatch: pytest.MonkeyPatch, role: str, out: Callable[[UUID], Awaitable[None]]
) -> None:
    often = msgspec.structs.replace(handoff_rules(), beat=0.2)
    monkeypatch.setattr(wire, "handoff_rules", lambda: often)
    async with sat(app, role) as (one, ends):
        [seat] = [row for row in await seats.there(one) if str(row["page"]) == ends[role].page]
        await out(seat["staff"])
        async with asyncio.timeout(3):  # it would be closed when the page says something, or after the lease
            assert (await ends[role].until("websocket.close"))[-1]["code"] == wire.FOREIGN
            await ends[role].task
        left = [str(row["page"]) for row in await seats.there(one)]
        assert ends[role].page not in left
        assert len(left) == len(ends) - 1


async def test_the_room_that_was_left_for_another_hears_it_at_once(app: Litestar) -> None:
    async with sat(app, "desk") as (one, ends):
        desk, other = (await state(one))["clerk"], await sides(8)
        second = await ask.ask(other.case, other.desk)
        token = await open_session(await clock.now(), "测试", staff=desk)
        there = await _open(app, f"/console/handoffs/{second}/wire", token)
        async with asyncio.timeout(handoff_rules().beat / 2):
            await ends["desk"].until("over")
        there.says.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await there.task

"""The session itself: connecting → live ⇄ interrupted, deciding; held by the leases of its two ends."""

from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.handoff.ask import at_desk
from backend.handoff.duty import free
from backend.handoff.offers import end_ringing
from backend.handoff.record import locked, move, record
from backend.handoff.route import there_since
from backend.handoff.rules import handoff_rules, seconds
from backend.handoff.seats import SESSION, role_of
from backend.handoff.tables import Handoff
from backend.refusal import Denied, NotFound, Refusal

# How the two see each other, the best first: 720p, few pictures a second, voice alone, a still every two seconds over
# HTTPS, and photos, words and the telephone, which need no camera.
WAYS = ("video", "low", "audio", "stills", "photo")
OTHERS = "对方还没有打开这个页面"
NOT_LIVE = "现在没有连着，等对方回来再办"
PAUSE = "UPDATE handoff SET paused = $2 WHERE id = $1 AND ended_at IS NULL AND paused <> $2 RETURNING id"
BEAT = """
UPDATE handoff SET clerk_seen_at = CASE WHEN $2 = 'desk' THEN $3 ELSE clerk_seen_at END,
  officer_seen_at = CASE WHEN $2 = 'officer' THEN $3 ELSE officer_seen_at END,
  due_at = CASE WHEN state = 'live' THEN $4 + least(CASE WHEN $2 = 'desk' THEN $3 ELSE clerk_seen_at END,
                                                   CASE WHEN $2 = 'officer' THEN $3 ELSE officer_seen_at END)
                WHEN state = 'deciding' AND $2 = 'officer' THEN $3 + $4 ELSE due_at END
WHERE id = $1 AND ended_at IS NULL AND (due_at > $3 OR state = 'interrupted') RETURNING state
"""


async def beat(handoff: UUID, role: str) -> None:
    """The page of this end answered: its lease begins anew. Both back after a break: it goes on."""
    now = await clock.now()
    found = await db.rows(BEAT, handoff, role, now, seconds(handoff_rules().lease))
    if found and found[0]["state"] == "interrupted":
        await resume(handoff)


@db.retrying
async def resume(handoff: UUID) -> None:
    """Both ends are there again, within the time: it is live again. Not yet: nothing happens."""
    async with db.transaction():
        one = await locked(handoff)
        if one["state"] == "interrupted" and _both(one, await clock.now()):
            await move(one, "resumed", "live", due_at=_until(one))


@db.retrying
async def connected(handoff: UUID, way: str) -> None:
    """One end sees the other, or they take a way that needs no picture; the second to say so changes nothing. For a
    caller who asked who speaks. Refuses: another way; an end that is not there.
    """
    if way not in WAYS:
        raise NotFound
    async with db.transaction():
        one = await locked(handoff)
        if one["state"] != "connecting":
            return
        if not _both(one, await clock.now()):
            raise Refusal(OTHERS)
        now = await clock.now()
        await move(one, "connected", "live", why=way, way=way, connected_at=now, due_at=_until(one))


@db.retrying
async def change_way(handoff: UUID, way: str) -> None:
    """They see each other in another way; for a caller who asked who speaks. Refuses: another way."""
    if way not in WAYS:
        raise NotFound
    async with db.transaction():
        one = await locked(handoff)
        if one["state"] in SESSION and one["way"] != way:
            await Handoff.update({Handoff.way: way}).where(Handoff.id == handoff)
            await record(handoff, "way", one["state"], one["state"], why=way)


async def pause(handoff: UUID, on: bool) -> None:
    """停一下, or on again, says the applicant at the desk; for a caller who asked who speaks. Whichever page of theirs
    comes afterwards begins with it.
    """
    if await db.rows(PAUSE, handoff, on):
        await hints.publish(f"handoff:{handoff}")


@db.retrying
async def take_way(handoff: UUID, way: str, by: UUID) -> None:
    """换一种连法, by hand. Refuses:
    Denied, also who only looks on, NotFound, another way, a handoff that is not in a session.
    """
    if way not in WAYS:
        raise Refusal("请选一种连法")
    async with db.transaction():
        one = await locked(handoff)
        if await role_of(one, by) == "observer":
            raise Denied
        if one["state"] not in SESSION:
            raise Refusal(NOT_LIVE)
    await (connected if one["state"] == "connecting" else change_way)(handoff, way)


@db.retrying
async def think(handoff: UUID, by: UUID) -> None:
    """开始审: the officer looks through the case; only their own page has to stay. Refuses: Denied, NotFound, one that
    is not live.
    """
    await _turn(handoff, by, "live", "deciding")


@db.retrying
async def talk(handoff: UUID, by: UUID) -> None:
    """接着问: back from the papers to the applicant. Refuses: as `think`, one that is not being decided."""
    await _turn(handoff, by, "deciding", "live")


async def _turn(handoff: UUID, by: UUID, before: str, to: str) -> None:
    async with db.transaction():
        one = await owned(handoff, by)
        if one["state"] != before:
            raise Refusal(NOT_LIVE)
        await move(one, to, to, by, due_at=await clock.now() + seconds(handoff_rules().lease))


async def owned(handoff: UUID, by: UUID) -> dict[str, Any]:
    """A part: the handoff, locked, for the officer who has it. Refuses: NotFound, Denied."""
    one = await locked(handoff)
    if one["officer"] != by:
        raise NotFound
    if one["state"] not in SESSION:
        raise Refusal(NOT_LIVE)
    return one


@db.retrying
async def break_off(handoff: UUID, why: str, by: UUID) -> None:
    """申请人不办了, says the desk, with the reason: over, without a call-back. Refuses: Denied, NotFound, no reason,
    one that is not in a session.
    """
    if not why:
        raise Refusal("请写明为什么不办了")
    async with db.transaction():
        one = await at_desk(handoff, by)
        if one["state"] not in SESSION:
            raise Refusal(NOT_LIVE)
        await end_ringing(one, "rescinded")
        await free(one["officer"])
        await move(one, "broken-off", "cancelled", by, why)
        db.after_commit(partial(hints.publish, f"officer:{one['officer']}"))


def _both(one: dict[str, Any], now: Any) -> bool:
    return all(one[end] and one[end] > there_since(now) for end in ("clerk_seen_at", "officer_seen_at"))


def _until(one: dict[str, Any]) -> Any:
    return min(one["clerk_seen_at"], one["officer_seen_at"]) + seconds(handoff_rules().lease)

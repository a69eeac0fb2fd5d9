"""席位: who takes part in a session. An end of it speaks through one page at a time, the newest; whatever an older page
says is refused. Who looks on is announced to all. Three of them see each other, which the pages keep (`call.ts`).
"""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, identity
from backend.handoff.parties import sits_at
from backend.handoff.record import NONE, locked, record, standing
from backend.handoff.route import there_since
from backend.handoff.tables import ENDS
from backend.refusal import Denied, NotFound, Refusal

SESSION = ("connecting", "live", "interrupted", "deciding")
NOT_NOW = "这次屏对屏没有在进行"
TAKEN = "这次屏对屏在另一个页面打开了"
PLACE = "SELECT l.code FROM handoff h JOIN hall l ON l.id = h.hall WHERE h.id = $1"
TAKE = """
INSERT INTO handoff_seat (id, handoff, role, staff, token_hash, page, joined_at, seen_at)
VALUES (gen_random_uuid(), $1, $2, $3, '', $4, $5, $5)
ON CONFLICT ({whose}) DO UPDATE SET staff = $3, page = $4, joined_at = $5, seen_at = $5, left_at = NULL
RETURNING id, role, page
"""
ENDS_OF = TAKE.format(whose="handoff, role) WHERE (role <> 'observer'")
OBSERVERS = TAKE.format(whose="handoff, staff) WHERE (role = 'observer'")
SPEAKS = """
SELECT s.role, s.staff, h.state, h.officer FROM handoff_seat s JOIN handoff h ON h.id = s.handoff
WHERE s.handoff = $1 AND s.page = $2 AND s.left_at IS NULL AND h.ended_at IS NULL
"""
LEAVE = """
UPDATE handoff_seat SET left_at = $3 WHERE handoff = $1 AND page = $2 AND left_at IS NULL RETURNING role, staff
"""
THERE = """
SELECT s.role, s.page, s.staff, coalesce(f.name, '申请人') AS name, s.seen_at > $2 AS there
FROM handoff_seat s LEFT JOIN staff f ON f.id = s.staff
WHERE s.handoff = $1 AND s.left_at IS NULL ORDER BY s.joined_at
"""
# Where else somebody sits for the desk; whoever takes a seat there does so alone.
ALONE = "SELECT 1 FROM staff WHERE id = $1 FOR NO KEY UPDATE"
ELSEWHERE = """
UPDATE handoff_seat s SET left_at = $3 FROM handoff h
WHERE s.staff = $1 AND s.role = 'desk' AND s.handoff <> $2 AND s.left_at IS NULL
  AND h.id = s.handoff AND h.ended_at IS NULL RETURNING h.id
"""
OPEN = """
SELECT i.name AS item FROM handoff_seat s JOIN handoff h ON h.id = s.handoff JOIN item i ON i.id = h.item
WHERE s.staff = $1 AND s.role = 'desk' AND s.handoff <> $2 AND s.left_at IS NULL AND s.seen_at > $3
  AND h.ended_at IS NULL LIMIT 1
"""
SEEN = "UPDATE handoff_seat SET seen_at = $3 WHERE handoff = $1 AND page = $2 AND left_at IS NULL"


async def role_of(one: dict[str, Any], by: UUID) -> str:
    """As what a member of staff takes part in the handoff. Refuses: Denied, NotFound."""
    if one["officer"] == by and one["state"] in SESSION:
        return "officer"
    [place] = await db.rows(PLACE, one["id"])
    if await sits_at(place["code"], by):
        return "desk"
    await identity.require(by, "manager", "supervisor", hall=place["code"], missing=NONE)
    return "observer"


async def keeps(handoff: UUID, role: str, by: UUID) -> bool:
    """Whether a member of staff may still take part as what they came; whose handoff it is now, `speaks` says."""
    try:
        if role == "officer":
            await identity.require(by, "officer")
            return True
        return await role_of(await standing(handoff), by) == role
    except (Denied, NotFound):
        return False


async def taken(handoff: UUID) -> dict[str, Any]:
    """A part: the handoff, locked, while there is something to see. Refuses: NotFound, one that is not in a session."""
    one = await locked(handoff)
    if one["state"] not in SESSION:
        raise Refusal(NOT_NOW)
    return one


@db.retrying
async def join(handoff: UUID, by: UUID) -> dict[str, Any]:
    """Take a seat with a page of one's own; returns role, page, `of_both` and the rooms they `left`: who sits for the
    desk sits in one, the newest, for before them is one applicant, who reads who sees them. Refuses: Denied, NotFound,
    a handoff that is over; who looks on before there is something to see.
    """
    async with db.transaction():
        one = await locked(handoff)
        role = await role_of(one, by)
        if one["state"] in ENDS or (role == "observer" and one["state"] not in SESSION):
            raise Refusal(NOT_NOW)
        left = await _leave_others(handoff, by) if role == "desk" else []
        take = OBSERVERS if role == "observer" else ENDS_OF
        [seat] = await db.rows(take, handoff, role, by, uuid4(), await clock.now())
        await record(
            handoff, "joined" if role != "observer" else "observed", one["state"], one["state"], by, role
        )
        return {**seat, **of_both(one), "left": left}


async def _leave_others(handoff: UUID, by: UUID) -> list[UUID]:
    await db.rows(ALONE, by)
    left = [row["id"] for row in await db.rows(ELSEWHERE, by, handoff, await clock.now())]
    for other in left:
        state = (await standing(other))["state"]
        await record(other, "left", state, state, by, "desk")
    return left


def of_both(one: dict[str, Any]) -> dict[str, Any]:
    """What a page that comes must know of the handoff: where it stands, how they see each other, whether the applicant
    pauses.
    """
    return {name: one[name] for name in ("state", "way", "paused")}


async def speaks(handoff: UUID, page: UUID) -> str:
    """As what this page speaks now; asked for every message. Refuses: one whose place another page took, an officer who
    has the handoff no more, a handoff that is over.
    """
    found = await db.rows(SPEAKS, handoff, page)
    if not found or (found[0]["role"] == "officer" and found[0]["officer"] != found[0]["staff"]):
        raise Refusal(TAKEN)
    return str(found[0]["role"])


async def seen(handoff: UUID, page: UUID) -> None:
    """The page answered: whoever sits there is there."""
    await db.rows(SEEN, handoff, page, await clock.now())


@db.retrying
async def leave(handoff: UUID, page: UUID) -> None:
    """The page is closed. The other side is told; the lease decides what becomes of the session."""
    async with db.transaction():
        left = await db.rows(LEAVE, handoff, page, await clock.now())
        for seat in left:
            one = await locked(handoff)
            await record(handoff, "left", one["state"], one["state"], seat["staff"], seat["role"])


def sits(seats: list[dict[str, Any]], by: UUID) -> bool:
    """Whether this member of staff is among those who take part, and there."""
    return any(seat["staff"] == by and seat["there"] for seat in seats)


async def open_elsewhere(handoff: UUID, by: UUID) -> str:
    """What the other session is about whose room somebody has open for the desk. Empty: they have none."""
    found = await db.rows(OPEN, by, handoff, there_since(await clock.now()))
    return str(found[0]["item"]) if found else ""


async def there(handoff: UUID) -> list[dict[str, Any]]:
    """Who takes part, for a caller who asked whose it is; `there`: their page answered a moment ago."""
    return await db.rows(THERE, handoff, there_since(await clock.now()))

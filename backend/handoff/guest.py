"""申请人的手机: the applicant joins the session from their own phone, by a code on the desk's screen."""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, secrecy
from backend.handoff import recording_views
from backend.handoff.ask import at_desk
from backend.handoff.record import record
from backend.handoff.seats import NOT_NOW, SESSION, of_both, taken, there
from backend.handoff.views import ONE
from backend.handoff.words import said
from backend.refusal import NotFound, Refusal

OVER = "这个码不能用了，请办事点再出一个"
INVITE = """
INSERT INTO handoff_seat (id, handoff, role, token_hash, joined_at, left_at)
VALUES (gen_random_uuid(), $1, 'citizen', $2, $3, $3)
ON CONFLICT (handoff, role) WHERE (role <> 'observer') DO UPDATE SET token_hash = $2, page = NULL, left_at = $3
"""
INVITED = f"""
SELECT one.* FROM handoff_seat t JOIN ({ONE}) one ON one.id = t.handoff
WHERE t.token_hash = $1 AND t.role = 'citizen' AND one.ended_at IS NULL
"""  # noqa: S608  # our own words
BOOKED = f"""
SELECT one.* FROM handoff_seat t JOIN ({ONE}) one ON one.id = t.handoff
WHERE t.token_hash = $1 AND t.role = 'citizen' AND one.state = 'callback_booked' AND one.called_at IS NULL
  AND NOT one.moot AND NOT one.caller_gone
"""  # noqa: S608  # our own words
TAKE = """
UPDATE handoff_seat SET page = $2, seen_at = $3, left_at = NULL WHERE token_hash = $1 AND role = 'citizen'
RETURNING id, role, page
"""


@db.retrying
async def invite(handoff: UUID, token: str, by: UUID) -> None:
    """请申请人用手机进来: whoever opens the link with this token; an earlier one does not open it any more. Refuses:
    Denied, NotFound, nobody who could be seen.
    """
    async with db.transaction():
        one = await at_desk(handoff, by)
        if one["state"] not in SESSION:
            raise Refusal(NOT_NOW)
        await db.rows(INVITE, handoff, secrecy.token_hash(token), await clock.now())
        await record(handoff, "invited", one["state"], one["state"], by)


async def invited(token: str) -> dict[str, Any]:
    """To which session. Refuses: NotFound, a token that is over."""
    found = await db.rows(INVITED, secrecy.token_hash(token))
    if not found:
        raise NotFound(OVER)
    return found[0]


async def shown(token: str) -> dict[str, Any]:
    """What the phone is shown, no more than the screen turned to the applicant is: who takes part, what was written,
    whether it is recorded. Refuses: as `invited`.
    """
    one = await invited(token)
    words = await said(one["id"]) if one["connected_at"] or one["state"] in SESSION else []
    recording = await recording_views.told(one)
    return {**one, "seats": await there(one["id"]), "words": words, "recording": recording}


async def booked(token: str) -> dict[str, Any] | None:
    """Who calls back about the session that a token opened before it was over; None: nobody does."""
    found = await db.rows(BOOKED, secrecy.token_hash(token))
    return found[0] if found else None


async def still(token: str) -> bool:
    """The link opens the session yet."""
    return bool(await db.rows(INVITED, secrecy.token_hash(token)))


@db.retrying
async def join(token: str) -> tuple[UUID, dict[str, Any]]:
    """The phone takes its seat: which handoff, and the seat. Refuses: NotFound, a session that is not running."""
    async with db.transaction():
        one = await taken((await invited(token))["id"])
        [seat] = await db.rows(TAKE, secrecy.token_hash(token), uuid4(), await clock.now())
        await record(one["id"], "joined", one["state"], one["state"], why="citizen")
        return one["id"], {**seat, **of_both(one)}

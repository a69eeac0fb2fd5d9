"""What an officer says to a call: 接, 稍后, 不接, 转给别人, 看材料就行, 离开."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity
from backend.handoff.duty import busy, go_away
from backend.handoff.offers import answered, end_ringing, rings_until
from backend.handoff.parties import decides
from backend.handoff.promises import keep
from backend.handoff.record import LOOKS, locked, move, record
from backend.handoff.route import over_of, route
from backend.handoff.rules import handoff_rules, seconds
from backend.refusal import NotFound, Refusal

GONE = "已经有人接了，或者不响了"
SPEAKING = "你正在和别人屏对屏"
NOBODY = "请选转给谁；要是这个部门的审批人员，没有说过不接的"
MINUTES = (3, 10)
RUNG = "SELECT handoff FROM handoff_offer WHERE officer = $1 AND state = 'ringing'"
COLLEAGUE = f"""
SELECT s.id FROM staff s WHERE s.id = $1 AND {decides("$2")} AND NOT EXISTS (
  SELECT 1 FROM handoff_offer o WHERE o.handoff = $3 AND o.officer = s.id AND o.answer IN ('no', 'passed'))
"""  # noqa: S608  # our own words


@db.retrying
async def accept(handoff: UUID, by: UUID) -> None:
    """接: theirs, and every other screen stops; who had said 几分钟后 may be earlier, while nobody has it. Refuses:
    Denied, NotFound, one that does not ring for them any more (somebody was faster, it was taken back, time is over), a
    case that is over, who speaks already, or for whom another rings.
    """
    async with db.transaction(refusing={"handoff_officer_once": Refusal(SPEAKING)}):
        one = await _rings(handoff, by)
        if not await answered(one, by, "accepted", "yes"):
            await _kept(one, by)
        await end_ringing(one, "rescinded")
        await busy(by)
        now = await clock.now()
        due = now + seconds(handoff_rules().connect)
        await move(one, "accepted", "connecting", by, officer=by, officer_seen_at=now, due_at=due)


@db.retrying
async def decline(handoff: UUID, by: UUID) -> None:
    """不接: it rings on for the others; where there are none, for a wider circle, at once. Refuses: as `accept`."""
    async with db.transaction():
        one = await _rings(handoff, by)
        await _own(one, by, "rejected", "no")
        await record(one["id"], "declined", one["state"], one["state"], by)
        await _next(one)


@db.retrying
async def put_off(handoff: UUID, minutes: int, by: UUID) -> None:
    """3 分钟后、10 分钟后: others are rung at once; if nobody takes it until then, it rings for them then, and
    where the desk would wait too long, they call back then. Refuses: as `accept`, other lengths.
    """
    if minutes not in MINUTES:
        raise NotFound
    async with db.transaction():
        one = await _rings(handoff, by)
        await _own(one, by, "rejected", f"in-{minutes}")
        await record(one["id"], "put-off", one["state"], one["state"], by, f"{minutes} 分钟后")
        await _next(one)


@db.retrying
async def pass_to(handoff: UUID, colleague: UUID, by: UUID) -> None:
    """转给…: it rings for the colleague, and for nobody else, if they are free; else for others who are, and for the
    colleague as soon as they are. Refuses: as `accept`, who could not decide it, who does not want it.
    """
    async with db.transaction():
        one = await _rings(handoff, by)
        if colleague == by or not await db.rows(COLLEAGUE, colleague, one["department"], handoff):
            raise Refusal(NOBODY)
        await _own(one, by, "rejected", "passed")
        await end_ringing(one, "rescinded")
        await route(await move(one, "passed", "queued", by, wanted=colleague, due_at=await clock.now()))


@db.retrying
async def leave(by: UUID) -> None:
    """离开: nothing rings for them any more; what did rings for the others, at once. Refuses: as `duty.go_away`."""
    await go_away(by)
    for row in await db.rows(RUNG, by):  # one at most
        async with db.transaction():
            one = await locked(row["handoff"])
            if one["state"] == "ringing" and await answered(one, by, "rescinded", ""):
                await record(one["id"], "went-away", one["state"], one["state"], by)
                await _next(one)


async def _rings(handoff: UUID, by: UUID) -> dict[str, Any]:
    """Refuses: Denied, NotFound where it never rang for them, a case that is over."""
    await identity.require(by, "officer")
    if not await db.rows(
        "SELECT 1 FROM handoff_offer WHERE handoff = $1 AND officer = $2 LIMIT 1", handoff, by
    ):
        raise NotFound
    one = await locked(handoff)
    if over := await over_of(one):
        raise Refusal(over)
    return one


async def _own(one: dict[str, Any], by: UUID, state: str, answer: str) -> None:
    if one["state"] != "ringing" or not await answered(one, by, state, answer):
        raise Refusal(GONE)


async def _kept(one: dict[str, Any], by: UUID) -> None:
    if one["state"] not in LOOKS or not await keep(one, by):
        raise Refusal(GONE)


async def _next(one: dict[str, Any]) -> None:
    """Where nobody is rung any more, a wider circle is, now."""
    if not await rings_until(one):
        await route(one)


@db.retrying
async def by_papers(handoff: UUID, by: UUID) -> None:
    """看材料即可，不用连线: nobody has to be seen for this case, says who decides it. Refuses: as `accept`."""
    async with db.transaction():
        one = await _rings(handoff, by)
        await _own(one, by, "rejected", "papers")
        await end_ringing(one, "rescinded")
        await move(one, "papers", "done", by, "看材料就行，不用连线", officer=by)

"""录像: the desk asks both sides, each says yes or no, and may take it back. A no changes nothing of the matter
(个人信息保护法 15, 16).
"""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from backend import clock, crossregion, db, hints, identity, secrecy
from backend.handoff.record import NONE, locked, record
from backend.handoff.recording_tables import Recording
from backend.refusal import NotFound, Refusal

RUNNING = ("live", "deciding")  # only then anything is recorded
WAYS = {"aloud": "办事点念给申请人听", "window": "申请人在朝自己的屏上看"}
NOT_SHOWN = "申请人那边的屏上还没有出现这段话：先打开给申请人看的屏，或者念给申请人听"
SHOWN = """
UPDATE handoff_recording SET shown_at = $2 WHERE handoff = $1 AND shown_at IS NULL AND citizen = 'asked' RETURNING id
"""
WHO = {"citizen": "申请人", "officer": "审批人员"}
NOT_WANTED = "这件事不用录像"
OVER = "这次屏对屏已经结束，不能再改录像"
SAID = "已经说过了，要改请点“不录了”"
NOT_AGREED = "还没有同意过，或者已经叫停了"


@db.retrying
async def ask(handoff: UUID, by: UUID) -> None:
    """问要不要录: what is read aloud is kept as it was. Twice is as once. Refuses: Denied, NotFound, a matter that asks
    for no recording, a handoff that is over.
    """
    async with db.transaction():
        one, side = await sided(handoff, by)
        text = await crossregion.recording_text(one["case"])
        if side != "citizen" or not text:
            raise Refusal(NOT_WANTED)
        row = Recording(
            id=uuid4(), handoff=handoff, text=text, key_sealed=secrecy.seal(secrecy.fresh_key()),
            asked_at=await clock.now(), asked_by=by,
        )  # fmt: skip
        row.head = first(row.id, text)
        made = Recording.insert(row).on_conflict(target=Recording.handoff, action="DO NOTHING")
        if await made.returning(Recording.id):
            await record(handoff, "rec-asked", one["state"], one["state"], by)


async def shown(handoff: UUID) -> None:
    """A screen of the applicant's shows what they are asked, says the page that shows it; twice is as once."""
    if await db.rows(SHOWN, handoff, await clock.now()):
        await hints.publish(f"handoff:{handoff}")


def first(recording: UUID, text: str) -> str:
    """What the first chunk names as the hash before it: so the chain is of this recording, agreed to in these words."""
    return sha256(f"{recording}\n{text}".encode()).hexdigest()


@db.retrying
async def answer(handoff: UUID, says: bool, way: str, by: UUID) -> None:
    """同意 or 不同意: the officer for themselves, the desk for the applicant, who heard or read it (`way`, of WAYS).
    Refuses: Denied, NotFound, who has said it before, a handoff that is over; that they read what no screen of theirs
    has shown.
    """
    async with db.transaction():
        one, side = await sided(handoff, by)
        its, now = await recording_of(handoff), await clock.now()
        if side == "citizen" and way == "window" and not its["shown_at"]:
            raise Refusal(NOT_SHOWN)
        values: dict[Any, Any] = {side: "agreed" if says else "refused", f"{side}_at": now}
        values |= {"citizen_way": way} if side == "citizen" else {}
        values |= {} if says else {"stopped_at": now}
        await _say(its, side, "asked", values, Refusal(SAID))
        why = f"{WHO[side]}（{WAYS[way]}）" if side == "citizen" else WHO[side]
        await record(handoff, "rec-agreed" if says else "rec-refused", one["state"], one["state"], by, why)


@db.retrying
async def withdraw(handoff: UUID, by: UUID) -> None:
    """不录了: for good; what was recorded until then stays, for its days. Refuses: Denied, NotFound, who has not
    agreed, a handoff that is over.
    """
    async with db.transaction():
        one, side = await sided(handoff, by)
        its = await recording_of(handoff)
        values: dict[Any, Any] = {side: "withdrew", "stopped_at": await clock.now()}
        await _say(its, side, "agreed", values, Refusal(NOT_AGREED))
        await record(handoff, "rec-withdrawn", one["state"], one["state"], by, WHO[side])


async def _say(its: dict[str, Any], side: str, before: str, values: dict[Any, Any], no: Refusal) -> None:
    own = Recording._meta.get_column_by_name(side)
    said = Recording.update(values).where(Recording.id == its["id"], own == before)
    if not await said.returning(Recording.id):
        raise no


async def sided(handoff: UUID, by: UUID) -> tuple[dict[str, Any], str]:
    """A part: the handoff, locked, and for whom they speak: its officer for themselves, the desk's own staff for the
    applicant. Refuses: Denied, NotFound, one that is over.
    """
    one = await locked(handoff)
    if one["officer"] == by:
        side = "officer"
        await identity.require(by, "officer")
    else:
        side = "citizen"
        await at_desk(one["hall"], by)
    if one["ended_at"]:
        raise Refusal(OVER)
    return one, side


async def at_desk(hall: UUID, by: UUID) -> None:
    """A part: let pass who sits at the desk. Refuses: Denied, NotFound."""
    [row] = await db.rows("SELECT code FROM hall WHERE id = $1", hall)
    await identity.require(by, "desk", hall=row["code"], missing=NONE)


async def recording_of(handoff: UUID) -> dict[str, Any]:
    """The recording of a handoff, for a caller who asked whose it is. Refuses: NotFound where nobody asked for one."""
    found = await db.rows("SELECT * FROM handoff_recording WHERE handoff = $1", handoff)
    if not found:
        raise NotFound("这次屏对屏没有问过录像")
    return found[0]

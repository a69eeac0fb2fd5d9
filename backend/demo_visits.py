"""The home visits of the demo: one that waits, one with a time to be agreed, one agreed, one paused, one done."""

import datetime as dt
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, identity, secrecy, visits

VILLAGE = "huilong-01"
ITEMS = ("高龄津贴", "残疾人证申领", "居保待遇资格认证", "老年人优待证", "社保卡补换")


class Resident(msgspec.Struct, frozen=True):
    """Who asks: their phone, name and ID."""

    phone: str
    name: str
    number: str


async def fill(people: list[Resident], agent: UUID) -> None:
    """Ask for each and bring it where it stands; the first of the people has one that waits."""
    _, taken, agreed, paused, done = [
        await _ask(item, who, agent) for item, who in zip(ITEMS, people, strict=True)
    ]
    for one in (taken, agreed, paused, done):
        await visits.take(one, agent)
    for one, at in ((agreed, await _today()), (done, await _tomorrow())):
        await visits.agree(one, at, 60, agent, later=True)
    await visits.pause(paused, agent, "住院了，出院再办")
    papers = [visits.Paper("身份证", 1, 0), visits.Paper("近期照片", 2, 0)]
    facts = visits.DoneFacts(uuid4(), "card", await clock.now(), ["身份证", "近期照片"], papers, consent=True)
    await visits.complete_from_record(done, agent, facts)


async def _ask(item: str, who: Resident, agent: UUID) -> UUID:
    found = await db.rows("SELECT id FROM item WHERE doorstep ORDER BY name = $1 DESC, code LIMIT 1", item)
    typed = identity.Typed(who.name, "self", "resident", who.number)
    asked = visits.Asked(found[0]["id"], VILLAGE, "elder", "3 组 12 号", who.phone, typed, "上午在家")
    return await visits.ask_for(asked, agent, secrecy.fresh_token(), "agent")


async def _today() -> dt.datetime:
    """The full hour after the next: it stands in the list that the agent's phone takes along."""
    now = await clock.now()
    return now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=2)


async def _tomorrow() -> dt.datetime:
    """The next working day, in the morning."""
    day = await clock.working_day_after(clock.local(await clock.now()).date(), 1)
    return clock.at(day, dt.time(11))

"""A desk far away with a case, and officers at home."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import cases, clock, db, handoff, identity, secrecy
from backend.catalog.tables import Item
from backend.handoff import duty
from backend.handoff.tables import Skill
from tests import factories as make
from tests.visits.town import staff

ITEM = "补领结婚证"


class Sides(msgspec.Struct, frozen=True):
    """Who sits at the desk, for which case; the department that decides, and its matter."""

    desk: UUID
    case: UUID
    item: UUID
    department: str

    async def officer(self, *, skilled: bool = False, idle: int = 0, name: str = "施审批") -> UUID:
        """On duty with their page open; nobody was put through to them for so many minutes."""
        one = await staff("officer", "department", self.department, name)
        await duty.come_on(one)
        await duty.seen(one)
        since = await clock.now() - dt.timedelta(minutes=idle)
        await db.rows("UPDATE handoff_duty SET idle_since = $2 WHERE staff = $1", one, since)
        if skilled:
            await Skill.insert(Skill(staff=one, item=self.item))
        return one


async def sides(n: int = 7, matter: str = ITEM) -> Sides:
    """A case of somebody at the desk, taken in and not handed on."""
    item = await Item.objects().get(Item.name == matter)
    assert item
    [row] = await db.rows("SELECT code FROM department WHERE id = $1", item.department)
    desk = await staff("desk", "hall", "shanghai")
    who = identity.Typed("李四喜", "self", "resident", make.id_number(n))
    wanted = cases.Wanted(UUID(str(item.id)), "shanghai", f"1000000{n:04d}", who)
    async with db.transaction():
        one, _ = await cases.take_in(wanted, desk, secrecy.fresh_token(), "4")
    return Sides(desk, one, UUID(str(item.id)), row["code"])


async def state(id: UUID) -> dict[str, Any]:
    """The handoff as it stands."""
    [row] = await db.rows("SELECT * FROM handoff WHERE id = $1", id)
    return row


async def rung(id: UUID) -> set[UUID]:
    """On whose screens it rings."""
    rows = await db.rows("SELECT officer FROM handoff_offer WHERE handoff = $1 AND state = 'ringing'", id)
    return {row["officer"] for row in rows}


async def later(seconds: float, *there: UUID) -> None:
    """Time goes on, with the pages of these open, and what is due is done."""
    await clock.move_to(await clock.now() + dt.timedelta(seconds=seconds))
    for officer in there:
        await duty.seen(officer)
    for one in await handoff.overdue():
        await handoff.step(one)

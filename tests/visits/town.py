"""A town with its centre, three villages in a row, and who goes there."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, identity, secrecy, visits
from backend.catalog.tables import Hall, Item, Material, Village
from backend.clock import CalendarDay
from backend.identity.tables import Account, Person, Staff, StaffRole
from backend.visits.tables import Visit
from tests import factories as make
from tests import world

TOWN = "huilong"


class Town(msgspec.Struct):
    """The centre, an item that is done at the door, an agent of `east` and of `middle` (next to each other; `west`,
    next to `middle`, has none), and a clerk of the centre.
    """

    hall: Hall
    item: Item
    east: UUID
    middle: UUID
    clerk: UUID
    villages: dict[str, UUID]


async def town(**item: Any) -> Town:
    """Make it."""
    hall = await make.hall("汇龙镇便民服务中心", TOWN)
    made = await make.item(await make.line(hall), "残疾人证申领", doorstep=True, promised_days=15, **item)
    paper = Material(item=made.id, position=1, name="身份证", original="original", form="paper")
    await Material.insert(paper)
    near = {"east": ["middle"], "middle": ["east", "west"], "west": ["middle"]}
    found = {code: await village(hall, code, ones) for code, ones in near.items()}
    return Town(
        hall, made, await agent("east"), await agent("middle"), await staff("clerk", "hall", TOWN), found
    )


async def village(hall: Hall, code: str, near: list[str]) -> UUID:
    """A village of the town."""
    name = {"east": "城北社区", "middle": "南苑社区", "west": "民胜村"}.get(code, code)
    made = Village(code=code, name=name, hall=hall.id, neighbours=near)
    await Village.insert(made)
    return UUID(str(made.id))


async def agent(village: str, name: str = "陈代办") -> UUID:
    """The agent of a village."""
    return await staff("agent", "village", village, name)


async def staff(role: str, kind: str, scope: str, name: str = "施办事") -> UUID:
    """Somebody with a role in a place."""
    one = Staff(
        username=f"{role}-{scope or kind}-{secrecy.fresh_token()[:6]}".lower(),
        name=name,
        password_hash=world.password_hash(),
        created_at=await clock.now(),
        must_change=False,
        totp_sealed=secrecy.seal(world.SECRET),
    )
    await Staff.insert(one)
    await StaffRole.insert(StaffRole(staff=one.id, role=role, scope_kind=kind, scope=scope))
    return UUID(str(one.id))


async def asked(at: Town, who: tuple[Account, Person] | None = None, **more: Any) -> UUID:
    """Somebody of `east` asks for it."""
    account, person = who or await make.citizen()
    wanted = visits.Asked(
        **{
            "item": UUID(str(at.item.id)), "village": "east", "reason": "elder", "address": "3 组 12 号",
            "phone": "10000007777", "who": UUID(str(person.id)), **more,
        }
    )  # fmt: skip
    return await visits.ask(wanted, UUID(str(account.id)), secrecy.fresh_token())


def typed(n: int = 7, name: str = "李四喜") -> identity.Typed:
    """Somebody as staff type them in."""
    return identity.Typed(name, "self", "resident", make.id_number(n))


async def visit(id: UUID) -> Visit:
    """The visit as it stands."""
    found = await Visit.objects().get(Visit.id == id)
    assert found
    return found


async def kinds(id: UUID) -> list[str]:
    """What was done to it, in order."""
    found = await db.rows("SELECT kind FROM visit_event WHERE visit = $1 ORDER BY at, id", id)
    return [row["kind"] for row in found]


async def be_on(text: str, time: str = "10:00") -> None:
    """The clock shows this day of 2026."""
    await clock.move_to(clock.at(dt.date.fromisoformat(f"2026-{text}"), dt.time.fromisoformat(time)))


async def off(*texts: str) -> None:
    """Days of 2026 that are not worked although they are weekdays."""
    await CalendarDay.insert(
        *[CalendarDay(day=dt.date.fromisoformat(f"2026-{text}"), working=False) for text in texts]
    )


def shows(moment: dt.datetime | None) -> str:
    """A moment as Qidong's clock shows it."""
    return f"{clock.local(moment):%m-%d %H:%M}" if moment else ""


def at(text: str, time: str) -> dt.datetime:
    """A moment of 2026."""
    return clock.at(dt.date.fromisoformat(f"2026-{text}"), dt.time.fromisoformat(time))

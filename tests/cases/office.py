"""A hall's counter that takes cases in, and the department that decides them."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import cases, clock, db, identity, secrecy
from backend.cases.tables import Case
from backend.catalog.tables import Department, Hall, Item, Material
from backend.clock import CalendarDay
from backend.identity.tables import Staff, StaffRole
from tests import factories as make
from tests import world
from tests.world import HERE, Who

LICENCE = {"type": "01", "promised_days": 5, "statutory_days": 20}


class Office(msgspec.Struct):
    """The hall `city`, an item of 行政许可 (five working days promised, twenty by law), and who works on it."""

    hall: Hall
    item: Item
    department: str
    clerk: UUID
    officer: UUID


async def office(**item: Any) -> Office:
    """Make it."""
    hall = await make.hall(code=HERE)
    made = await make.item(await make.line(hall), "食品经营许可", **{**LICENCE, **item})
    [row] = await Department.select(Department.code).where(Department.id == made.department)
    return Office(hall, made, row["code"], await world.staff(Who(role="clerk")), await officer(row["code"]))


async def officer(department: str) -> UUID:
    """Somebody who decides for the department (its code)."""
    one = Staff(
        username=f"officer-{department}",
        name="孙审批",
        password_hash=world.password_hash(),
        created_at=await clock.now(),
        must_change=False,
    )
    await Staff.insert(one)
    await StaffRole.insert(StaffRole(staff=one.id, role="officer", scope_kind="department", scope=department))
    return UUID(str(one.id))


async def received(at: Office, n: int = 7, **more: Any) -> UUID:
    """Somebody hands their papers in."""
    who = identity.Typed("李四", "self", "resident", make.id_number(n))
    wanted = cases.Wanted(item=UUID(str(at.item.id)), hall=HERE, phone=f"1000000{n:04d}", who=who, **more)
    return await cases.receive(wanted, at.clerk, secrecy.fresh_token())


async def case(id: UUID) -> Case:
    """The case as it stands."""
    found = await Case.objects().get(Case.id == id)
    assert found
    return found


async def kinds(id: UUID) -> list[str]:
    """What was done to it, in order."""
    found = await db.rows('SELECT kind FROM case_event WHERE "case" = $1 ORDER BY at, id', id)
    return [row["kind"] for row in found]


async def lagging(at: Office, *names: str, **more: Any) -> list[UUID]:
    """Papers of the item that may come later (容缺后补); with `necessity=1`, that may not."""
    rows = [
        Material(**{
            "item": at.item.id, "position": n, "name": name, "original": "copy", "form": "either", "issuer": "",
            "licence": "", "blank_form": "", "sample": "", "rule": "", "condition": "", "necessity": 3,
            "defer_how": "网上或窗口", **more,
        })
        for n, name in enumerate(names)
    ]  # fmt: skip
    await Material.insert(*rows)
    return [UUID(str(row.id)) for row in rows]


async def be_on(text: str, time: str = "10:00") -> None:
    """The clock shows this day of 2026."""
    day = dt.date.fromisoformat(f"2026-{text}")
    await clock.move_to(clock.at(day, dt.time.fromisoformat(time)))


async def off(*texts: str, working: bool = False) -> None:
    """Days of 2026 that are not worked although they are weekdays; or the other way round."""
    days = [CalendarDay(day=dt.date.fromisoformat(f"2026-{text}"), working=working) for text in texts]
    await CalendarDay.insert(*days)


def ends(moment: dt.datetime | None) -> str:
    """A deadline as Qidong's clock shows it."""
    return f"{clock.local(moment):%m-%d %H:%M}" if moment else ""

"""Small, whole things to test with. Numbers and IDs are nobody's."""

import datetime as dt
import itertools
from typing import Any
from uuid import UUID

from backend import appointments, clock, secrecy
from backend.appointments.tables import Appointment, Policy, Slot, Template
from backend.catalog.tables import Department, Hall, Item, ItemPlace, Line
from backend.identity.tables import Account, Person

MONDAY = dt.datetime(2026, 11, 23, 10, tzinfo=clock.SHANGHAI)
_count = itertools.count(1)
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def id_number(n: int) -> str:
    """A resident ID with a valid check digit that nobody holds: the first thousand are born on 1 January 1900."""
    born = dt.date(1900, 1, 1) + dt.timedelta(days=n // 1000 % 2000)
    body = f"320681{born:%Y%m%d}{n % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def phone() -> str:
    """A phone number that cannot exist, and is none of those that tests write out."""
    return f"1000000{4000 + next(_count) % 3000}"


async def account(number: str = "") -> Account:
    """An account that has proved its phone and read the notice."""
    now, number = await clock.now(), number or phone()
    found = Account(
        phone_sealed=secrecy.seal(number),
        phone_index=secrecy.blind(number),
        created_at=now,
        seen_at=now,
        consented_at=now,
    )
    await Account.insert(found)
    return found


async def person(of: Account, number: str = "", relation: str = "self", name: str = "张三丰") -> Person:
    """Somebody the account acts for."""
    number = number or id_number(next(_count))
    found = Person(
        account=of.id,
        relation=relation,
        name=name,
        id_type="resident",
        id_sealed=secrecy.seal(number),
        id_index=secrecy.blind(number),
        created_at=await clock.now(),
    )
    await Person.insert(found)
    return found


async def citizen() -> tuple[Account, Person]:
    """An account and its own person."""
    owner = await account()
    return owner, await person(owner)


async def hall(name: str = "启东市政务服务中心", code: str = "") -> Hall:
    """A hall."""
    code = code or f"hall-{next(_count)}"
    found = Hall(
        code=code, name=name, kind="city", area="汇龙镇", address="世纪大道 1 号", phone="0513-83000000"
    )
    await Hall.insert(found)
    return found


async def line(of: Hall, letter: str = "E", name: str = "公安") -> Line:
    """A line of a hall."""
    found = Line(hall=of.id, letter=letter, name=name, floor="2 楼")
    await Line.insert(found)
    return found


async def item(at: Line, name: str = "身份证换领", **fields: Any) -> Item:
    """A bookable item that this line does, with the default policy in place."""
    await Policy.insert(Policy(group="default", name="默认")).on_conflict(
        action="DO NOTHING", target=Policy.group
    )
    department = Department(code=f"d-{next(_count)}", name="公安局", phone="0513-83000001")
    await Department.insert(department)
    found = Item(
        **{
            "code": f"{next(_count):033d}",
            "name": name,
            "department": department.id,
            "type": "07",
            "level": "4",
            "kind": "2",
            "body_kind": "1",
            "bookable": True,
            "window": True,
            "scope": "5",
            "online_depth": "1",
            **fields,
        }
    )
    await Item.insert(found)
    await ItemPlace.insert(ItemPlace(item=found.id, hall=at.hall, line=at.id))
    return found


async def slot(at: Line, day: dt.date | None = None, time: str = "10:00", capacity: int = 5) -> Slot:
    """Half an hour at a line; by default on the day after tomorrow."""
    today = clock.local(await clock.now()).date()
    day = day or today + dt.timedelta(days=2)
    starts = clock.at(day, dt.time.fromisoformat(time))
    found = Slot(
        hall=at.hall,
        line=at.id,
        day=day,
        starts_at=starts,
        ends_at=starts + dt.timedelta(minutes=30),
        offered=capacity,
        capacity=capacity,
    )
    await Slot.insert(found)
    return found


async def slot_like(other: Slot, day: dt.date) -> Slot:
    """The same time of another day at the same line."""
    at = await Line.objects().get(Line.id == other.line)
    assert at is not None
    return await slot(at, day, f"{clock.local(other.starts_at):%H:%M}")


async def bookable(capacity: int = 5) -> tuple[Item, Slot]:
    """An item and one slot for it, in a hall of its own."""
    at = await line(await hall())
    return await item(at), await slot(at, capacity=capacity)


async def template(
    at: Line, weekday: int, starts: str = "09:00", ends: str = "12:00", **fields: Any
) -> Template:
    """A weekly template of a line."""
    found = Template(
        line=at.id,
        weekday=weekday,
        starts=dt.time.fromisoformat(starts),
        ends=dt.time.fromisoformat(ends),
        **fields,
    )
    await Template.insert(found)
    return found


async def taken(of: Slot) -> int:
    """How many places of a slot are taken now."""
    row = await Slot.select(Slot.taken).where(Slot.id == UUID(str(of.id))).first()
    return int(row["taken"]) if row else -1


async def rested(of: Slot) -> None:
    """What was given up in a slot's line has rested for its half hour, and a worker looked; the clock stays."""
    before = await clock.now()
    await clock.move_to(before + dt.timedelta(minutes=31))
    await appointments.pass_on(UUID(str(of.line)))
    await clock.move_to(before)


async def booked(capacity: int = 5) -> tuple[Appointment, Account, Slot, Slot]:
    """A booking, its owner, its slot and another slot of the same line."""
    at = await line(await hall())
    wanted = await item(at)
    first, second = await slot(at, capacity=capacity), await slot(at, time="11:00", capacity=capacity)
    owner, somebody = await citizen()
    return await appointments.book(first.id, wanted.id, somebody.id, by=owner.id), owner, first, second


async def held(of: Slot, wanted: Item, by: Account, somebody: Person, state: str = "booked") -> Appointment:
    """A booking as it stands on its day, without the way there: no window, no limits, no notices."""
    found = Appointment(
        number=f"9{next(_count):07d}", slot=of.id, item=wanted.id, person=somebody.id,
        person_index=somebody.id_index, day=of.day, booked_by=by.id, state=state, created_at=await clock.now(),
    )  # fmt: skip
    await Appointment.insert(found)
    await Slot.update({Slot.taken: Slot.taken + 1}).where(Slot.id == of.id)
    return found


async def prove(somebody: Person) -> None:
    """The person's ID was seen at a counter."""
    await Person.update({Person.proved_at: await clock.now()}).where(Person.id == somebody.id)
    somebody.proved_at = await clock.now()

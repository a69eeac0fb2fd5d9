"""The demo week: a few impossible people, one member of staff for each role, and bookings for the days ahead.

Everything is made by the verbs that real people use. Running it again adds only what is missing.
"""

import random
from uuid import UUID

import msgspec

from backend import (
    appointments,
    catalog,
    clock,
    db,
    demo_cases,
    demo_past,
    demo_visits,
    identity,
    queue,
    secrecy,
)
from backend.identity import passwords
from backend.identity.tables import Account, Person, Staff
from backend.refusal import Refusal
from backend.settings import settings

PASSWORD = "qidong-2026"
CITIZEN = "10000000001"
PEOPLE = 60
NEIGHBOURS = 30  # who came in the weeks before
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡",
    ["海生", "小燕", "建国", "秀英", "晨", "丽华", "志强", "阿潮"],
)
STAFF = [
    ("manager", "施经理", "manager", "大厅负责人", "/console/week"),
    ("guide", "顾导办", "guide", "导办", "/console/hall"),
    ("clerk", "沈窗口", "clerk", "窗口人员", "/console/counter"),
    ("officer", "孙审批", "officer", "审批人员", "/console/cases"),
    ("desk", "龚驻沪", "desk", "驻沪办事点", "/console/crossregion"),
    ("lead", "倪负责", "manager", "驻沪负责人", "/console/crossregion/figures"),
    ("agent", "陈代办", "agent", "网格代办员", "/console/visits"),
    ("supervisor", "唐督查", "supervisor", "督查", "/console/visits"),
    ("auditor", "陆审计", "auditor", "审计", "/console/appointments"),
    ("admin", "管理员", "administrator", "管理员", "/console"),
]
EVERYWHERE = ("all", "")
PLACES = {
    "administrator": EVERYWHERE, "supervisor": EVERYWHERE, "auditor": EVERYWHERE, "officer": EVERYWHERE,
    "agent": ("village", demo_visits.VILLAGE), "desk": ("hall", "shanghai"),
    "lead": ("hall", "shanghai"),
}  # fmt: skip


class DemoSignIn(msgspec.Struct, frozen=True):
    """One line of the table that `up` prints."""

    who: str
    path: str
    sign_in: str


async def fill() -> list[DemoSignIn]:
    """Fill what is missing and return the sign-ins. Refuses: RuntimeError in production."""
    if settings().mode == "production":
        raise RuntimeError("the demo has no place in production")
    for username, name, role, _, _ in STAFF:
        await _staff(username, name, role)
    if not await Account.exists().where(Account.phone_index == secrecy.blind(CITIZEN)):
        await appointments.fill()
        await demo_past.fill([await _neighbour(n) for n in range(PEOPLE, PEOPLE + NEIGHBOURS)])
        await _week()
        await _cases()
        await _desk()
        await _visits()
    return [
        DemoSignIn("办事群众", "/", f"手机 {CITIZEN}，验证码显示在页面上"),
        *(DemoSignIn(who, path, f"{user} / {PASSWORD}") for user, _, _, who, path in STAFF),
        *[await _screen(kind, name) for kind, name in queue.KINDS.items()],
    ]


async def _screen(kind: str, name: str) -> DemoSignIn:
    """One screen of the city hall; whoever opened it at an earlier start opens it again."""
    manager = (await Staff.select(Staff.id).where(Staff.username == "manager"))[0]["id"]
    token = secrecy.fresh_token()
    known = await db.rows(
        "SELECT id FROM device WHERE kind = $1 AND name = $2 AND revoked_at IS NULL", kind, f"演示{name}"
    )
    if known:
        await queue.pair_again(known[0]["id"], manager, token)
    else:
        await queue.add_device("city", kind, f"演示{name}", manager, token)
    return DemoSignIn(name, f"/pairings/{token}", "打开后点登记，只能用一次")


async def _staff(username: str, name: str, role: str) -> None:
    if await Staff.exists().where(Staff.username == username):
        return
    place = PLACES.get(username, PLACES.get(role, ("hall", "city")))
    await identity.add_staff(username, name, [identity.Grant(role, *place)])
    await Staff.update(
        {Staff.password_hash: await passwords.hashed(PASSWORD), Staff.must_change: False}
    ).where(Staff.username == username)


async def _week() -> None:
    chance = random.Random(320681)  # noqa: S311  # the same week every time
    await _person(await _account(CITIZEN), 1, "张三丰", "self")
    items = [item for item in await catalog.most_asked(40) if item.bookable]
    for n in range(2, PEOPLE):
        owner = await _account(f"1000000{n:04d}")
        person = await _person(owner, n, chance.choice(SURNAMES) + chance.choice(GIVEN), "self")
        for item in chance.sample(items, 2):
            await _book(chance, item.id, person, owner)


async def _cases() -> None:
    clerk, officer = [
        (await Staff.select(Staff.id).where(Staff.username == name))[0]["id"] for name in ("clerk", "officer")
    ]
    names = ["张三丰", *(SURNAMES[n] + GIVEN[n] for n in range(6))]
    people = [
        demo_cases.Applicant(f"1000000{n:04d}", name, _id_number(n))
        for n, name in zip([1, *range(PEOPLE + NEIGHBOURS, PEOPLE + NEIGHBOURS + 6)], names, strict=True)
    ]
    await demo_cases.fill(people, demo_cases.Desk(clerk, officer))


async def _desk() -> None:
    names = [SURNAMES[-n] + GIVEN[n] for n in range(1, 4)]
    people = [
        demo_cases.Applicant(f"1000000{n:04d}", name, _id_number(n))
        for n, name in enumerate(names, PEOPLE + NEIGHBOURS + 20)
    ]
    by = (await Staff.select(Staff.id).where(Staff.username == "desk"))[0]["id"]
    await demo_cases.fill_desk(people, by)


async def _visits() -> None:
    names = ["张三丰", *(SURNAMES[n] + GIVEN[n] for n in range(4))]
    people = [
        demo_visits.Resident(f"1000000{n:04d}", name, _id_number(n))
        for n, name in zip(
            [1, *range(PEOPLE + NEIGHBOURS + 10, PEOPLE + NEIGHBOURS + 14)], names, strict=True
        )
    ]
    staff = {row["username"]: row["id"] for row in await Staff.select(Staff.id, Staff.username)}
    await demo_visits.fill(people, staff["agent"])


async def _neighbour(n: int) -> UUID:
    name = SURNAMES[n % len(SURNAMES)] + GIVEN[n % len(GIVEN)]
    return UUID(str((await _person(await _account(f"1000000{n:04d}"), n, name, "self")).id))


async def _account(phone: str) -> UUID:
    now = await clock.now()
    account = Account(
        phone_sealed=secrecy.seal(phone), phone_index=secrecy.blind(phone), created_at=now, seen_at=now,
        consented_at=now,
    )  # fmt: skip
    await Account.insert(account)
    return UUID(str(account.id))


async def _person(account: UUID, n: int, name: str, relation: str) -> Person:
    return await identity.add_person(account, name, relation, "resident", _id_number(n))


def _id_number(n: int) -> str:
    """An ID that nobody holds: born 1900–1905, with a valid check digit (GB 11643)."""
    body = f"320681{1900 + n % 6}{1 + n % 12:02d}{1 + n % 28:02d}{n:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


async def _book(chance: random.Random, item: UUID, person: Person, by: UUID) -> None:
    choice = await appointments.choose(item, "city")
    open_days = [day.date for day in choice.days if day.free]
    if not open_days:
        return
    choice = await appointments.choose(item, "city", chance.choice(open_days))
    free = [slot for slot in choice.slots if slot["taken"] < slot["offered"]]
    try:
        booked = await appointments.book(chance.choice(free)["id"], item, person.id, by=by)
    except Refusal:
        return  # a day on which this person already has it: the week has one booking less
    if chance.random() < 0.5:
        await appointments.confirm(booked.id, by=by)

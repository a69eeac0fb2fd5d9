"""A small world for tests that try every route as everybody: two halls, an owner, a stranger, the staff.

The owner has one of everything; the stranger has an account and nothing else. Both halls work alike.
"""

import asyncio
import datetime as dt
from copy import deepcopy
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pyotp
from argon2 import PasswordHasher

from backend import appointments, clock, db, identity, notify, pieces, queue, secrecy, upkeep, visits
from backend.appointments import capacity, policy_edit
from backend.appointments.affected import Stretch
from backend.appointments.policy_rules import values_of
from backend.appointments.rehouse import rehouse
from backend.appointments.tables import Appeal, AppointmentEvent, NoShow, Pause
from backend.catalog.tables import Item, Line, Material
from backend.identity import linked, recovery
from backend.identity.oidc_claims import Claims
from backend.identity.second_step import open_step
from backend.identity.sessions import open_session
from backend.identity.tables import Account, OidcReturn, Person, Staff, StaffRole
from backend.notify import vapid
from backend.notify.devices import Keys
from backend.piccolo_app import APP_CONFIG
from backend.queue import devices
from backend.queue.cards import Shown
from backend.queue.carried import carry
from backend.queue.hall_code import Here
from backend.queue.kiosk import Visit
from backend.queue.shared import shared
from backend.queue.tables import Device, TicketLink
from backend.upkeep.spans import read
from backend.web.guards import ROLES
from tests import factories as make
from tests.kept import Kept, empty, keep
from tests.world_cases import cases_of, own_cases
from tests.world_custody import own_parcel, parcels_of
from tests.world_desk import taken_in_far_away
from tests.world_handoff import handoffs_of
from tests.world_phones import computer_of, phone_of
from tests.world_queue import queue_of
from tests.world_recording import recordings_of
from tests.world_sittings import sittings_of
from tests.world_visits import signed, village_of, visits_of

OWNER, STRANGER, NEWCOMER, CARRIED = "10000000001", "10000000002", "10000000003", "10000000005"
HERE, ELSEWHERE = "city", "town"
PASSWORD = "sea and dawn 1"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # in the authenticator of everybody who works here
NAMES = {HERE: "启东市政务服务中心", ELSEWHERE: "吕四港镇便民服务中心"}


# A public key that some browser might have: the base point of P-256.
POINT = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
NOTICE = "SELECT id FROM notice WHERE delivered_at IS NOT NULL AND account = $1 ORDER BY due_at, id"


class Who(msgspec.Struct, frozen=True):
    """Somebody who tries: nobody, an account by its phone, staff by role and hall, or a screen of a hall."""

    phone: str = ""
    role: str = ""
    hall: str = HERE
    must_change: bool = False
    device: str = ""

    def __str__(self) -> str:
        if self.device:
            return f"a {self.device} of {self.hall}"
        if self.role:
            return f"{self.role}@{self.hall}{' with a temporary password' if self.must_change else ''}"
        return {"": "nobody", OWNER: "owner", STRANGER: "stranger"}[self.phone]


NOBODY, AN_OWNER, A_STRANGER = Who(), Who(phone=OWNER), Who(phone=STRANGER)
MANAGER, CITYWIDE = Who(role="manager"), Who(role="manager", hall="")
AUDITOR, ADMINISTRATOR = Who(role="auditor"), Who(role="administrator")
HALF_SIGNED_IN = Who(role="manager", must_change=True)
KIOSK, BOARD = Who(device="kiosk"), Who(device="board")
KIOSK_ELSEWHERE = Who(device="kiosk", hall=ELSEWHERE)
STAFF = [Who(role=role) for role in ROLES]
STAFF_ELSEWHERE = [Who(role=role, hall=ELSEWHERE) for role in ROLES]


class World(msgspec.Struct):
    """What `build` made: every id and value that an address or a form may name, the owner's and others'."""

    own: dict[str, str]
    foreign: dict[str, str]
    accounts: dict[str, UUID]

    async def token(self, who: Who) -> str:
        """A fresh session's token; empty for nobody."""
        now = await clock.now()
        if who.phone:
            return await open_session(now, "测试", account=self.accounts[who.phone])
        return await open_session(now, "测试", staff=await staff(who)) if who.role else ""


@cache
def password_hash() -> str:
    """The hash of PASSWORD, cheap."""
    return PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)


async def staff(who: Who) -> UUID:
    """The member of staff as they were at first; the username is the role and the hall."""
    username = f"{who.role}-{who.hall}{'-new' if who.must_change else ''}"
    sealed = secrecy.seal(SECRET) if who.hall == HERE else None
    carried = await Account.select(Account.id).where(Account.phone_index == secrecy.blind(CARRIED)).first()
    fresh: dict[Any, Any] = {
        Staff.password_hash: password_hash(), Staff.must_change: who.must_change, Staff.totp_sealed: sealed,
        Staff.totp_pending_sealed: secrecy.seal(SECRET), Staff.totp_step: 0,
        Staff.account: carried and carried["id"],
    }  # fmt: skip
    known = await Staff.update(fresh).where(Staff.username == username).returning(Staff.id)
    if known:
        return UUID(str(known[0]["id"]))
    made = Staff(
        username=username, name="施经理", password_hash=password_hash(), created_at=await clock.now(),
        must_change=who.must_change, totp_sealed=sealed, totp_pending_sealed=secrecy.seal(SECRET),
        account=carried and carried["id"],
    )  # fmt: skip
    await Staff.insert(made)
    kind = "hall" if who.hall else "all"
    await StaffRole.insert(StaffRole(staff=made.id, role=who.role, scope_kind=kind, scope=who.hall))
    return UUID(str(made.id))


_built: list[tuple[World, Kept, dict[bytes, bytes]]] = []  # made once a process, for it takes seconds


async def build() -> World:
    """The world, and nothing beside it, put back as it was made first; the clock stands at Monday 10:00, and a bit."""
    if not _built:
        await empty()
        await clock.move_to(make.MONDAY)
        made = await _build()
        held = [row["sha256"] for row in await db.rows("SELECT DISTINCT sha256 FROM sync_attachment")]
        photos = {sha256: await asyncio.to_thread(pieces.read, pieces.SYNC, sha256) for sha256 in held}
        _built.append((made, await keep("built"), photos))
    made, kept, photos = _built[0]
    await kept.put_back()
    for sha256, photo in photos.items():  # other tests forget what is old
        if not await pieces.held(pieces.SYNC, sha256):
            await pieces.append(pieces.SYNC, sha256, len(photo), 0, photo)
    return deepcopy(made)


async def _build() -> World:
    owner, _ = await make.account(OWNER), await make.account(CARRIED)
    await Account.update({Account.consented_at: None}).where(Account.id == owner.id)
    accounts = {OWNER: UUID(str(owner.id)), STRANGER: UUID(str((await make.account(STRANGER)).id))}
    here, there = await _hall(HERE), await _hall(ELSEWHERE)
    here |= await _counters(HERE, here)
    there |= await _counters(ELSEWHERE, there)
    here |= await _cases(HERE, here, 1)
    here |= await phone_of(await staff(Who(role="agent")))
    here |= await computer_of(await staff(Who(role="desk")))
    there |= await _cases(ELSEWHERE, there, 2)
    there |= await phone_of(await staff(Who(role="agent", hall=ELSEWHERE)))
    there |= await computer_of(await staff(Who(role="desk", hall=ELSEWHERE)))
    here |= await _visits(HERE, here, 1)
    there |= await _visits(ELSEWHERE, there, 2)
    me = await make.person(owner, make.id_number(1))
    booked = await appointments.book(UUID(here["held"]), UUID(here["item"]), me.id, by=owner.id)
    waiting = await _offered(here, me.id, owner.id)
    link = await appointments.share(booked.id, by=owner.id)
    await appointments.shared(link.token)  # looked at before: looking again soon writes nothing
    moved = await _moved_out(here, me.id, owner.id)
    await notify.sweep()
    notice = (await db.rows(NOTICE, owner.id))[0]["id"]
    theirs = await make.person(await make.account(), name="周海生")
    aunt = await make.person(owner, make.id_number(2), "family", "李小燕")
    session = await identity.visitor_for(await open_session(await clock.now(), "旧手机", account=owner.id))
    code = (await identity.send_code(NEWCOMER, "127.0.0.1")).code
    own_code = (await identity.send_code(OWNER, "127.0.0.1")).code
    phone_code = (await identity.send_code(CARRIED, "127.0.0.1")).code
    await db.rows("UPDATE code SET sent_at = sent_at - interval '2 minutes'")  # so that another may be sent
    day = await _today(here, owner, me, aunt)
    ids = {
        **day,
        **await _policy(),
        "person": aunt.id,
        "appointment": booked.id,
        "call": booked.id,
        "notice": notice,
        "number": booked.number,
        "waiting": waiting,
        "link": link.link,
        "token": link.token,
        **moved,
        **await _issued(owner),
        **await _numbers(here, owner),
    }
    assert session
    assert session.session
    ids |= await _queue(here, owner, aunt)
    ids |= await _rung(UUID(str(owner.id)), session.session)
    clerk = await staff(Who(role="clerk"))
    ids |= await _own_visits(here, owner, me)
    own_papers = await own_cases(here["item"], HERE, OWNER, UUID(str(me.id)), clerk)
    own_papers |= await own_parcel(own_papers["own_case"], HERE, clerk)
    codes = {"code": str(code), "own_code": str(own_code), "phone_code": str(phone_code)}
    names = {name: str(id) for name, id in ids.items()}
    own = {**here, **names, **own_papers, **codes, "path": "nowhere", "device_role": "agent"} | await _half()
    return World({**own, "session": str(session.session)}, {**there, "person": str(theirs.id)}, accounts)


async def _rung(owner: UUID, session: UUID) -> dict[str, Any]:
    """A phone of the owner that may be rung, and a trial notice on its way to it."""
    keys = Keys("https://fcm.googleapis.com/fcm/send/old", POINT, "A" * 22)
    device = await notify.subscribe(keys, vapid.newest(), by=owner, session=session)
    trial = await notify.try_out(by=owner)
    await notify.sweep()
    [row] = await db.rows("SELECT id FROM dispatch WHERE subscription = $1", device)
    return {"device": device, "trial": trial, "dispatch": row["id"]}


async def _numbers(here: dict[str, str], owner: Account) -> dict[str, Any]:
    """Two numbers of the owner, the second missed, and a family's link to the first; two of nobody, with their paper;
    and somebody behind them all.
    """
    account, nobody = UUID(str(owner.id)), queue.Asker()
    matter = [queue.Matter(line=UUID(here["line"]))]
    visitors = [queue.Visitor(uuid4(), account=account if n < 2 else None) for n in range(5)]
    taken = [(await queue.take(HERE, matter, who, nobody, "kiosk"))[0].ticket for who in visitors]
    for missed in (taken[1], taken[3]):
        await db.rows(
            "UPDATE ticket SET state = 'missed', missed_at = $2 WHERE id = $1", missed, await clock.now()
        )
    link = await queue.share(taken[0], by=account, token="a-token-for-the-family-1")
    keys = [f"a-token-printed-on-pape{n}" for n in range(2)]
    for ticket, key in zip(taken[2:4], keys, strict=True):
        paper = TicketLink(
            ticket=ticket, kind="paper", token_hash=secrecy.token_hash(key), created_at=await clock.now()
        )
        await TicketLink.insert(paper)
    return {
        "ticket": taken[0], "missed_ticket": taken[1], "ticket_link": link.link, "key": keys[0],
        "missed_key": keys[1],
    }  # fmt: skip


async def _issued(owner: Account) -> dict[str, Any]:
    """The owner's identity at the issuer; and what came back for another one, which waits for a yes."""
    now, known, other = (
        await clock.now(),
        Claims("https://id.test", "known"),
        Claims("https://id2.test", "other"),
    )
    async with db.transaction():
        await linked.link(UUID(str(owner.id)), known, now)
    await OidcReturn.insert(
        OidcReturn(
            state_hash=b"x", token_hash=secrecy.token_hash("came back"), claims_sealed=other.sealed(),
            expires_at=now + dt.timedelta(minutes=10),
        )
    )  # fmt: skip
    [identity_of] = await db.rows("SELECT id FROM linked_identity")
    return {"identity": identity_of["id"], "came_back": "came back"}


async def _half() -> dict[str, str]:
    """A manager whose password was right, and the codes that are asked for now."""
    manager, now = await staff(MANAGER), await clock.now()
    async with db.transaction():
        [code, *_] = await recovery.issue(manager, now)
        step = await open_step(manager, now)
    return {"step": step, "recovery": code, "totp_code": pyotp.TOTP(SECRET).at(int(now.timestamp()))}


async def _offered(here: dict[str, str], person: UUID, account: UUID) -> UUID:
    """A wait of the owner for the day that is full, and a place there that has just been offered to it."""
    somebody, other = await make.citizen()
    full, item = UUID(here["full"]), UUID(here["item"])
    gone = await appointments.book(full, item, other.id, by=somebody.id)
    day = dt.date.fromisoformat(here["full_day"])
    wait = await appointments.join(item, HERE, [day], person, by=account)
    await appointments.cancel(gone.id, by=somebody.id)
    await appointments.pass_on(UUID(here["line"]))
    return UUID(str(wait.id))


async def _today(here: dict[str, str], owner: Account, me: Person, aunt: Person) -> dict[str, Any]:
    """What the hall's staff mark: a booking whose slot is over, and one that a clerk marked as arrived."""
    line, item = await _row(Line, here["line"]), await _row(Item, here["item"])
    slot = await make.slot(line, clock.local(await clock.now()).date(), "09:00")
    booking, came = [await make.held(slot, item, owner, person) for person in (aunt, me)]
    clerk = await staff(Who(role="clerk"))
    await appointments.arrive(came.id, by=clerk)
    mark = await AppointmentEvent.objects().where(AppointmentEvent.appointment == came.id).first()
    return {"booking": booking.id, "mark": mark and mark.id, **await _missed(line, item, owner, me, aunt)}


async def _queue(here: dict[str, str], owner: Account, aunt: Person) -> dict[str, Any]:
    """A number that the aunt took at the hall's kiosk just now, one that she missed, and a booking to check in."""
    line, shown = await _row(Line, here["line"]), tuple(identity.id_indexes("resident", make.id_number(2)))
    items = [await make.item(line, name) for name in ("港澳通行证", "出生登记", "户口迁移", "居住证")]
    slot = await make.slot(line, clock.local(await clock.now()).date(), "10:00")
    # One at a kiosk, one by phone: of a cousin, for the others must not have as many as they may.
    cousin = await make.person(owner, make.id_number(4), "family", "周小潮")
    coming, today = [
        await make.held(slot, item, owner, who) for item, who in zip(items, (aunt, cousin), strict=False)
    ]
    who = queue.Visitor(uuid4(), indexes=shown, device=UUID(here["kiosk"]))
    matters = [queue.Matter(item=UUID(str(item.id))) for item in items[2:]]
    _, missed = await queue.take(HERE, matters, who, queue.Asker(), "kiosk")
    miss = "UPDATE ticket SET state = 'missed', missed_at = $2 WHERE id = $1"
    await db.rows(miss, missed.ticket, await clock.now())
    code = await queue.hall_code(HERE)
    for hall in (HERE, ELSEWHERE):  # looked at before: what is told of a number is kept with it, once
        await shared.read(hall)
    ids = {"plan": who.party, "coming": coming.id, "today": today.id, "absent": missed.ticket}
    return {**ids, "hall_code": code}


async def _missed(line: Line, item: Item, owner: Account, me: Person, aunt: Person) -> dict[str, Any]:
    """Two bookings of a Thursday that were missed, one of them appealed; and a pause of the aunt's ID."""
    slot = await make.slot(line, dt.date(2026, 11, 19), "09:00")
    held = [await make.held(slot, item, owner, person, "missed") for person in (me, aunt)]
    at = {"hall": line.hall, "account": owner.id, "at": slot.starts_at, "marked_at": slot.ends_at}
    missed, disputed = [NoShow(id=uuid4(), appointment=one.id, **at) for one in held]
    await NoShow.insert(missed, disputed)
    await appointments.appeal_no_show(disputed.id, owner.id, "那天来了")
    appeal = await Appeal.objects().first()
    paused = Pause(
        id=uuid4(), hall=line.hall, account=owner.id, person_index=b"nobody here", since=slot.ends_at,
        until=dt.date(2026, 12, 19),
    )  # fmt: skip
    await Pause.insert(paused)
    return {"missed": missed.id, "appeal": appeal and appeal.id, "pause": paused.id, "paused": paused.id}


async def _row(table: Any, id: str) -> Any:
    return await table.objects().where(table.id == UUID(id)).first()


async def _policy() -> dict[str, Any]:
    """The general policy, changed once, and a group of items without one of its own."""
    somewhere = (await Line.objects().order_by(Line.id))[0]
    await make.item(somewhere, "另外的事", policy_group="apart", bookable=False)
    policy = (await db.rows("SELECT id FROM appointment_policy WHERE \"group\" = 'default'"))[0]["id"]
    by = await staff(CITYWIDE)
    row = await policy_edit.show(policy, by)
    await policy_edit.change(policy, by, row["seen"], **{**values_of(row), "pause_days": 31})
    [event] = await db.rows("SELECT id FROM appointment_policy_event")
    seen = (await policy_edit.show(policy, by))["seen"]
    return {"policy": policy, "policy_change": event["id"], "policy_seen": seen, "free_group": "apart"}


async def _moved_out(here: dict[str, str], person: UUID, account: UUID) -> dict[str, Any]:
    """A booking of the owner on Friday, pushed out by a closing that is under way, with a place kept on Monday;
    and a closing that was stopped.
    """
    line = await Line.objects().where(Line.id == UUID(here["line"])).first()
    assert line
    friday = dt.date.fromisoformat(here["day"]) + dt.timedelta(days=2)
    old = await make.slot(line, day=friday)
    await make.slot(line, day=friday + dt.timedelta(days=3))
    booked = await appointments.book(old.id, UUID(here["item"]), person, by=account)
    by, hall = await staff(MANAGER), UUID(str(line.hall))
    closing = await appointments.close(Stretch(hall, None, friday, None, None), "供电检修", by=by)
    relocation = (await db.rows("SELECT id FROM relocation"))[0]["id"]
    await rehouse(relocation)
    later = Stretch(hall, None, friday + dt.timedelta(days=7), None, None)
    stopped = await appointments.close(later, "供电检修", by=by)
    await appointments.pause(stopped, by=by)
    return {"moved_out": booked.id, "closing": closing, "relocation": relocation, "stopped": stopped}


async def _counters(hall: str, known: dict[str, str]) -> dict[str, str]:
    manager, clerk = [await staff(Who(role=role, hall=hall)) for role in ("manager", "clerk")]
    return await queue_of(hall, known, manager, clerk)


async def _cases(hall: str, known: dict[str, str], n: int) -> dict[str, str]:
    clerk, officer = [await staff(Who(role=role, hall=hall)) for role in ("clerk", "officer")]
    found = await cases_of(hall, known, clerk, officer, n)
    desk = await staff(Who(role="desk", hall=hall))
    found |= await taken_in_far_away(hall, known, desk, n)
    found |= await handoffs_of(UUID(found["desk_signed"]), desk, officer)
    found |= await sittings_of(found, desk)
    found |= await recordings_of(UUID(found["meeting"]), UUID(found["greeting"]), desk)
    return found | await parcels_of(hall, {**known, **found}, clerk, n)


async def _visits(hall: str, known: dict[str, str], n: int) -> dict[str, str]:
    manager, officer = [await staff(Who(role=role, hall=hall)) for role in ("manager", "officer")]
    return await visits_of(hall, known, manager, officer, n)


async def _own_visits(here: dict[str, str], owner: Account, me: Person) -> dict[str, UUID]:
    """One that the owner asked for, and one that was done and for which a 委托书 holds."""
    where = ("alone", "3 组", OWNER, UUID(str(me.id)))
    line = await _row(Line, here["line"])
    items = [UUID(here["item"]), UUID(str((await make.item(line, "社保卡补换", doorstep=True)).id))]
    manager, found = await staff(MANAGER), []
    for item in items:
        asked = visits.Asked(item, here["village"], *where)
        found.append(await visits.ask(asked, UUID(str(owner.id)), secrecy.fresh_token()))
    await visits.take(found[1], manager)
    await signed(found[1], manager)
    await visits.complete_from_record(
        found[1], manager, visits.DoneFacts(found[1], "card", await clock.now())
    )
    return {"own_visit": found[0], "own_done": found[1]}


async def _hall(code: str) -> dict[str, str]:
    """A hall with a line, an item, two slots on Wednesday, a template and an exception."""
    hall = await make.hall(NAMES[code], code)
    line = await make.line(hall)
    item = await make.item(line, asked=5, doorstep=True)
    paper = Material(item=item.id, position=1, name="身份证", original="original", form="paper")
    await Material.insert(paper)
    held, free = await make.slot(line), await make.slot(line, time="10:30")
    full = await make.slot(line, day=free.day + dt.timedelta(days=1), capacity=1)
    kiosk, _ = [await screen(hall, Who(device=kind, hall=code)) for kind in ("kiosk", "board")]
    spare = await screen(hall, Who(device="spare", hall=code))
    template = await make.template(line, 3, "10:00", "11:00", counters=4)
    manager, later = await staff(Who(role="manager", hall=code)), free.day + dt.timedelta(days=7)
    [different] = await capacity.add_exception(hall.id, manager, day=later, reason="检修")
    [event] = await db.rows("SELECT deed FROM capacity_event WHERE subject = $1", different)
    item_change = await upkeep.change_item(item.id, 0, by=manager, conditions="本市户籍的人")
    hours_change = await upkeep.change_hours(hall.id, 0, by=manager, week={1: read("9:00–17:00")})
    found: dict[str, Any] = {
        "material": paper.id, "place": hall.id, "item_change": item_change, "hours_change": hours_change,
        "village": await village_of(hall),
        "line": line.id, "item": item.id, "held": held.id, "slot": free.id, "template": template.id,
        "exception": different, "change": event["deed"], "hall": code, "day": free.day,

        "member": await _helper(code, "helper", totp_sealed=b"x"),
        "kiosk": kiosk,
        "screen": spare,
        "pairing": await unpaired(code),
        "leaver": await _helper(code, "leaver", disabled_at=free.starts_at),
        "full": full.id, "full_day": full.day,
    }  # fmt: skip
    return {name: str(value) for name, value in found.items()}


def screen_token(who: Who) -> str:
    """What the cookie of a hall's screen holds."""
    return f"{who.device}-{who.hall}".ljust(24, "x")


async def screen(hall: Any, who: Who) -> UUID:
    """A paired screen of the hall, seen just now: looking again soon writes nothing."""
    now, by = await clock.now(), await staff(Who(role="manager", hall=who.hall))
    kind = "board" if who.device == "board" else "kiosk"
    made = Device(
        id=uuid4(), hall=hall.id, kind=kind, name=f"南门 {who.device}", seen_at=now, created_at=now, created_by=by,
        printer="127.0.0.1:1", token_hash=secrecy.token_hash(screen_token(who)),
    )  # fmt: skip
    await Device.insert(made)
    return UUID(str(made.id))


async def unpaired(hall: str) -> str:
    """The token of an address that pairs a board."""
    token, by = f"pair-{hall}".ljust(24, "x"), await staff(Who(role="manager", hall=hall))
    await devices.add_device(hall, "board", "等着登记的屏", by, token)
    return token


async def _helper(hall: str, name: str, **fields: Any) -> UUID:
    """A clerk of the hall who is nobody in the tests but a row."""
    made = Staff(
        username=f"{name}-{hall}", name="帮手", password_hash="x", created_at=await clock.now(), **fields
    )
    await Staff.insert(made)
    await StaffRole.insert(StaffRole(staff=made.id, role="clerk", scope_kind="hall", scope=hall))
    return UUID(str(made.id))


# That a screen is there is noted once a minute, whatever it asks.
_ROWS = {"device": "(to_jsonb(x) - 'seen_at')::text"}
_PRINTS = " UNION ALL ".join(
    f"SELECT '{name}' AS name, md5(string_agg({row}, chr(10) ORDER BY {row})) AS print FROM \"{name}\" x"
    for name, row in (
        (table._meta.tablename, _ROWS.get(table._meta.tablename, "x::text"))
        for table in APP_CONFIG.table_classes
    )
)


_printed: dict[str, dict[str, str | None]] = {}  # the last fingerprint, by the transactions that had ended


async def everything() -> dict[str, str | None]:
    """A fingerprint of each table: two are equal exactly when no row was added, changed or removed between. Taken
    anew only where some transaction of the server wrote at all, for most of what is asked here writes nothing.
    """
    [row] = await db.rows("SELECT current_database() || pg_current_snapshot()::text AS ended")
    if row["ended"] not in _printed:
        _printed.clear()
        _printed[row["ended"]] = {row["name"]: row["print"] for row in await db.rows(_PRINTS)}
    return _printed[row["ended"]]


async def cookies(world: World, who: Who) -> dict[str, str]:
    """What their browser has: a fresh session; a screen's token, and the aunt's card on a kiosk's reader; and whoever
    has an account stands in the hall.
    """
    until = await clock.now() + dt.timedelta(hours=3)
    found: dict[str, str] = {}
    if who.device:
        shown = Shown(indexes=tuple(identity.id_indexes("resident", make.id_number(2))))
        visit = Visit(device=UUID(world.own["kiosk"]), shown=shown, until=until)
        found |= {"device": screen_token(who), "visit": carry(visit)}
    if who.phone:
        found["here"] = carry(Here(hall=HERE, until=until))
    token = await world.token(who)
    return {**found, "session": token} if token else found


async def be(client: httpx.AsyncClient, world: World, who: Who) -> None:
    """From now on the browser is theirs, with a fresh session; a device that they register is of their role."""
    world.own["device_role"] = "desk" if who.role == "desk" else "agent"
    client.cookies.clear()
    for name, value in (await cookies(world, who)).items():
        client.cookies.set(name, value)


async def sit_down(client: httpx.AsyncClient, who: Who) -> None:
    """From now on the browser is this member of staff's; it needs no world."""
    await be(client, World({}, {}, {}), who)

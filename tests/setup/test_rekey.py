"""A key is replaced while people sign in and book: nobody notices, and at the end the old key opens nothing."""

import asyncio
import datetime as dt
import os
import re
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from backend import appointments, clock, db, identity, secrecy, sms
from backend.appointments.tables import NoShow, Pause, Waiting
from backend.commands import keyed, rekey
from backend.identity import linked
from backend.identity.ids import id_key
from backend.identity.oidc_claims import Claims
from backend.identity.sessions import open_session
from backend.identity.tables import Account, OidcReturn, Person, Staff
from backend.notify.tables import PushSubscription
from backend.queue.tables import Day, Ticket
from backend.refusal import Refusal
from backend.settings import Settings, settings
from tests import factories as make
from tests.races.processes import ROOT
from tests.races.web import Web
from tests.setup.filed import filed

OLD, NEW = 1, 2
FRESH = {"SM4_KEYS": b"\x0b" * 16, "INDEX_KEYS": b"\x0c" * 32}


def keys_of(*ids: int) -> Settings:
    """The settings of a process that knows these keys."""
    kept = settings()
    sm4, index = {**kept.sm4_keys, NEW: FRESH["SM4_KEYS"]}, {**kept.index_keys, NEW: FRESH["INDEX_KEYS"]}
    return Settings(
        mode="test", sm4_keys={n: sm4[n] for n in ids}, index_keys={n: index[n] for n in ids},
        database_url=kept.database_url,
    )  # fmt: skip


def both() -> dict[str, str]:
    """The environment of a process that knows the old and the new key."""
    return {name: f"{os.environ[name]},{NEW}:{key.hex()}" for name, key in FRESH.items()}


def know(monkeypatch: pytest.MonkeyPatch, *ids: int) -> None:
    """From now on this process knows these keys."""
    known = keys_of(*ids)
    for module in (secrecy, keyed):
        monkeypatch.setattr(module, "settings", lambda: known)


async def under(*how: str) -> dict[str, set[int]]:
    """The key ids that each column's rows are under."""
    return {str(column): set(await keyed.census(column)) for column in keyed.columns(*how)}


async def seeded() -> tuple[Account, Person, str]:
    """Somebody with one of everything that stands under a key; their ID number."""
    number = make.id_number(901)
    owner = await make.account()
    somebody = await make.person(owner, number)
    await make.prove(somebody)
    at = await make.line(await make.hall())
    wanted, slot = await make.item(at), await make.slot(at)
    booked = await appointments.book(slot.id, wanted.id, somebody.id, by=owner.id)
    now = await clock.now()
    day = Day(hall=at.hall, day=clock.local(now).date())
    await Day.insert(day)
    await Ticket.insert(
        Ticket(
            day=day.id, letter="E", digits=1, line=at.id, party=uuid4(), person=somebody.id,
            person_index=somebody.id_index, source="phone", taken_at=now, turn_at=now,
        )
    )  # fmt: skip
    await Waiting.insert(
        Waiting(
            item=wanted.id, hall=at.hall, line=at.id, person=somebody.id, person_index=somebody.id_index,
            account=owner.id, days=[slot.day], created_at=now, queued_at=now,
        )
    )  # fmt: skip
    of = {"hall": at.hall, "account": owner.id, "person_index": somebody.id_index}
    await NoShow.insert(NoShow(appointment=booked.id, at=now, marked_at=now, **of))
    await Pause.insert(Pause(id=uuid4(), since=now, until=now.date(), **of))
    async with db.transaction():
        await sms.send("10000000001", "您的验证码是 000000", key="code", kind="code")
    await PushSubscription.insert(
        PushSubscription(
            account=owner.id, session=await _session(owner), endpoint_hash=b"x", sealed=secrecy.seal("https://push"),
            key_id=1, created_at=now, seen_at=now,
        )
    )  # fmt: skip
    known = Claims("https://id.test", "known")
    async with db.transaction():
        await linked.link(owner.id, known, now)
    await OidcReturn.insert(
        OidcReturn(state_hash=b"x", claims_sealed=known.sealed(), expires_at=now + dt.timedelta(minutes=10))
    )
    await Staff.insert(
        Staff(
            username="totp",
            name="施经理",
            password_hash="x",
            created_at=now,
            totp_sealed=secrecy.seal("JBSW"),
            totp_pending_sealed=secrecy.seal("JBSX"),
        )
    )
    [staff] = await db.rows("SELECT id FROM staff WHERE username = 'totp'")
    await filed(somebody, wanted, at.hall, staff["id"])
    return owner, somebody, number


async def _session(of: Account) -> UUID:
    async with db.transaction():
        token = await open_session(await clock.now(), "测试", account=of.id)
    visitor = await identity.visitor_for(token)
    assert visitor
    assert visitor.session
    return visitor.session


async def test_afterwards_everything_is_under_the_new_key_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, somebody, number = await seeded()
    know(monkeypatch, OLD, NEW)
    report = await rekey.rekey()
    assert (report.twice, report.unreadable) == ([], {})
    found = await under("sealed", "of", "person")
    assert {name: ids for name, ids in found.items() if ids != {NEW}} == {}
    know(monkeypatch, NEW)
    assert (await identity.people_of(owner.id))[0].id_index == secrecy.blind(id_key("resident", number))
    assert secrecy.unseal((await identity.people_of(owner.id))[0].id_sealed) == number
    assert await identity.phone_of(owner.id)
    assert [one["id"] for one in await appointments.upcoming(by=owner.id)]
    assert await linked.account_of(Claims("https://id.test", "known")) == owner.id
    indexes = {row["i"] for row in await db.rows(INDEXES)}
    assert indexes == {secrecy.blind(number)}
    assert somebody.id_index not in indexes


INDEXES = """
SELECT person_index AS i FROM appointment UNION SELECT person_index FROM waiting UNION SELECT person_index FROM no_show
UNION SELECT person_index FROM booking_pause UNION SELECT id_index FROM person
"""


async def test_run_again_it_finds_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    await seeded()
    know(monkeypatch, OLD, NEW)
    await rekey.rekey()
    assert sum((await rekey.rekey()).moved.values()) == 0


async def test_stopped_half_way_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        await make.citizen()
    know(monkeypatch, OLD, NEW)
    monkeypatch.setattr(rekey, "BATCH", 2)

    def stop(line: str) -> None:
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt):
        await rekey.rekey(stop)
    assert (await under("sealed"))["account.phone_sealed"] == {OLD, NEW}
    await rekey.rekey()
    assert (await under("sealed", "of"))["account.phone_sealed"] == {NEW}


async def test_two_at_once_do_the_work_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(8):
        await make.citizen()
    know(monkeypatch, OLD, NEW)
    monkeypatch.setattr(rekey, "BATCH", 3)
    reports = await asyncio.gather(rekey.rekey(), rekey.rekey())
    assert [report.twice for report in reports] == [[], []]
    assert sum(report.moved["account.phone_sealed"] for report in reports) == 8
    assert all(ids == {NEW} for ids in (await under("sealed", "of", "person")).values() if ids)


async def test_limits_hold_across_accounts_while_a_key_rotates(monkeypatch: pytest.MonkeyPatch) -> None:
    _, somebody, number = await seeded()
    know(monkeypatch, OLD, NEW)
    other = await make.account()
    added = await identity.add_person(other.id, "张三丰", "self", "resident", number)
    [slot] = await db.rows("SELECT id FROM slot WHERE capacity > 0")
    item = (await db.rows("SELECT id FROM item"))[0]["id"]
    for _ in range(2):
        with pytest.raises(Refusal, match="这一天已预约过"):
            await appointments.book(slot["id"], item, added.id, by=other.id)
        await rekey.rekey()
    assert somebody.id_index != (await identity.people_of(other.id))[0].id_index


async def test_a_phone_that_two_accounts_claim_stays_where_it_is_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, others = await make.account("10000009001"), [await make.account() for _ in range(3)]
    know(monkeypatch, OLD, NEW)
    await make.account("10000009001")  # by a process that did not know the old key
    report = await rekey.rekey()
    assert len(report.twice) == 1
    assert str(first.id) in report.twice[0]
    assert "10000009001" not in report.twice[0]
    assert report.moved["account.phone_sealed"] == len(others)


async def test_what_no_key_opens_is_counted_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _ = await make.citizen()
    lost = bytes([9]) + os.urandom(40)
    await Account.update({Account.phone_sealed: lost}).where(Account.id == owner.id)
    know(monkeypatch, OLD, NEW)
    report = await rekey.rekey()
    assert report.unreadable == {"account.phone_sealed": 1}
    assert "打不开" in "".join(report.lines())
    assert (await db.rows("SELECT phone_sealed FROM account"))[0]["phone_sealed"] == lost


async def signed_in(web: Web, phone: str) -> str:
    """Sign in by the pages of a running web; its session token."""
    async with web.browser() as browser:
        page = (await browser.post("/codes", data={"phone": phone, "next": "/"})).text
        found = re.search(r"data-code[^>]*>\s*(\d{6})", page)
        assert found, page[-2000:]
        data = {"phone": phone, "code": found[1], "tail": "", "afresh": "", "next": "/"}
        answer = await browser.post("/session", data=data)
        assert answer.status_code == 303, answer.text[-2000:]
        return str(answer.cookies["session"])


async def at_work(web: Web, phones: list[str], until: asyncio.Event) -> int:
    """Sign in with one phone after the other, and look at one's people, until told; how many did."""
    done = 0
    for phone in phones:
        async with web.browser(await signed_in(web, phone)) as browser:
            answer = await browser.get("/people")
            assert (answer.status_code, "尾号" in answer.text) == (200, True)
        done += 1
        if until.is_set():
            break
    return done


async def test_people_sign_in_all_along_and_the_old_key_can_be_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = [f"1000000{8000 + n}" for n in range(300)]
    for n, phone in enumerate(phones):
        await make.person(await make.account(phone), make.id_number(n))
    web = Web(tmp_path / "web", os.environ["REDIS_URL"], **both())
    try:
        await web.start()
        over = asyncio.Event()
        working = asyncio.create_task(at_work(web, phones, over))
        ended = await process("rekey", **both())
        over.set()
        assert ended == 0
        assert await working > 0
        assert await process("rekey", **both()) == 0
    finally:
        web.stop()
    only = {name: f"{NEW}:{key.hex()}" for name, key in FRESH.items()}
    web = Web(tmp_path / "web-2", os.environ["REDIS_URL"], **only)
    try:
        await web.start()
        await db.rows("UPDATE code SET sent_at = sent_at - interval '1 day'")
        assert await at_work(web, phones[-3:], asyncio.Event()) == 3
    finally:
        web.stop()
    know(monkeypatch, NEW)
    sealed = await db.rows("SELECT phone_sealed FROM account")
    assert sorted(secrecy.unseal(row["phone_sealed"]) for row in sealed) == phones


async def process(*words: str, **given: str) -> int:
    """A command of its own, to its end."""
    command = [sys.executable, "-m", "backend", *words]
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, **given})
    return await started.wait()

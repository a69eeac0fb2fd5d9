"""One's own data: the copy holds all of it and nothing of others; leaving erases, gives places back, ends sessions."""

import asyncio
import io
import zipfile
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend import appointments, clock, db, identity, notify, secrecy, sms
from backend.appointments import no_shows
from backend.appointments.tables import Appointment, Slot
from backend.catalog.tables import Item
from backend.home import own_data
from backend.identity.tables import Account, Person
from backend.refusal import NotFound, Refusal
from tests import factories as make
from tests import world
from tests.identity.steps import PHONE, account_of, code_for, count, later, session_of, token_for
from tests.races.people import miscounted
from tests.world import AN_OWNER, HERE, Who

MINE, HERS = "320681190001010039", "320681190001010055"


class Somebody(msgspec.Struct):
    """An account with a booking, its session, and what it booked."""

    account: UUID
    session: UUID
    token: str
    person: Person
    booked: Appointment
    slot: Slot
    item: Item


async def somebody(phone: str = PHONE) -> Somebody:
    token = await token_for(phone)
    account = await account_of(token)
    me = await identity.add_person(account, "欧阳海生", "self", "resident", MINE)
    item, slot = await make.bookable(capacity=1)
    booked = await appointments.book(slot.id, item.id, me.id, by=account)
    await notify.sweep()
    return Somebody(account, await session_of(token), token, me, booked, slot, item)


async def erase(who: Somebody, tail: str = PHONE[-4:]) -> None:
    await own_data.erase(who.account, who.session, tail)


def texts(copy: own_data.Copy) -> str:
    return str(own_data.plain(dict(copy.sections)))


# --- the copy ---


async def test_the_copy_holds_all_that_is_held() -> None:
    who = await somebody()
    told = texts(await own_data.copy(who.account, who.session))
    for expected in (PHONE, "欧阳海生", MINE, who.booked.number, "身份证换领", "约好了", "登录"):
        assert expected in told, expected
    assert "2026-11-25T10:00:00+08:00" in told


async def test_it_holds_nothing_of_other_accounts_and_of_others_only_the_last_four() -> None:
    who = await somebody()
    await identity.add_person(who.account, "周小燕", "family", "resident", HERS)
    other, theirs = await make.citizen()
    await make.person(other, MINE, "family", name="冒名")
    told = texts(await own_data.copy(who.account, who.session))
    assert "周小燕" in told
    assert HERS not in told
    assert HERS[-4:] in told
    assert "冒名" not in told
    assert secrecy.unseal(theirs.id_sealed) not in told


async def test_no_name_of_staff_is_in_it() -> None:
    found = await world.build()
    account = found.accounts[world.OWNER]
    clerk = await world.staff(Who(role="clerk"))
    await identity.unmask_phone(account, clerk, "通知换窗口", hall=HERE)
    token = await found.token(AN_OWNER)
    told = texts(await own_data.copy(account, await session_of(token)))
    assert "工作人员查看完整手机号" in told
    assert "通知换窗口" in told
    assert "施经理" not in told


async def test_that_somebody_at_work_carries_this_phone_is_in_it() -> None:
    who = await somebody()
    clerk = await world.staff(Who(role="clerk"))
    await db.rows("UPDATE staff SET account = $2 WHERE id = $1", clerk, who.account)
    async with db.transaction():
        sections = dict(await identity.export_of(who.account))
    assert sections["账号"][0]["是工作人员的值守手机"] is True


async def test_that_it_was_taken_is_recorded() -> None:
    who = await somebody()
    await own_data.copy(who.account, who.session)
    assert await count("identity_event", "what = 'data-copied'") == 1


async def test_it_is_a_zip_with_a_page_and_the_same_as_json(client: httpx.AsyncClient) -> None:
    who = await somebody()
    client.cookies.set("session", who.token)
    answer = await client.post("/data/copies")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        words, data = (packed.read(f"我的信息.{kind}").decode() for kind in ("html", "json"))
    assert "2026 年 11 月 25 日（周三）10:00" in words
    assert msgspec.json.decode(data)["办事人"][0]["证件号码"] == MINE
    assert MINE in words


async def test_everything_that_every_table_holds_on_an_account_is_in_a_section() -> None:
    # A table that refers to an account and is neither copied nor known to hold nothing of them fails here.
    found = await db.rows(REFERRING)
    copied = {"person", "session", "appointment", "waiting", "booking_pause", "no_show", "booking_appeal"}
    copied |= {
        "ticket",
        "service_case",
        "visit",
        "notice",
        "push_subscription",
        "notice_preference",
        "linked_identity",
        "staff",
    }
    through = {
        "appointment_event",
        "ticket_event",
        "waiting_event",
        "booking_pause_event",
        "voucher_link",
    } | {"case_event", "case_paper", "visit_event"}
    assert {row["name"] for row in found} == copied | through


REFERRING = """
SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint
WHERE contype = 'f' AND confrelid = 'account'::regclass
"""


@pytest.mark.parametrize("verb", ["copy", "erase"])
async def test_ten_minutes_after_the_sign_in_a_code_is_asked_first(verb: str) -> None:
    who = await somebody()
    await later(minutes=10)
    with pytest.raises(identity.ConfirmFirst):
        await (own_data.copy(who.account, who.session) if verb == "copy" else erase(who))
    assert await count("identity_event", "what IN ('data-copied', 'account-erased')") == 0


async def test_another_account_s_session_opens_nothing() -> None:
    who, other = await somebody(), await account_of(await token_for("10000000002"))
    with pytest.raises(identity.ConfirmFirst):
        await own_data.copy(other, who.session)


async def test_the_code_of_the_confirmation_makes_the_session_fresh(client: httpx.AsyncClient) -> None:
    who = await somebody()
    client.cookies.set("session", who.token)
    await later(minutes=11)
    led = await client.post("/data/copies")
    assert (led.status_code, led.headers["location"]) == (303, "/confirmation?next=/data")
    shown = await client.post("/confirmation/codes", data={"next": "/data"})
    assert "data-code" in shown.text
    [sent] = await db.rows("SELECT id FROM code ORDER BY sent_at DESC LIMIT 1")
    wrong = await client.post("/confirmation", data={"code": "12", "next": "/data"})
    assert wrong.status_code == 422
    await later(minutes=1)
    right = await client.post("/confirmation", data={"code": await code_for(), "next": "/data"})
    assert (right.status_code, right.headers["location"]) == (303, "/data")
    client.cookies.clear()
    client.cookies.set("session", right.cookies["session"])
    assert (await client.post("/data/copies")).status_code == 200
    assert await identity.visitor_for(who.token) is None
    assert sent


# --- leaving ---


async def test_nothing_that_names_them_is_left() -> None:
    who = await somebody()
    await identity.add_person(who.account, "周小燕", "family", "resident", HERS)
    await appointments.cancel(who.booked.id, by=who.account, why="我去上海看病")
    await erase(who)
    dump = await everything_stored()
    for word in ("欧阳海生", "周小燕", "上海看病", "约好了"):
        assert word not in dump, word
    for row in await db.rows("SELECT id_sealed, name FROM person"):
        assert (row["id_sealed"], row["name"]) == (b"", "")
    assert await count("account", "phone_index IS NOT NULL OR length(phone_sealed) > 0") == 0
    assert await count("notice") == 0
    assert await count("identity_event", "what = 'account-erased'") == 1


async def test_a_text_message_to_them_loses_phone_and_words() -> None:
    who = await somebody()
    [notice] = await db.rows("SELECT id FROM notice WHERE delivered_at IS NOT NULL")
    async with db.transaction():
        await sms.send(PHONE, "约好了：身份证换领", key=f"notice:{notice['id']}", kind="appointment-booked")
    assert "短信" in dict((await own_data.copy(who.account, who.session)).sections)
    await erase(who)
    left = await db.rows("SELECT phone_sealed, text_sealed, state FROM sms")
    assert len(left) == 2  # the code by which they signed in, too
    assert {tuple(row.values()) for row in left} == {(b"", b"", "withdrawn")}


async def everything_stored() -> str:
    names = await db.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [await db.rows(f'SELECT x::text AS x FROM "{row["tablename"]}" x') for row in names]
    return "\n".join(row["x"] for found in rows for row in found)


async def test_what_is_ahead_is_cancelled_and_its_place_goes_to_the_next() -> None:
    who = await somebody()
    waiter, person = await make.citizen()
    [hall] = await db.rows("SELECT code FROM hall")
    wait = await appointments.join(who.item.id, hall["code"], [who.slot.day], person.id, by=waiter.id)
    await erase(who)
    await appointments.pass_on(who.slot.line)
    assert (await appointments.show_wait(wait.id, by=waiter.id))["state"] == "offered"
    [row] = await db.rows("SELECT state FROM appointment")
    assert row["state"] == "cancelled"
    assert await miscounted() == []


async def test_a_wait_is_left_and_what_was_offered_goes_on() -> None:
    who = await somebody()
    other = await account_of(await token_for("10000000002"))
    person = await identity.add_person(other, "王建国", "self", "resident", HERS)
    [hall] = await db.rows("SELECT code FROM hall")
    await appointments.join(who.item.id, hall["code"], [who.slot.day], person.id, by=other)
    await appointments.cancel(who.booked.id, by=who.account)
    await appointments.pass_on(who.slot.line)
    [session] = await db.rows("SELECT id FROM session WHERE account = $1", other)
    await own_data.erase(other, session["id"], "0002")
    [row] = await db.rows("SELECT state FROM waiting")
    assert row["state"] == "left"
    assert await miscounted() == []


async def test_the_session_ends_and_the_number_starts_from_nothing() -> None:
    who = await somebody()
    await erase(who)
    assert await identity.visitor_for(who.token) is None
    await later(minutes=2)
    again = await account_of(await token_for())
    assert again != who.account
    assert await identity.people_of(again) == []
    assert await appointments.upcoming(by=again) == []


async def test_a_wrong_tail_erases_nothing() -> None:
    who = await somebody()
    before = await world.everything()
    with pytest.raises(Refusal, match="末四位"):
        await erase(who, "9999")
    assert await world.everything() == before


async def test_leaving_does_not_end_a_pause() -> None:
    who = await somebody()
    await make.prove(who.person)
    await db.rows(PAUSE, who.slot.hall, who.account, who.person.id_index)
    await erase(who)
    await later(minutes=2)
    again = await account_of(await token_for())
    me = await identity.add_person(again, "欧阳海生", "self", "resident", MINE)
    free = await make.slot_like(who.slot, who.slot.day.replace(day=26))
    with pytest.raises(Refusal, match="暂停"):
        await appointments.book(free.id, who.item.id, me.id, by=again)


async def test_leaving_does_not_undo_that_an_id_was_proved_when_they_do_not_come() -> None:
    who = await somebody()
    await make.prove(who.person)
    await clock.move_to((await appointments.show(who.booked.id, by=who.account))["ends_at"])
    await own_data.erase(who.account, await session_of(await token_for()), PHONE[-4:])
    async with db.transaction():
        assert await no_shows.miss(await no_shows.booking(who.booked.id))
    assert [row["person_index"] for row in await db.rows("SELECT person_index FROM no_show")] == [
        who.person.id_index
    ]


async def test_what_staff_wrote_and_by_which_device_goes_too() -> None:
    found = await world.build()
    account = found.accounts[world.OWNER]
    clerk = await world.staff(Who(role="clerk"))
    await identity.unmask_phone(account, clerk, "替张小三的母亲周桂兰核对", hall=HERE)
    await db.rows("UPDATE identity_event SET device = 'Linux 电脑' WHERE account = $1", account)
    await own_data.erase(account, await session_of(await found.token(AN_OWNER)), world.OWNER[-4:])
    assert await count("identity_event", f"account = '{account}'") > 1
    assert await count("identity_event", f"account = '{account}' AND (why <> '' OR device <> '')") == 0


async def test_nobody_is_added_to_or_changed_in_an_account_that_was_erased_meanwhile() -> None:
    who = await somebody()
    await erase(who)
    with pytest.raises(NotFound, match="已经注销"):
        await identity.add_person(who.account, "周小燕", "family", "resident", HERS)
    with pytest.raises(NotFound, match="已经注销"):
        await identity.change_person(who.account, who.person.id, "周小燕", "self")
    assert await count("person", "name <> '' OR length(id_sealed) > 0") == 0


PAUSE = """
INSERT INTO booking_pause (id, hall, account, person_index, since, until)
VALUES (gen_random_uuid(), $1, $2, $3, '2026-11-20', '2026-12-20')
"""


async def test_twice_at_once_is_once() -> None:
    who = await somebody()
    said = await asyncio.gather(*(erase(who) for _ in range(3)), return_exceptions=True)
    assert [each for each in said if each is None] == [None]
    assert {type(each) for each in said if each} <= {NotFound, identity.ConfirmFirst, Refusal}
    assert await count("identity_event", "what = 'account-erased'") == 1


async def test_whoever_books_at_the_same_moment_leaves_no_booking_behind() -> None:
    for n in range(4):
        who = await somebody(f"1000000002{n}")
        free = await make.slot_like(who.slot, who.slot.day.replace(day=26))
        tail = f"1000000002{n}"[-4:]
        await asyncio.gather(
            own_data.erase(who.account, who.session, tail),
            appointments.book(free.id, who.item.id, who.person.id, by=who.account),
            return_exceptions=True,
        )
        assert await count("appointment", f"state = 'booked' AND booked_by = '{who.account}'") == 0
        assert await count("account", f"id = '{who.account}' AND phone_index IS NULL") == 1
        await db.rows("DELETE FROM place_hold")
        await db.rows("UPDATE slot SET taken = 0")
    assert await Account.count() == 4


async def test_the_hall_still_sees_that_somebody_came_but_not_who() -> None:
    found = await world.build()
    account = found.accounts[world.OWNER]
    token = await found.token(AN_OWNER)
    await own_data.erase(account, await session_of(token), world.OWNER[-4:])
    async with await browser(found) as desk:
        day = await desk.get("/console/appointments", params={"hall": HERE})
        assert "已删除" in day.text
        assert "张*丰" not in day.text
        shown = await desk.get(f"/console/appointments/{found.own['booking']}")
        assert shown.status_code == 200, shown.text[-1500:]
        taken = await desk.post(
            "/console/exports", data={"hall": HERE, "first": "2026-11-19", "last": "2026-11-27"}
        )
        assert taken.status_code == 200


async def browser(found: world.World) -> httpx.AsyncClient:
    from backend.app import create_app

    made: Any = httpx.ASGITransport(app=create_app())  # type: ignore[arg-type]
    cookie = {"cookie": f"session={await found.token(Who(role='manager'))}", "sec-fetch-site": "same-origin"}
    return httpx.AsyncClient(transport=made, base_url="http://qiban.test", headers=cookie)


# --- the pages ---


async def test_leaving_takes_two_steps_and_names_what_is_ahead(client: httpx.AsyncClient) -> None:
    who = await somebody()
    client.cookies.set("session", who.token)
    first = (await client.get("/data/erasure")).text
    assert "身份证换领" in first
    assert "不能恢复" in first
    assert "3 年后删除" in first
    unticked = await client.post("/data/erasure", data={"tail": PHONE[-4:]})
    assert (unticked.status_code, f'value="{PHONE[-4:]}"' in unticked.text) == (422, True)
    wrong = await client.post("/data/erasure", data={"tail": "1", "sure": "yes"})
    assert (wrong.status_code, "末四位不对" in wrong.text) == (409, True)
    done = await client.post("/data/erasure", data={"tail": PHONE[-4:], "sure": "yes"})
    assert (done.status_code, done.headers["location"]) == (303, "/erased")
    assert "Max-Age=0" in done.headers["set-cookie"]
    client.cookies.clear()
    assert "账号已经注销" in (await client.get("/erased")).text

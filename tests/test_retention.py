"""What is older than `retention.toml` allows is gone the next night, in batches; what is younger stays."""

import datetime as dt
from typing import Any

import httpx
import msgspec
import pytest

from backend import appointments, clock, db, identity, notify, retention
from tests import factories as make
from tests import world
from tests.identity.steps import PHONE, account_of, code_for, count, later, token_for
from tests.races.people import miscounted
from workers.forget import forget as night

DAYS = retention.kept()
OLD = {  # what a table's rows are counted by
    "codes": "code",
    "sessions": "session",
    "events": "identity_event",
    "notices": "notice",
    "bookings": "appointment",
    "waits": "waiting",
    "no_shows": "no_show",
}


async def history() -> None:
    """The small world, and nothing open any more."""
    await world.build()
    await token_for("10000000009")
    for statement in SETTLED:
        await db.rows(statement)


SETTLED = (
    "UPDATE session SET revoked_at = seen_at",
    "UPDATE waiting SET state = 'left'",
    "UPDATE place_hold SET ended_at = created_at WHERE ended_at IS NULL",
    "UPDATE slot SET taken = (SELECT count(*) FROM appointment a WHERE a.slot = slot.id AND a.state <> 'cancelled')",
)


@pytest.mark.parametrize("kind", OLD)
async def test_each_kind_goes_after_its_days_and_not_before(kind: str) -> None:
    await history()
    table, days = OLD[kind], getattr(DAYS, kind)
    start = await clock.now()
    assert await count(table)
    await clock.move_to(start + dt.timedelta(days=days - 8))
    await night({})
    assert await count(table), f"{kind} is forgotten too early"
    await clock.move_to(start + dt.timedelta(days=days + 12))
    await night({})
    assert await count(table) == 0


async def test_in_the_end_only_counts_are_left_of_all_bookings() -> None:
    await history()
    await later(days=DAYS.bookings + 20)
    await night({})
    left = {
        name
        for name in ("appointment_event", "relocation", "place_hold", "voucher_link")
        if await count(name)
    }
    assert left == set()
    assert await count("slot")
    dump = str(
        await db.rows("SELECT x::text FROM appointment_event x UNION ALL SELECT x::text FROM notice x")
    )
    assert "张三丰" not in dump


async def test_what_is_still_booked_or_waiting_stays_however_the_night_goes() -> None:
    await world.build()
    before = await world.everything()
    await night({})
    assert await world.everything() == before
    assert await miscounted() == []


async def test_a_removed_person_keeps_their_name_for_a_year_and_their_index_no_longer_than_no_shows() -> None:
    account = await account_of(await token_for())
    me = await identity.add_person(account, "张三丰", "self", "resident", make.id_number(7))
    item, slot = await make.bookable()
    await appointments.book(slot.id, item.id, me.id, by=account)
    await identity.remove_person(account, me.id)
    await later(days=DAYS.removed_people - 1)
    await night({})
    assert (await db.rows("SELECT name FROM person"))[0]["name"] == "张三丰"
    await later(days=2)
    await night({})
    assert await db.rows("SELECT name, id_sealed, id_index FROM person") == [
        {"name": "", "id_sealed": b"", "id_index": b""}
    ]
    assert (await db.rows("SELECT person_index FROM appointment"))[0]["person_index"] == b""


async def test_the_people_of_a_number_that_went_to_somebody_else_lose_their_name_after_a_year_too() -> None:
    account = await account_of(await token_for())
    await identity.add_person(account, "张三丰", "self", "resident", make.id_number(7))
    await later(days=100)
    await identity.sign_in(PHONE, await code_for(PHONE), afresh=True)
    await later(days=DAYS.removed_people - 1)
    await night({})
    assert (await db.rows("SELECT name FROM person"))[0]["name"] == "张三丰"
    await later(days=2)
    await night({})
    assert await db.rows("SELECT name, id_sealed FROM person") == [{"name": "", "id_sealed": b""}]


async def test_more_than_a_batch_goes_in_one_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for n in range(7):
        await identity.send_code(f"1000000{n:04d}", "10.0.0.1")
    await later(days=DAYS.codes + 1)
    assert await identity.forget(await clock.now()) == 2
    await night({})
    assert await count("code") == 0


async def test_two_workers_at_once_forget_once() -> None:
    import asyncio

    await history()
    await later(days=DAYS.bookings + 20)
    now = await clock.now()
    gone = await asyncio.gather(appointments.forget(now), appointments.forget(now), notify.forget(now))
    assert sum(gone)
    assert await count("appointment") == 0


async def test_the_privacy_notice_says_what_is_done(client: httpx.AsyncClient, monkeypatch: Any) -> None:
    from backend.catalog.tables import Text

    await Text.insert(Text(key="privacy-notice", value="预约记录 {bookings}；验证码 {codes}。"))
    assert "预约记录 3 年；验证码 7 天。" in (await client.get("/privacy")).text
    shorter = msgspec.structs.replace(DAYS, bookings=400, codes=1)
    monkeypatch.setattr(retention, "kept", lambda: shorter)
    assert "预约记录 400 天；验证码 1 天。" in (await client.get("/privacy")).text


@pytest.mark.parametrize(
    ("field", "days"), [("events", 30), ("sessions", 179), ("codes", 0), ("bookings", 364)]
)
def test_a_period_that_law_or_sense_forbids_is_refused(field: str, days: int) -> None:
    content = {**msgspec.to_builtins(DAYS), field: days}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(content, retention.Retention)


WHOSE = "num_nonnulls(person, person_index, account, appointment) > 0"


async def test_whose_a_number_was_is_forgotten_and_the_number_stays() -> None:
    await history()
    numbers, whose = await count("ticket"), await count("ticket", WHOSE)
    assert whose
    await clock.move_to(await clock.now() + dt.timedelta(days=DAYS.numbers - 2))
    await night({})
    assert await count("ticket", WHOSE) == whose
    await later(days=4)
    await night({})
    assert await count("ticket", WHOSE) == 0
    assert await count("ticket") == numbers
    assert await count("ticket_link") == 0
    assert await count("ticket_event", "by_account IS NOT NULL OR why <> ''") == 0

"""The copy of a voucher that lies on its owner's phone: what it may hold, for how long, and when it must go."""

import datetime as dt

import httpx
import pytest

from backend import appointments, clock
from backend.appointments.tables import Appointment
from backend.identity.sessions import open_session
from backend.identity.tables import Account
from tests import factories as make


async def signed_in(client: httpx.AsyncClient) -> tuple[str, Appointment, Account]:
    held, owner, _, _ = await make.booked()
    client.cookies.set("session", await open_session(await clock.now(), "手机", account=owner.id))
    return f"/appointments/{held.id}", held, owner


@pytest.mark.parametrize("page", ["", "/materials"])
async def test_who_looks_at_a_booking_keeps_its_voucher(client: httpx.AsyncClient, page: str) -> None:
    voucher, _, _ = await signed_in(client)
    answer = await client.get(voucher + page)
    assert (answer.headers["x-keep"], answer.headers["x-erase"]) == (voucher, "")


async def test_the_copy_holds_the_voucher_and_nothing_of_the_person(client: httpx.AsyncClient) -> None:
    voucher, held, _ = await signed_in(client)
    answer = await client.get(f"{voucher}/offline")
    assert answer.status_code == 200
    for word in (held.number, "身份证换领", "启东市政务服务中心", "2 楼公安", "10:00", "<svg"):
        assert word in answer.text, word
    for word in ("张", "丰", "本人", "尾号", "/cancellation", "/links", "<form", "data-stream", "data-owner"):
        assert word not in answer.text, word


async def test_it_may_lie_there_until_its_day_is_over(client: httpx.AsyncClient) -> None:
    voucher, _, _ = await signed_in(client)
    answer = await client.get(f"{voucher}/offline")
    # From Monday 10:00 to the end of Wednesday.
    assert int(answer.headers["x-keep-for"]) == pytest.approx((2 * 24 + 14) * 3600, abs=60)


async def test_once_it_is_cancelled_or_over_no_copy_is_given_and_the_old_one_must_go(
    client: httpx.AsyncClient,
) -> None:
    voucher, held, owner = await signed_in(client)
    await appointments.cancel(held.id, by=owner.id)
    for page in (voucher, "/appointments"):
        answer = await client.get(page)
        assert (answer.headers["x-keep"], answer.headers["x-erase"]) == ("", voucher), page
    assert (await client.get(f"{voucher}/offline")).status_code == 404


async def test_the_list_of_bookings_keeps_all_that_are_ahead(client: httpx.AsyncClient) -> None:
    voucher, held, _ = await signed_in(client)
    assert (await client.get("/appointments")).headers["x-keep"] == voucher
    found = await appointments.show(held.id, by=held.booked_by)
    await clock.move_to(found["ends_at"] + dt.timedelta(minutes=1))
    answer = await client.get("/appointments")
    assert (answer.headers["x-keep"], answer.headers["x-erase"]) == ("", voucher)

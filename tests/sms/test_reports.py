"""Delivery reports: signed or not, once or again, in any order."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend import clock, db, sms
from backend.sms.rules import rules
from tests import world
from tests.sms.conftest import ahead, events, outcome, promise
from tests.sms.provider import Provider, report

PATH = "/sms/reports/east"


async def told(
    client: httpx.AsyncClient,
    told: Any,
    path: str = PATH,
    late: int = 0,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Post a report as the provider of that path signs it, `late` seconds after it signed."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    signed = report(path.rpartition("/")[2], path, body, int((await clock.now()).timestamp()) - late)
    client.headers.pop("sec-fetch-site", None)  # a server sends none
    odd = httpx.Headers({**signed, **(headers or {})}, encoding="latin-1")
    return await client.post(path, content=body, headers=odd)


async def sent() -> str:
    """A message that a provider has; its id."""
    await promise()
    await sms.sweep()
    return str((await db.rows("SELECT id FROM sms"))[0]["id"])


async def test_a_report_says_that_the_message_arrived(client: httpx.AsyncClient, one: Provider) -> None:
    id = await sent()
    assert (await told(client, {"id": id, "state": "delivered"})).status_code == 204
    arrived = await outcome()
    assert (arrived.state, arrived.said) == ("delivered", "已送达")
    assert arrived.delivered_at
    assert await events("delivered") == ["east delivered"]


async def test_a_report_says_that_it_did_not_and_why(client: httpx.AsyncClient, one: Provider) -> None:
    id = await sent()
    assert (
        await told(client, [{"id": id, "state": "undelivered", "reason": "unknown-number"}])
    ).status_code == 204
    lost = await outcome()
    assert (lost.state, lost.reason, lost.lost) == ("undelivered", "空号", True)


async def test_the_same_report_again_changes_nothing(client: httpx.AsyncClient, one: Provider) -> None:
    id = await sent()
    await told(client, {"id": id, "state": "delivered"})
    before = await world.everything()
    for again in ("delivered", "undelivered"):
        assert (await told(client, {"id": id, "state": again})).status_code == 204
    assert await world.everything() == before


async def test_a_report_about_a_message_that_we_do_not_know_is_taken_and_changes_nothing(
    client: httpx.AsyncClient, one: Provider
) -> None:
    before = await world.everything()
    assert (await told(client, {"id": f"{uuid4()}", "state": "delivered"})).status_code == 204
    assert await world.everything() == before


FORGED: list[dict[str, str]] = [
    {"x-sms-signature": ""},
    {"x-sms-signature": "0" * 64},
    {"x-sms-signature": "é"},
    {"x-sms-nonce": "another nonce 16"},
    {"x-sms-timestamp": "1700000000"},
    {"x-sms-timestamp": "soon"},
    {"x-sms-timestamp": "1e9"},
    {"x-sms-timestamp": "9" * 40},
    {"x-sms-key": "west"},
    {"idempotency-key": "k"},
]


@pytest.mark.parametrize("changed", FORGED, ids=str)
async def test_a_report_whose_signature_is_not_right_is_refused(
    client: httpx.AsyncClient, one: Provider, changed: dict[str, str]
) -> None:
    id = await sent()
    assert (await told(client, {"id": id, "state": "delivered"}, headers=changed)).status_code == 403
    assert (await outcome()).state == "sent"


async def test_a_report_without_a_signature_is_refused_wherever_it_comes_from(
    client: httpx.AsyncClient, one: Provider
) -> None:
    said = {"id": await sent(), "state": "delivered"}
    assert (await client.post(PATH, json=said)).status_code == 403  # from our own page
    assert (await client.post(PATH, json=said, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await outcome()).state == "sent"


async def test_a_report_signed_by_another_s_secret_is_refused(
    client: httpx.AsyncClient, one: Provider
) -> None:
    body = json.dumps({"id": await sent(), "state": "delivered"}).encode()
    signed = report("east", PATH, body, int((await clock.now()).timestamp()), secret="another secret of 16")
    assert (await client.post(PATH, content=body, headers=signed)).status_code == 403


async def test_a_report_for_a_provider_that_we_do_not_have_is_refused(
    client: httpx.AsyncClient, one: Provider
) -> None:
    path = "/sms/reports/nobody"
    assert (await told(client, {"id": await sent(), "state": "delivered"}, path)).status_code == 403


async def test_a_report_signed_too_long_ago_or_ahead_is_refused(
    client: httpx.AsyncClient, one: Provider
) -> None:
    said = {"id": await sent(), "state": "delivered"}
    window = rules().report_seconds
    for late in (window + 2, -window - 2):
        assert (await told(client, said, late=late)).status_code == 403
    assert (await told(client, said, late=window - 2)).status_code == 204


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"\xff", b"[1]", b'{"id": 1}', b'{"id": "x", "state": "delivered"}', b"[" * 2000]
    + [
        json.dumps({"id": f"{uuid4()}", "state": state, "reason": reason}).encode()
        for state, reason in [("arrived", ""), ("undelivered", "空号"), ("undelivered", "x" * 41)]
    ],
)
async def test_what_cannot_be_read_is_refused_and_is_no_fault(
    client: httpx.AsyncClient, one: Provider, body: bytes
) -> None:
    assert (await told(client, body)).status_code == 422


async def test_a_report_that_is_faster_than_our_own_note_counts(
    client: httpx.AsyncClient, one: Provider
) -> None:
    one.script = ["held"]
    await promise()
    sending = asyncio.ensure_future(sms.sweep())
    await one.reached.wait()
    assert (await told(client, {"id": one.keys[0], "state": "delivered"})).status_code == 204
    one.go_on.set()
    await sending
    assert (await outcome()).state == "delivered"
    assert await sms.sweep() == 0


async def test_who_was_asked_in_vain_may_say_that_it_arrived_but_not_that_it_did_not(
    client: httpx.AsyncClient, two: list[Provider]
) -> None:
    two[0].script = ["late"]
    await promise()
    await sms.sweep()
    await sms.sweep()
    id = two[1].keys[0]
    await told(client, {"id": id, "state": "undelivered"})
    assert (await outcome()).state == "sent"
    await told(client, {"id": id, "state": "delivered"})
    assert (await outcome()).state == "delivered"


async def test_a_report_about_a_message_that_nobody_was_given_changes_nothing(
    client: httpx.AsyncClient, one: Provider
) -> None:
    await promise()
    id = str((await db.rows("SELECT id FROM sms"))[0]["id"])
    for state in ("delivered", "undelivered"):
        await told(client, {"id": id, "state": state})
    assert (await outcome()).state == "waiting"
    await ahead(1)
    assert await sms.sweep() == 1

"""A record arrives once however often it is sent, is never lost, and is signed for when it is all here."""

import asyncio
import datetime as dt
import json
import random
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from backend import clock, db, files, identity, pieces, retention, secrecy, sync, visits
from backend.refusal import NotFound, Refusal
from backend.sync import chain, devices, kinds, opening, seal
from backend.visits import along, photos
from tests import world
from tests.sync.phone import AGENT, TEXT, Phone, jpeg, sha, told


@pytest.fixture
async def phone(client: httpx.AsyncClient) -> Phone:
    return await Phone(client).register()


async def rows() -> list[dict[str, object]]:
    return await db.rows(
        "SELECT state, reason, answer, genuine, via FROM sync_record ORDER BY received_at, state"
    )


def checked(answer: httpx.Response, body: bytes) -> dict[str, object]:
    """The receipt, when our key signed it and it names this record."""
    said = answer.json()
    keys = seal.public_keys()
    key, signature = seal.decoded(str(keys["receipt"])), seal.decoded(said["signature"])
    assert seal.genuine(key, said["receipt"].encode(), signature)
    receipt: dict[str, object] = json.loads(said["receipt"])
    assert receipt["hash"] == chain.digest(body).hex()
    return receipt


async def test_a_record_without_documents_is_signed_for_at_once(phone: Phone) -> None:
    body = phone.record()
    answer = await phone.put(body)
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert checked(answer, body)["attachments"] == []


async def test_no_session_and_no_origin_are_needed(phone: Phone) -> None:
    phone.client.headers.pop("sec-fetch-site")
    assert (await phone.put(phone.record(), **{"sec-fetch-site": "cross-site"})).status_code == 200


async def test_a_receipt_names_every_document_and_comes_only_when_all_are_here(phone: Phone) -> None:
    id = uuid4()
    one, other = phone.photo(id), phone.photo(id, 1)
    body = phone.record(one, other, id=id)
    first = await phone.put(body)
    assert (first.status_code, first.json()["receipt"]) == (202, "")
    assert {paper["sha256"] for paper in first.json()["missing"]} == {sha(one), sha(other)}
    await phone.upload(one)
    second = await phone.put(body)
    assert (second.status_code, second.json()["receipt"]) == (202, "")
    assert second.json()["missing"] == [{"sha256": sha(other), "offset": 0}]
    await phone.upload(other)
    third = await phone.put(body)
    assert third.status_code == 200
    assert checked(third, body)["attachments"] == sorted([sha(one), sha(other)])


async def test_a_hundred_replays_by_twenty_clients_are_one_row_and_one_receipt(phone: Phone) -> None:
    body = phone.record()
    turn = asyncio.Semaphore(20)

    async def replay() -> str:
        async with turn:
            answer = await phone.put(body)
            assert answer.status_code == 200
            return answer.json()["receipt"] + answer.json()["signature"]

    assert len(set(await asyncio.gather(*(replay() for _ in range(100))))) == 1
    assert [row["state"] for row in await rows()] == ["accepted"]


async def test_another_content_under_the_same_id_is_kept_beside_the_first(phone: Phone) -> None:
    id = uuid4()
    first, second = phone.record(id=id), phone.record(id=id, seq=1, prev=chain.ZEROS)
    assert (await phone.put(first)).status_code == 200
    answer = await phone.put(second)
    assert (answer.status_code, answer.json()["state"]) == (409, "quarantined")
    assert "两份都留着" in answer.json()["reason"]
    checked(answer, second)
    assert [row["state"] for row in await rows()] == ["accepted", "quarantined"]
    assert (await phone.put(first)).status_code == 200, "the first is what it was"


async def test_a_signature_of_another_key_is_kept_for_the_office_and_gets_no_receipt(
    phone: Phone, client: httpx.AsyncClient
) -> None:
    body = phone.record()
    stranger = Phone(client)
    answer = await stranger.put(body)
    assert (answer.status_code, answer.json()["state"]) == (403, "refused")
    assert "receipt" not in answer.json()
    assert [(row["state"], row["genuine"]) for row in await rows()] == [("quarantined", False)]
    assert (await phone.put(body)).status_code == 200, "and keeps nobody's own record out"
    assert [(row["state"], row["genuine"]) for row in await rows()] == [("accepted", True)]


async def test_a_phone_that_nobody_registered_keeps_its_record(client: httpx.AsyncClient) -> None:
    answer = await Phone(client).put(Phone(client).record())
    assert (answer.status_code, await rows()) == (403, [])
    assert "留在那里" in answer.json()["reason"]


@pytest.mark.parametrize("change", [
    lambda body: b"", lambda body: b"[]", lambda body: b"{", lambda body: b" " + body, lambda body: body[:-1],
    lambda body: body.replace(b'"seq":1', b'"seq":1.0'), lambda body: body.replace(b'"seq":1', b'"seq":0'),
    lambda body: body.replace(b'"seq":1', b'"seq":true'), lambda body: body.replace(b'"at"', b'"zz"'),
    lambda body: body.replace(b'"visit":""', b'"visit":"x"'), lambda body: b"[" * 100_000,
])  # fmt: skip
async def test_what_is_no_record_is_refused_and_nothing_is_kept(phone: Phone, change: object) -> None:
    body = phone.record()
    odd = change(body)  # type: ignore[operator]
    signed = {"sync-signature": seal.encoded(phone.sign(odd))}
    answer = await phone.client.put(f"/sync/visits/{json.loads(body)['id']}", content=odd, headers=signed)
    assert (answer.status_code, await rows()) == (422, [])


async def test_a_record_that_cannot_be_opened_is_quarantined_with_a_receipt(phone: Phone) -> None:
    id = uuid4()
    wrong = seal.encoded(phone.sealed(b"{}", "payload of another"))
    for body in (
        phone.record(payload="AAAA"),
        phone.record(id=id, payload=wrong),
        phone.record(facts={"x": 1}),
    ):
        answer = await phone.put(body)
        assert (answer.status_code, answer.json()["state"]) == (422, "quarantined")
        assert "原件已留存" in answer.json()["reason"]
        checked(answer, body)


async def test_what_the_visits_refuse_is_quarantined_with_their_sentence(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise Refusal("这次上门已经终止，请联系便民中心")

    monkeypatch.setitem(kinds.KINDS, "visit", msgspec.structs.replace(visits.RECORD, complete=refuse))
    body = phone.record()
    answer = await phone.put(body)
    assert (answer.status_code, answer.json()["reason"]) == (422, "这次上门已经终止，请联系便民中心")
    assert (await phone.put(body)).json() == answer.json()


async def test_four_older_versions_of_the_app_are_read_a_fifth_is_kept_for_the_office(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "SCHEMA", 6)
    upgrades = {n: (lambda facts: {**facts, "note": facts["note"] + "+"}) for n in range(1, 6)}
    monkeypatch.setitem(kinds.KINDS, "visit", msgspec.structs.replace(visits.RECORD, upgrades=upgrades))
    for schema in range(2, 7):
        body = phone.record(schema=schema)
        assert (await phone.put(body)).json()["state"] == "accepted", schema
        assert kinds.facts_of(body).note == "+" * (6 - schema)
    for schema in (1, 7):
        answer = await phone.put(phone.record(schema=schema))
        assert (answer.status_code, answer.json()["state"]) == (422, "quarantined")
        assert answer.json()["receipt"]


async def test_a_record_of_a_newer_app_is_done_by_itself_once_the_server_can_read_it(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = phone.record(schema=chain.SCHEMA + 1)
    assert (await phone.put(body)).json()["reason"] == opening.TOO_NEW
    assert await opening.sweep() == 0
    monkeypatch.setattr(chain, "SCHEMA", chain.SCHEMA + 1)
    assert await opening.sweep() == 1
    assert (await phone.put(body)).json()["state"] == "accepted"


async def test_a_wrong_clock_is_noted_and_never_refused(phone: Phone) -> None:
    for shown in ("0", "1", "99999999999999", "soon"):
        assert (await phone.put(phone.record(at=1), **{"sync-clock": shown})).status_code == 200
    skews = await db.rows("SELECT skew_seconds FROM sync_record ORDER BY seq")
    assert [abs(row["skew_seconds"]) > 300 for row in skews] == [False, True, True, False]


async def test_a_record_that_a_killed_process_left_unopened_is_opened_by_the_sweep(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(row: UUID) -> None: ...

    with monkeypatch.context() as patched:
        patched.setattr(opening, "open_record", killed)
        assert (await phone.put(phone.record())).json()["state"] == "stored"
    assert await opening.sweep() == 1
    assert [row["state"] for row in await rows()] == ["accepted"]
    assert await opening.sweep() == 0


async def test_records_that_arrive_in_any_order_make_the_same_whole_chain(phone: Phone) -> None:
    bodies = [phone.record() for _ in range(6)]
    random.Random(6).shuffle(bodies)
    for body in bodies:
        assert (await phone.put(body)).status_code == 200
    assert (await phone.contact()).json()["missing"] == 0


async def test_the_phone_hears_how_many_of_its_records_never_came(phone: Phone) -> None:
    bodies = [phone.record() for _ in range(4)]
    for body in (bodies[0], bodies[3]):
        await phone.put(body)
    assert (await phone.contact()).json()["missing"] == 2
    for body in bodies[1:3]:
        await phone.put(body)
    assert (await phone.contact()).json()["missing"] == 0


async def test_what_was_signed_must_be_what_the_record_says(phone: Phone) -> None:
    id = uuid4()
    answer = await phone.put(phone.record(id=id, facts=told(id, phone.item, text="另一份内容")))
    assert (answer.status_code, answer.json()["state"]) == (422, "quarantined")
    assert "签的内容和记录里的不一样" in answer.json()["reason"]


async def test_who_asks_at_the_door_gets_a_visit_with_a_mandate_in_their_name(phone: Phone) -> None:
    assert (await phone.put(phone.record())).status_code == 200
    [made] = await db.rows("SELECT id, state, asked_by, name_sealed FROM visit")
    assert (made["state"], made["asked_by"], secrecy.unseal(made["name_sealed"])) == (
        "done",
        "agent",
        "李阿燕",
    )
    [given] = await db.rows(
        "SELECT powers, text_sealed, until FROM visit_mandate WHERE visit = $1", made["id"]
    )
    assert (given["powers"], secrecy.unseal(given["text_sealed"])) == (["submit"], TEXT)


async def test_who_had_asked_already_is_not_asked_for_twice(phone: Phone) -> None:
    id = uuid4()
    facts = told(id, phone.item)
    asked = facts["asked"]
    who = identity.Typed(facts["who"], "self", asked["id_type"], asked["id_number"])
    wanted = visits.Asked(phone.item, asked["village"], "alone", asked["address"], asked["phone"], who)
    waits = await visits.ask_for(wanted, await world.staff(AGENT), secrecy.fresh_token(), "agent")
    assert (await phone.put(phone.record(id=id, facts=facts))).status_code == 200
    assert await db.rows("SELECT id, state FROM visit") == [{"id": waits, "state": "done"}]


async def test_what_the_phone_takes_along_is_all_that_it_needs_without_a_network(phone: Phone) -> None:
    agent = await world.staff(AGENT)
    facts = told(uuid4(), phone.item)["asked"]
    who = identity.Typed("李阿燕", "self", "resident", facts["id_number"])
    wanted = visits.Asked(phone.item, facts["village"], "alone", "3 组 12 号", facts["phone"], who)
    made = await visits.ask_for(wanted, agent, secrecy.fresh_token(), "agent")
    await visits.take(made, agent)
    await visits.agree(made, await clock.now() + dt.timedelta(hours=1), 60, agent, later=True)
    taken = await along.along(agent)
    assert [(one["name"], one["hall"]) for one in taken["villages"]] == [("城北社区", "汇龙镇便民服务中心")]
    [door] = taken["visits"]
    assert (door["id"], door["who"], door["mandated"]) == (str(made), "李阿燕", False)
    assert door["where"] == "城北社区 3 组 12 号"
    id = uuid4()
    planned = phone.record(id=id, visit=str(made), facts={**told(id, phone.item), "asked": None})
    assert (await phone.put(planned)).json()["state"] == "accepted"
    assert (await along.along(agent))["visits"] == []


async def test_what_was_photographed_is_kept_without_its_place_and_looked_at_by_staff(phone: Phone) -> None:
    id, by = uuid4(), await world.staff(AGENT)
    photo = phone.photo(id)
    body = phone.record(photo, id=id)
    await phone.put(body)
    await phone.upload(photo)
    assert (await phone.put(body)).json()["state"] == "accepted"
    [shot] = await db.rows("SELECT id, visit, name, sha256 FROM visit_photo")
    assert shot["name"] == "身份证"
    kept = b"".join([piece async for piece in files.pieces(shot["sha256"])])
    assert (kept[:2], "启东市".encode() in kept) == (b"\xff\xd8", False)
    assert (await photos.open_photo(shot["visit"], shot["id"], by))["sha256"] == shot["sha256"]
    [looked] = await db.rows("SELECT by_staff FROM visit_event WHERE kind = 'looked'")
    assert looked["by_staff"] == by
    with pytest.raises(NotFound):
        await photos.open_photo(shot["visit"], uuid4(), by)


async def test_a_photograph_without_consent_or_that_is_none_goes_to_the_office(phone: Phone) -> None:
    id = uuid4()
    for data, facts in ((b"GIF89a", {}), (jpeg(), {"consent": False})):
        id = uuid4()
        paper = phone.sealed(data, f"attachment {id}")
        body = phone.record(paper, id=id, facts=told(id, phone.item, **facts))
        await phone.put(body)
        await phone.upload(paper)
        assert (await phone.put(body)).json()["state"] == "quarantined"
    assert await db.rows("SELECT 1 FROM visit_photo") == []


async def test_what_is_old_is_forgotten_and_the_chain_stays_whole(phone: Phone) -> None:
    id = uuid4()
    photo = phone.photo(id)
    body = phone.record(photo, id=id)
    await phone.put(body)
    await phone.upload(photo)
    receipt = (await phone.put(body)).json()["receipt"]
    await phone.put(phone.record())
    await sync.forget(await clock.now() + dt.timedelta(days=retention.kept().records + 1))
    assert not await pieces.held(pieces.SYNC, bytes.fromhex(sha(photo)))
    assert await db.rows("SELECT DISTINCT body FROM sync_record") == [{"body": b""}]
    assert (await devices.show(phone.id, await world.staff(AGENT)))["flaws"] == []
    assert (await phone.put(body)).json()["receipt"] == receipt, (
        "whoever sends it again gets the same receipt"
    )
    assert await db.rows("SELECT 1 FROM visit_photo") != [], "the photograph belongs to the visit"
    await db.rows("UPDATE visit SET state = 'terminated'")
    [kept] = [row["sha256"] for row in await db.rows("SELECT sha256 FROM visit_photo")]
    await visits.forget(await clock.now() + dt.timedelta(days=retention.kept().visits + 1))
    with pytest.raises(NotFound):
        [_ async for _ in files.pieces(kept)]

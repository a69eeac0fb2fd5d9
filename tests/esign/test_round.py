"""A request for a signature, from the asking to what came of it: answers and reports lost, late, doubled and forged."""

import asyncio
import datetime as dt
import hashlib
import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from backend import clock, db, esign, secrecy
from backend.esign import provider, settle
from backend.esign.prove import Certified
from backend.esign.tables import SigningRequest
from backend.refusal import Refusal
from backend.settings import settings
from tests import factories as make
from tests.esign.authority import SEALING, Authority
from tests.esign.service import Service
from tests.test_structure import ROOT
from tests.visits.town import staff
from workers.look_at_signatures import look_at_signatures

Kept = dict[UUID, Certified]
HASH = hashlib.sha256("我同意。".encode()).hexdigest()
FORGOTTEN = "SELECT 1 FROM signing_request WHERE coalesce(name_sealed, id_sealed, address_sealed) IS NOT NULL"


@pytest.fixture
async def by() -> UUID:
    return await staff("desk", "hall", (await make.hall("signing")).code)


async def asked(by: UUID, about: UUID, hash_: str = HASH) -> UUID:
    wanted = esign.Wanted("test", about, hash_, "同意书", "欧阳海生", "resident", make.id_number(7))
    async with db.transaction():
        return await esign.ask(wanted, by)


async def stands(about: UUID) -> tuple[str, str]:
    found = await esign.latest("test", about)
    assert found
    return found["state"], found["why"]


async def sent(client: httpx.AsyncClient, report: tuple[str, bytes, dict[str, str]]) -> int:
    path, body, headers = report
    client.cookies.clear()
    return (await client.post(path, content=body, headers=headers)).status_code


async def later(**span: int) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(**span))


async def waiting(by: UUID) -> tuple[UUID, str]:
    """What it is about, and the request; the service has given an address."""
    about = uuid4()
    request = await asked(by, about)
    await esign.look(request)
    return about, str(request)


async def test_the_service_gets_the_hash_and_the_signer_and_no_more(
    service: Service, by: UUID, kept: Kept
) -> None:
    about, request = await waiting(by)
    [asking] = service.asked
    assert (asking["hash"], asking["algorithm"], asking["name"]) == (HASH, "SHA-256", "欧阳海生")
    assert set(asking) == {
        "id", "hash", "algorithm", "title", "name", "id_type", "id_number", "report_url", "until",
    }  # fmt: skip
    found = await esign.latest("test", about)
    assert found
    assert found["address"] == f"http://127.0.0.1:{service.port}/sign/{request}"
    [row] = await SigningRequest.select(SigningRequest.address_sealed)
    assert found["address"].encode() not in row["address_sealed"]
    assert kept == {}


async def test_a_report_brings_the_signature_and_the_same_again_changes_nothing(
    client: httpx.AsyncClient, service: Service, by: UUID, kept: Kept
) -> None:
    about, request = await waiting(by)
    service.sign(request)
    report = service.report(request)
    assert await sent(client, report) == 204
    assert (await stands(about), kept[about].signer) == (("signed", ""), "欧阳海生")
    assert await db.rows(FORGOTTEN) == []
    kept.clear()
    assert await sent(client, report) == 204
    assert kept == {}, "replayed"


async def test_a_report_that_was_lost_is_asked_for(service: Service, by: UUID, kept: Kept) -> None:
    about, request = await waiting(by)
    service.sign(request)
    await look_at_signatures({})
    assert kept == {}, "not before its time"
    await later(seconds=11)
    await look_at_signatures({})
    assert (await stands(about), list(kept)) == (("signed", ""), [about])
    await later(seconds=60)
    await look_at_signatures({})
    assert len(service.asked) == 2, "and no more"


@pytest.mark.parametrize("word", ["hang", "503", "429"])
async def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_key(
    service: Service, by: UUID, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    service.script = [word]
    monkeypatch.setattr(provider, "WHOLE", 1.5 if word == "hang" else 30.0)
    about, request = await waiting(by)
    monkeypatch.setattr(provider, "WHOLE", 30.0)
    found = await esign.latest("test", about)
    assert found
    assert (found["state"], found["why"], found["address"]) == ("waiting", "unreachable", "")
    await later(seconds=11)
    await look_at_signatures({})
    assert {one["id"] for one in service.asked} == {request}
    assert (await esign.latest("test", about) or {})["address"]


@pytest.mark.parametrize(("word", "why"), [("403", "http-403"), ("nonsense", "unreadable")])
async def test_a_service_that_says_no_ends_it(service: Service, by: UUID, word: str, why: str) -> None:
    service.script = [word]
    about, _ = await waiting(by)
    found = await esign.latest("test", about)
    assert found
    assert (found["state"], found["why"]) == ("failed", why)
    assert found["said"].startswith("电子签名服务")
    assert await db.rows(FORGOTTEN) == []


async def test_an_address_of_another_kind_is_not_shown(service: Service, by: UUID, kept: Kept) -> None:
    about = uuid4()
    request = str(await asked(by, about))
    service.told[request] = {"id": request, "state": "waiting", "url": "javascript:alert(1)"}
    await look_at_signatures({})
    assert await stands(about) == ("failed", "unreadable")


async def test_who_does_not_sign_in_time_is_told_so_and_what_comes_then_is_late(
    client: httpx.AsyncClient, service: Service, by: UUID, kept: Kept
) -> None:
    about, request = await waiting(by)
    await later(minutes=11)
    await look_at_signatures({})
    assert await stands(about) == ("lapsed", "")
    assert (await esign.latest("test", about) or {})["said"] == "时间到了还没有签"
    service.sign(request)
    assert await sent(client, service.report(request)) == 204
    assert (await stands(about), kept) == (("lapsed", ""), {})


async def test_who_signed_at_the_last_moment_is_asked_for_before_it_is_over(
    service: Service, by: UUID, kept: Kept
) -> None:
    about, request = await waiting(by)
    service.sign(request)
    await later(minutes=11)
    await look_at_signatures({})
    assert (await stands(about), list(kept)) == (("signed", ""), [about])


async def test_who_declines_and_what_was_given_up(
    client: httpx.AsyncClient, service: Service, by: UUID, kept: Kept
) -> None:
    about, request = await waiting(by)
    service.decline(request)
    assert await sent(client, service.report(request)) == 204
    assert await stands(about) == ("failed", "declined")
    other, given_up = await waiting(by)
    async with db.transaction():
        await esign.cancel("test", other)
    service.sign(given_up)
    assert await sent(client, service.report(given_up)) == 204
    assert (await stands(other), kept) == (("cancelled", ""), {})


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("signature", {"hash_": "0" * 64}),
    ("name", {"name": "李四"}),
    ("certificate", {"by": Authority()}),
    ("certificate", {"usage": SEALING}),
    ("certificate", {"last": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}),
    ("time", {"at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC)}),
    ("time", {"at": dt.datetime(2026, 11, 24, tzinfo=dt.UTC)}),
]


@pytest.mark.parametrize(("why", "how"), WRONG)
async def test_what_is_no_signature_of_it_is_kept_out(  # noqa: PLR0917
    client: httpx.AsyncClient, service: Service, by: UUID, kept: Kept, why: str, how: dict[str, Any]
) -> None:
    about, request = await waiting(by)
    service.sign(request, **how)
    assert await sent(client, service.report(request)) == 204
    assert (await stands(about), kept) == (("failed", why), {})


async def test_a_report_that_the_service_did_not_sign_now_is_refused(
    client: httpx.AsyncClient, service: Service, by: UUID, kept: Kept
) -> None:
    about, request = await waiting(by)
    service.sign(request)
    path, body, headers = service.report(request)
    service.decline(request)
    _, declined, _ = service.report(request)
    for forged in (
        (path, body, {}),
        (path, declined, headers),
        (f"{path}x", body, headers),
        service.report(request, secret="another secret, as long"),
        service.report(request, late=400),
        service.report(request, late=-400),
    ):
        assert await sent(client, forged) == 403
    assert (await stands(about), kept) == (("waiting", ""), {})
    service.told[request] = {"id": request, "state": "perhaps"}
    assert await sent(client, service.report(request)) == 422
    service.told[request] = {"id": str(uuid4()), "state": "declined"}
    assert await sent(client, service.report(request)) == 204, "nothing that we know"
    assert await stands(about) == ("waiting", "")


async def test_one_request_at_a_time_and_another_text_is_another_request(service: Service, by: UUID) -> None:
    about = uuid4()
    first, again = await asked(by, about), await asked(by, about)
    assert first == again
    changed = await asked(by, about, "1" * 64)
    assert changed != first
    states = await SigningRequest.select(SigningRequest.id, SigningRequest.state)
    assert {row["id"]: row["state"] for row in states} == {first: "cancelled", changed: "waiting"}


async def test_without_a_service_nobody_is_asked(by: UUID) -> None:
    assert not esign.offered()
    with pytest.raises(Refusal, match="没有接电子签名服务"):
        await asked(by, uuid4())


async def test_a_service_that_is_changed_meanwhile_ends_what_it_was_asked(
    service: Service, by: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = uuid4()
    await asked(by, about)
    monkeypatch.setenv("SIGNING", service.setting.replace("jsca", "other"))
    settings.cache_clear()
    await look_at_signatures({})
    assert (await stands(about), service.asked) == (("failed", "unconfigured"), [])


LOOK = """
import asyncio
from backend import db, esign
async def main():
    await db.open_pool(size=2)
    for row in await esign.to_look_at():
        await esign.look(row)
asyncio.run(main())
"""


async def test_a_worker_that_is_killed_while_it_asks_leaves_it_to_the_next(
    service: Service, by: UUID, kept: Kept
) -> None:
    service.script = ["hang"]
    about = uuid4()
    request = str(await asked(by, about))
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", LOOK, cwd=ROOT)
    await asyncio.wait_for(service.reached.wait(), 60)
    worker.kill()
    await worker.wait()
    await later(seconds=31)
    await look_at_signatures({})
    service.sign(request)
    await later(seconds=11)
    await look_at_signatures({})
    assert (await stands(about), list(kept)) == (("signed", ""), [about])


async def test_who_was_asked_is_sealed_until_it_is_over(service: Service, by: UUID) -> None:
    await asked(by, uuid4())
    [row] = await SigningRequest.select()
    assert secrecy.unseal(row["name_sealed"]) == "欧阳海生"
    assert "欧阳海生".encode() not in row["name_sealed"]


async def test_an_answer_without_the_address_leaves_what_is_under_way(
    service: Service, by: UUID, kept: Kept
) -> None:
    about, request = await waiting(by)
    assert not await settle.settle(settings().signing.name, provider.Told(UUID(request), "waiting"))  # type: ignore[union-attr]
    assert await stands(about) == ("waiting", "")
    service.sign(request)
    await later(seconds=11)
    await look_at_signatures({})
    assert (await stands(about), list(kept)) == (("signed", ""), [about])


def test_a_worker_knows_what_to_do_with_every_kind_of_signature() -> None:
    """A process of its own: the tests import what a worker might not."""
    code = "import workers.settings; from backend.esign import request; print(*request.USES)"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )  # our own words
    assert said.stdout.split() == ["consent", "handoff"]

"""What was handed on goes to the department's own system: as a file, or by a signed POST, until it has it."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from aiohttp import web

from backend import cases, clock, crossregion, db
from backend.crossregion import export, outbox
from backend.settings import Partner, settings
from tests.crossregion.test_eligible import at_the_desk
from tests.crossregion.test_intake import PATH, handed_in, officer, signed, taken_in
from workers.export_cases import export_cases

SECRET, ITEM = "a secret of sixteen or more", "医药费零星报销"


class System:
    """A department's own system on loopback; `script` says how the next requests are answered."""

    def __init__(self) -> None:
        self.script: list[int] = []
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.to = Partner("shebao", "", SECRET)

    async def take(self, request: web.Request) -> web.Response:
        """One case; its signature is read by the rules of `signing.py`, not by its code."""
        body, head = await request.read(), request.headers
        lines = [
            "POST", request.path, head["X-Desk-Key"], head["X-Desk-Timestamp"], head["X-Desk-Nonce"],
            head["Idempotency-Key"], hashlib.sha256(body).hexdigest(),
        ]  # fmt: skip
        wanted = hmac.new(SECRET.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        assert head["X-Desk-Signature"] == wanted
        self.got.append((head["Idempotency-Key"], json.loads(body)))
        status = self.script.pop(0) if self.script else 200
        return web.json_response({"number": "SB-2026-7"} if status == 200 else {}, status=status)


@pytest.fixture
async def system(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    found, app = System(), web.Application()
    app.router.add_post("/v1/cases", found.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    goes_to(monkeypatch, Partner("shebao", f"http://127.0.0.1:{runner.addresses[0][1]}/v1/cases", SECRET))
    yield found
    await runner.cleanup()


def goes_to(monkeypatch: pytest.MonkeyPatch, target: Partner) -> None:
    configured = msgspec.structs.replace(settings(), desk_export=target)
    for module in (export, outbox):
        monkeypatch.setattr(module, "settings", lambda: configured)


async def handed_on(client: httpx.AsyncClient) -> UUID:
    case = await taken_in(client, ITEM)
    await signed(client, case)
    await handed_in(client, case)
    assert (await client.post(f"{PATH}/cases/{case}/hand-over")).status_code == 303
    return case


def the_only_file(folder: Path) -> tuple[Path, dict[str, Any]]:
    [file] = folder.rglob("*.json")
    return file.relative_to(folder), json.loads(file.read_bytes())


async def later(seconds: int) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(seconds=seconds))


async def told(case: UUID) -> dict[str, Any]:
    found = await outbox.exported(case)
    assert found
    return found


async def test_a_folder_gets_one_file_with_everything_that_is_keyed_in(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    goes_to(monkeypatch, Partner("", tmp_path.as_uri(), ""))
    await at_the_desk(client)
    case = await handed_on(client)
    await export_cases({})
    place, found = the_only_file(tmp_path)
    one = await cases.seen(case)
    assert place == Path(one["department_code"], f"{one['number']}.json")
    assert (found["format"], found["item"], found["applicant"]) == ("qiban.case/1", ITEM, "李四喜")
    assert found["phone"] == "10000007777"
    assert {paper["checked"] for paper in found["papers"]} == {True}
    assert all(len(paper["sha256"]) == 64 for paper in found["papers"])
    assert (await told(case))["sent_at"]
    assert await crossregion.to_export() == []


async def test_a_system_that_is_away_is_asked_again_and_its_number_comes_back(
    client: httpx.AsyncClient, system: System
) -> None:
    await at_the_desk(client)
    case = await handed_on(client)
    system.script = [503, 200]
    await export_cases({})
    failed = await told(case)
    assert (failed["tries"], failed["said"], failed["sent_at"]) == (1, "http-503", None)
    page = (await client.get(f"{PATH}/cases/{case}")).text
    assert "第 1 次没推成（http-503）" in page
    await export_cases({})
    assert len(system.got) == 1, "not before its time"
    await later(31)
    await export_cases({})
    assert len({key for key, _ in system.got}) == 1
    assert (await told(case))["sent_at"]
    assert (await cases.seen(case))["external_case_no"] == "SB-2026-7"
    await later(4000)
    await export_cases({})
    assert len(system.got) == 2


async def test_what_is_refused_waits_for_somebody_who_looks(
    client: httpx.AsyncClient, system: System
) -> None:
    await at_the_desk(client)
    case = await handed_on(client)
    system.script = [422]
    await export_cases({})
    assert (await told(case))["next_at"] is None
    assert "没能推送到部门系统（http-422）" in (await client.get(f"{PATH}/cases/{case}")).text
    assert (await client.post(f"{PATH}/cases/{case}/exports")).status_code == 303
    await export_cases({})
    assert (await told(case))["sent_at"]


async def test_nobody_asks_for_ever(client: httpx.AsyncClient, system: System) -> None:
    await at_the_desk(client)
    case = await handed_on(client)
    system.script = [500] * 100
    for _ in range(export.MOST + 3):
        await export_cases({})
        await later(export.LONGEST + 1)
    assert len(system.got) == export.MOST
    assert (await told(case))["next_at"] is None


async def test_what_a_dead_worker_took_is_taken_again(client: httpx.AsyncClient, system: System) -> None:
    await at_the_desk(client)
    case = await handed_on(client)
    [row] = await crossregion.to_export()
    now = await clock.now()
    await db.rows(export.TAKEN, row, now + export.LEASE, now)  # and then it died
    assert not await crossregion.export_case(row)
    await later(31)
    assert await crossregion.export_case(row)
    assert len(system.got) == 1
    assert (await told(case))["tries"] == 2


async def test_a_case_that_is_transferred_goes_to_its_new_department_too(
    client: httpx.AsyncClient, system: System
) -> None:
    await at_the_desk(client)
    case = await handed_on(client)
    await export_cases({})
    [other] = await db.rows(
        "SELECT code FROM department WHERE id <> $1 LIMIT 1", (await cases.seen(case))["department"]
    )
    await cases.transfer(case, other["code"], "归他们管", await officer(ITEM))
    await export_cases({})
    assert [document["department_code"] for _, document in system.got][1] == other["code"]
    assert len({key for key, _ in system.got}) == 2, "no system takes it for the one it has"


async def test_what_is_transferred_while_it_is_on_its_way_goes_out_anew(
    client: httpx.AsyncClient, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at_the_desk(client)
    case, by = await handed_on(client), await officer(ITEM)
    old = (await cases.seen(case))["department"]
    [other] = await db.rows("SELECT code FROM department WHERE id <> $1 LIMIT 1", old)
    sent = export._sent

    async def slow(*given: Any) -> str:
        number = await sent(*given)
        if len(system.got) == 1:
            await cases.transfer(case, other["code"], "归他们管", by)
            await crossregion.to_export()  # another worker's sweep
        return number

    monkeypatch.setattr(export, "_sent", slow)
    await export_cases({})
    await later(31)
    await export_cases({})
    assert [document["department_code"] for _, document in system.got][1:] == [other["code"]]


async def test_a_number_that_somebody_wrote_down_stays(client: httpx.AsyncClient, system: System) -> None:
    await at_the_desk(client)
    case = await handed_on(client)
    await cases.renumber(case, "HAND-1", await officer(ITEM))
    await export_cases({})
    assert (await cases.seen(case))["external_case_no"] == "HAND-1"


async def test_without_a_system_nothing_is_kept_and_the_file_comes_by_hand(client: httpx.AsyncClient) -> None:
    by = await at_the_desk(client)
    case = await taken_in(client, ITEM)
    early = await client.post(f"{PATH}/cases/{case}/files")
    assert early.status_code == 409
    assert "printed" not in [event["kind"] for event in (await cases.show_to_staff(case, by))["events"]]
    await signed(client, case)
    await handed_in(client, case)
    await client.post(f"{PATH}/cases/{case}/hand-over")
    assert await outbox.exported(case) is None
    answer = await client.post(f"{PATH}/cases/{case}/files")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.json()["applicant"] == "李四喜"

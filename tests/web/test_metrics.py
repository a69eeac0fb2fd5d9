"""Numbers for Prometheus: for nobody else, by route and not by address, and the same from however many processes."""

import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest

from backend import appointments, db, hints, notify, sms
from backend.commands import worker_metrics
from backend.health import HEARTBEAT
from backend.settings import Settings
from backend.web import metrics
from tests import factories as make
from tests.identity.steps import later
from tests.races.processes import until
from tests.races.web import Web

TOKEN = "a token that nobody guesses"


def values(text: str, name: str) -> dict[str, float]:
    """The samples of a name by their labels."""
    found = re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


async def scraped(client: httpx.AsyncClient, **headers: str) -> str:
    answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_request_is_counted_by_its_template_and_never_by_its_address(
    client: httpx.AsyncClient,
) -> None:
    before = values(await scraped(client), "qiban_http_requests_total")
    await client.get("/items/7d3b8c1e-0f56-4c1a-9d0e-3a1f6f1f2a10?q=320681190001010012")
    await client.get("/nowhere/10000009999")
    text = await scraped(client)
    assert "10000009999" not in text
    assert "320681190001010012" not in text
    assert "7d3b8c1e" not in text
    key = 'method="GET",route="/items/{item}",status="4xx"'
    assert values(text, "qiban_http_requests_total")[key] == before.get(key, 0) + 1
    assert values(text, "qiban_http_request_seconds_count")['method="GET",route="/items/{item}"'] >= 1


async def test_an_event_stream_is_counted_but_its_life_is_no_latency(client: httpx.AsyncClient) -> None:
    from tests import world
    from tests.world import AN_OWNER

    found = await world.build()
    await world.be(client, found, AN_OWNER)
    assert (await client.get("/live")).status_code == 200
    text = await scraped(client)
    assert values(text, "qiban_http_requests_total")['method="GET",route="/live",status="2xx"'] >= 1
    assert not [labels for labels in values(text, "qiban_http_request_seconds_count") if "/live" in labels]
    assert values(text, "qiban_live_streams") == {"": 0.0}


async def test_the_outbox_and_what_became_of_it_come_from_the_database(client: httpx.AsyncClient) -> None:
    owner, somebody = await make.citizen()
    item, slot = await make.bookable()
    await appointments.book(slot.id, item.id, somebody.id, by=owner.id)
    await later(seconds=90)
    text = await scraped(client)
    assert values(text, "qiban_outbox_lag_seconds")[""] >= 90
    assert values(text, "qiban_notices_due")[""] == 1
    await notify.sweep()
    async with db.transaction():
        await sms.send("10000000001", "您的验证码是 000000", key="a", kind="code")
    text = await scraped(client)
    assert values(text, "qiban_outbox_lag_seconds") == {"": 0.0}
    told = values(text, "qiban_notices_last_hour")
    assert told['kind="appointment-booked",state="delivered"'] == 1
    assert values(text, "qiban_sms_last_hour") == {'kind="code",state="waiting"': 1.0}


async def test_a_worker_s_heartbeat_has_an_age_and_its_silence_shows(client: httpx.AsyncClient) -> None:
    await (await hints.redis()).psetex(HEARTBEAT, 8000, b"well")
    text = await scraped(client)
    assert values(text, "qiban_worker_up") == {"": 1.0}
    assert 2.9 < values(text, "qiban_worker_heartbeat_age_seconds")[""] < 10
    await (await hints.redis()).delete(HEARTBEAT)
    text = await scraped(client)
    assert values(text, "qiban_worker_up") == {"": 0.0}
    assert values(text, "qiban_worker_heartbeat_age_seconds") == {}


# --- who may ask ---


@pytest.mark.parametrize(
    ("peer", "headers", "found"),
    [
        ("127.0.0.1", {}, 200),
        ("10.0.0.9", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.5"}, 404),
        ("127.0.0.1", {"forwarded": "for=203.0.113.5"}, 404),
        ("10.0.0.9", {"x-forwarded-for": "127.0.0.1"}, 404),
    ],
)
async def test_without_a_token_only_this_machine_itself(
    app: Any, peer: str, headers: dict[str, str], found: int
) -> None:
    transport = httpx.ASGITransport(app=app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://qiban.test") as client:
        assert (await client.get("/metrics", headers=headers)).status_code == found


@pytest.mark.parametrize(
    ("given", "found"), [("", 404), ("Bearer wrong", 404), (TOKEN, 404), (f"Bearer {TOKEN}", 200)]
)
async def test_with_a_token_whoever_knows_it_and_nobody_else_not_even_this_machine(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, given: str, found: int
) -> None:
    monkeypatch.setattr(metrics, "settings", lambda: Settings(metrics_token=TOKEN))
    answer = await client.get("/metrics", headers={"authorization": given} if given else {})
    assert answer.status_code == found
    assert ("qiban_http" in answer.text) == (found == 200)


# --- many processes ---


def processes_that_counted(folder: Path) -> set[str]:
    """The serving processes that have files of their own."""
    return {path.stem.rpartition("_")[2] for path in folder.glob("qiban-metrics-*/counter_*.db")}


async def test_two_processes_count_as_one_and_the_dead_keep_nothing_open(tmp_path: Path) -> None:
    web = Web(tmp_path / "log", os.environ["REDIS_URL"], WEB_PROCESSES="2", TMPDIR=f"{tmp_path}")
    try:
        await web.start()
        asked = 0

        async def both_have_counted() -> bool:
            nonlocal asked
            async with web.browser() as browser:  # a new connection each time: either process may take it
                assert (await browser.get("/privacy")).status_code == 200
            asked += 1
            return len(processes_that_counted(tmp_path)) == 2

        await until(both_have_counted)
        said = set()
        for _ in range(4):
            async with web.browser() as browser:
                text = await scraped(browser)
                said.add(
                    values(text, "qiban_http_requests_total")['method="GET",route="/privacy",status="2xx"']
                )
        assert said == {float(asked)}
    finally:
        web.stop()


def test_what_a_killed_process_had_open_is_open_no_more(tmp_path: Path) -> None:
    mine, dead = tmp_path / f"gauge_livesum_{os.getpid()}.db", tmp_path / "gauge_livesum_999999999.db"
    kept = tmp_path / "counter_999999999.db"
    for path in (mine, dead, kept):
        path.touch()
    metrics.forget_the_dead(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, kept.name}


# --- workers ---


async def test_a_job_is_counted_by_how_it_ended() -> None:
    async def well(ctx: dict[str, object]) -> None:
        """Ends."""

    async def badly(ctx: dict[str, object]) -> None:
        raise ValueError("on purpose")

    await worker_metrics.counted(well)({})
    with pytest.raises(ValueError, match="on purpose"):
        await worker_metrics.counted(badly)({})
    text = generate_latest(worker_metrics.OWN).decode()
    assert values(text, "qiban_jobs_total")['job="well",outcome="done"'] == 1
    assert values(text, "qiban_jobs_total")['job="badly",outcome="failed"'] == 1


@pytest.mark.parametrize("token", ["", TOKEN])
async def test_a_worker_tells_them_on_a_port_of_its_own(token: str) -> None:
    from backend.local.server import free_port

    found = Settings(worker_metrics_port=free_port(), metrics_token=token)
    with worker_metrics.told(found):
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{found.worker_metrics_port}", trust_env=False
        ) as client:
            bare = await client.get("/metrics")
            known = await client.get("/metrics", headers={"authorization": f"Bearer {token}".strip()})
            assert (bare.status_code, known.status_code) == (404 if token else 200, 200)
            assert "qiban_job" in known.text
            assert (await client.get("/other")).status_code == 404

"""What a load balancer asks: alive, and able to serve people."""

import httpx

from backend import hints
from backend.health import HEARTBEAT


async def test_alive_asks_nobody_else(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_without_a_workers_heartbeat_it_is_not_ready(client: httpx.AsyncClient) -> None:
    await (await hints.redis()).delete(HEARTBEAT)
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["redis"], answer.json()["worker"]) == (True, True, False)


async def test_with_everything_well_it_is_ready_and_tells_the_outboxs_lag(client: httpx.AsyncClient) -> None:
    await (await hints.redis()).set(HEARTBEAT, b"well", ex=5)
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": True,
        "redis": True,
        "worker": True,
        "outbox_lag": 0,
    }

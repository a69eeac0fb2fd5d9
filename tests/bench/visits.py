"""Visits: how many records a second one web process takes in, against the cryptography alone; how long an agent waits
for “已保存在本机” with a megabyte of photographs, and for the page without a network.
"""

import asyncio
import functools
import pickle
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from playwright.sync_api import Page, sync_playwright

from backend import clock, records, reference
from backend.identity.sessions import open_session
from backend.identity.tables import StaffRole
from backend.sync import chain, kinds, seal
from e2e.conftest import ARGS, binary
from e2e.faults import agent
from tests import world
from tests.bench import clients
from tests.bench.ground import PORT, ground, web
from tests.sync.phone import AGENT, Phone

PHONES, EACH, SECONDS = 32, 120, 30.0
RUNS = 20
SAVED = """() => new Promise(resolve => {
  const began = performance.now(), seen = new MutationObserver(() => {
    if (document.body.dataset.shown === "saved") { seen.disconnect(); resolve(performance.now() - began) }
  });
  seen.observe(document.body, {attributes: true});
  document.querySelector("[data-screen=finish] [data-do=done]").click();
})"""


async def sync() -> dict[str, Any]:
    """Records of 32 phones, each its own chain, without documents."""
    async with ground():
        phones = [await Phone(httpx.AsyncClient()).register() for _ in range(PHONES)]
        sent = [(phone, phone.record()) for _ in range(EACH) for phone in phones]
        limit = _cryptography(sent[:300])
        with tempfile.NamedTemporaryFile() as file:
            file.write(pickle.dumps([_request(phone, body) for phone, body in reversed(sent)]))
            file.flush()
            async with web():
                said, seconds = await clients.load(functools.partial(_requests, file.name), PORT, SECONDS)
    if set(said) != {200}:
        raise RuntimeError(f"answers {dict(said)}")
    return {
        "value": round(said[200] / seconds, 1), "unit": "records/s", "limit": round(limit, 1),
        "limit_by": "verify, open and sign alone", "records": said[200],
    }  # fmt: skip


def _request(phone: Phone, body: bytes) -> bytes:
    head = [
        f"PUT /sync/visits/{chain.read(body).id} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}",
        f"Sync-Signature: {seal.encoded(phone.sign(body))}", "", "",
    ]  # fmt: skip
    return "\r\n".join(head).encode() + body


def _requests(path: str) -> list[bytes]:
    found: list[bytes] = pickle.loads(Path(path).read_bytes())  # written by this bench a moment ago
    return found


def _cryptography(sent: list[tuple[Phone, bytes]]) -> float:
    signed = [(seal.point(phone.key.public_key()), body, phone.sign(body)) for phone, body in sent]
    records.know()
    began = time.perf_counter()
    for key, body, signature in signed:
        seal.genuine(key, body, signature)
        kinds.facts_of(body)
        seal.sign(body)
    return len(sent) / (time.perf_counter() - began)


async def save() -> dict[str, Any]:
    """p95 of the tap on the last button; two photographs, a megabyte together."""
    return await _on_a_phone(_save, 300)


async def cold_offline() -> dict[str, Any]:
    """p95 of launching the page without a network until a visit can be written down in it: the PIN, which is slow on
    purpose, and the tap are in it.
    """
    return await _on_a_phone(_cold, 1000)


async def _on_a_phone(measure: Any, limit: int) -> dict[str, Any]:
    async with ground():
        await reference.load()
        by: UUID = await world.staff(AGENT)
        await StaffRole.insert(StaffRole(staff=by, role="agent", scope_kind="village", scope=agent.VILLAGE))
        token = await open_session(await clock.now(), "bench", staff=by)
        async with web():
            times = await asyncio.to_thread(_browse, measure, token)
    return {
        "value": round(statistics.quantiles(times, n=20)[-1], 1), "unit": "ms, p95", "limit": limit,
        "limit_by": "the issue", "median": round(statistics.median(times), 1), "runs": len(times),
    }  # fmt: skip


def _browse(measure: Any, token: str) -> list[float]:
    home = f"http://127.0.0.1:{PORT}"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            f"{folder}/profile", executable_path=binary(), args=ARGS, base_url=home, locale="zh-CN",
            viewport={"width": 360, "height": 740}, reduced_motion="reduce",
        )  # fmt: skip
        browser.add_cookies([{"name": "session", "value": token, "url": home}])
        page = browser.pages[0]
        agent.register(page)
        browser.set_offline(True)
        times: list[float] = [measure(page, Path(folder), n) for n in range(RUNS)]
        browser.close()
    return times


def _save(page: Page, folder: Path, n: int) -> float:
    agent.fill(page, [agent.picture(folder, 2 * n + turn, 888) for turn in range(2)])
    taken: float = page.evaluate(SAVED)
    agent.do(page, "home")
    agent.on(page, "home")
    return taken


def _cold(page: Page, folder: Path, n: int) -> float:
    fresh = page.context.new_page()
    began = time.perf_counter()
    agent.unlock(fresh)
    agent.do(fresh, "start")
    fresh.get_by_label("办事人姓名", exact=True).wait_for()
    taken = (time.perf_counter() - began) * 1000
    fresh.close()
    return taken

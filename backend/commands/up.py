"""`up`: everything on one machine, from nothing to one table of addresses, until Ctrl-C."""

import asyncio
import datetime as dt
import signal
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from backend import local
from backend.commands import ground, prepare, relay, tls, trust
from backend.commands.serve import port_is_free
from backend.commands.steps import step
from backend.commands.table import codes, table
from backend.settings import settings
from backend.supervise import Child, supervise

READY_WITHIN = 120.0  # seconds from the start of web and worker to /readyz, on a very busy machine
TOO_OFTEN = 3  # deaths before it was ever ready


def up() -> None:
    """Start everything, print the table, keep it running. Refuses: BadSetting, Unusable, one line each."""
    found = ground.checked()
    port_is_free(found)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as held:
        if found.tls:
            held.enter_context(trust.door(found, tls.ready(found, dt.datetime.now(dt.UTC))))
        with step("准备 PostgreSQL 与 Redis"):
            services = held.enter_context(ground.ground(join=False))
            if not (services and services.redis_url):
                ground.reach_redis()
        with step("更新数据库结构"):
            changed = ground.run(prepare.migrate)
        # A fresh database is filled before anybody looks; one in use stands while its data is compared.
        sign_ins = ground.run(_fill) if changed else None
        again = held.enter_context(relay.beside(found, services))
        asyncio.run(_serve(lambda: [*(services.revive() if services else []), *again()], sign_ins))
    print("已停止", flush=True)


async def _fill() -> list[Any]:
    with step("载入大厅、部门与事项"):
        await prepare.load_if_changed()
    if settings().mode != "demo":
        return []
    with step("准备演示用的一周"):
        return await prepare.demo()


async def _serve(revive: Callable[[], list[str]], sign_ins: list[Any] | None) -> None:
    children = [Child(name, [sys.executable, "-m", "backend", name]) for name in ("web", "worker")]
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    kept = asyncio.create_task(supervise(children, stop, revive))
    kept.add_done_callback(lambda _: stop.set())
    try:
        await _say_when_ready(children, stop, await ground.pooled(_fill) if sign_ins is None else sign_ins)
        await stop.wait()
        print("正在停止 …", flush=True)
    finally:
        stop.set()
        await kept


async def _say_when_ready(children: list[Child], stop: asyncio.Event, sign_ins: list[Any]) -> None:
    with step("启动网页与后台任务"):
        await _until_ready(children, stop)
    if not stop.is_set():
        found = settings()
        home = tls.address(found) if found.tls else found.public_url or _home()
        print(table(home, sign_ins) + (codes(tls.door(found), home) if found.tls else ""), flush=True)


async def _until_ready(children: list[Child], stop: asyncio.Event) -> None:
    until = asyncio.get_running_loop().time() + READY_WITHIN
    while not stop.is_set() and not await asyncio.to_thread(_is_ready):
        late = asyncio.get_running_loop().time() > until
        failing = [child.name for child in children if child.deaths >= TOO_OFTEN]
        if late or failing:
            raise local.Unusable(f"{' and '.join(failing) or 'web'} does not start; the lines above say why")
        await asyncio.sleep(0.1)


def _is_ready() -> bool:
    try:
        with urllib.request.urlopen(f"{_home()}/readyz", timeout=5, context=_trusting()) as answer:  # noqa: S310  (our own address)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _trusting() -> ssl.SSLContext | None:
    found = settings()
    return ssl.create_default_context(cafile=tls.files(found.data).authority) if found.tls else None


def _home() -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings().host, settings().host)  # noqa: S104
    return f"{'https' if settings().tls else 'http'}://{host}:{settings().port}"

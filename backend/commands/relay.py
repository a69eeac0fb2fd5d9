"""The relay that `up` starts beside itself, unless the environment names one."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from backend import local
from backend.commands import tls
from backend.local import turn
from backend.settings import Settings, settings

NONE = "· 没有找到 coturn（turnserver）：屏对屏只能直接连，隔着网络可能连不上。Debian 上可以 apt-get install coturn"


@contextmanager
def beside(found: Settings, services: local.Services | None) -> Iterator[Callable[[], list[str]]]:
    """Until the end of the block pages are told of it; what to call every second, which starts it again if it died."""
    if found.turn_urls or found.mode == "production":
        yield list
        return
    started = turn.start(found.data, found.turn_address, _certificate(found))
    if not started:
        print(NONE, flush=True)
        yield list
        return
    server, told = started
    _use(told, found, services)
    try:
        yield lambda: [server.log.stem] if server.revive() else []
    finally:
        server.stop()


def _certificate(found: Settings) -> turn.Certificate | None:
    if not found.tls:
        return None
    have = tls.ready(found, dt.datetime.now(dt.UTC))
    return turn.Certificate(have.chain.resolve(), have.key.resolve())


def _use(told: dict[str, str], found: Settings, services: local.Services | None) -> None:
    os.environ.update(told)
    settings.cache_clear()
    if services:
        local.tell(found.data, **told)  # for a `doctor` that joins

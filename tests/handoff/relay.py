"""A real relay (coturn) of our own on loopback, and this process told of it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend import settings
from backend.commands import tls
from backend.local import turn
from backend.local.server import Server


@contextmanager
def relayed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Server]:
    """It runs until the end of the block, by UDP, TCP and TLS; `stop` and `spawn` it between."""
    have = tls.ready(settings.Settings(data=folder), dt.datetime.now(dt.UTC))
    started = turn.start(folder, "127.0.0.1", turn.Certificate(have.chain, have.key))
    assert started, "coturn is not there: apt-get install coturn"
    server, told = started
    with monkeypatch.context() as patched:
        for name, value in told.items():
            patched.setenv(name, value)
        settings.settings.cache_clear()
        yield server
    server.stop()
    settings.settings.cache_clear()

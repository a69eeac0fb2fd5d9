"""Real PostgreSQL and Redis for every test; one database a process, migrated once, emptied by DELETE.

The clock of every test starts on Monday, 23 November 2026, 10:00 in Qidong, and runs on from there.
"""

import gc
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import hypothesis
import pytest
from litestar import Litestar

from backend import clock, local
from tests import factories, sample, told

ROOT = Path(__file__).resolve().parents[1]

# A busy machine is no fault, and the same code is asked the same.
hypothesis.settings.register_profile("qiban", deadline=None, derandomize=True)
hypothesis.settings.load_profile("qiban")

_running: list[local.Services] = []
_server: list[str] = []  # where the database of this process is made


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests --long`: whole matrices where a seeded sample is asked else."""
    parser.addoption("--long", action="store_true", help="ask everything, not a sample")


def pytest_configure(config: pytest.Config) -> None:
    """Start what no URL was given for, before anything of ours reads the environment."""
    sample.whole[:] = [True] if config.getoption("long") else []
    os.environ["MODE"] = "test"
    os.environ["FILES_URL"] = (_folder() / "files").as_uri()
    os.environ.update(local.keys(_folder()))
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not all(given):
        services = local.start(_folder(), database=not given[0], redis=not given[1], spare=True)
        _running.append(services)
        os.environ["DATABASE_URL"] = given[0] or services.database_url
        os.environ["REDIS_URL"] = given[1] or services.redis_url
    # Named before anything is collected: a module that asks for the settings when it is imported would
    # else keep the server's own database, and tests and the processes they start would use two.
    _server.append(os.environ["DATABASE_URL"])
    os.environ["DATABASE_URL"] = f"{_server[0].rpartition('/')[0]}/test_{uuid.uuid4().hex[:12]}"


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays until the end: looking for rubbish there again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what we started."""
    for services in _running:
        services.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, and how much of the matrices was asked."""
    for said in filter(None, [*told.lines, sample.said()]):
        terminalreporter.write_line(said)


def _folder() -> Path:
    folder = ROOT / ".local" / "test"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
async def database() -> AsyncIterator[str]:
    """A fresh database of this process, with every migration run and the pool open."""
    from backend import db, hints
    from backend.commands.prepare import migrate

    name = os.environ["DATABASE_URL"].rpartition("/")[2]
    connection = await asyncpg.connect(_server[0])
    await connection.execute(f'CREATE DATABASE "{name}"')
    await migrate()
    await db.open_pool()
    yield os.environ["DATABASE_URL"]
    await hints.close()
    await db.close_pool()
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


async def emptied() -> None:
    """Empty tables."""
    from tests.kept import empty

    await empty()


@pytest.fixture(autouse=True)
async def fresh(database: str) -> None:
    """Empty tables, and the clock at Monday 10:00."""
    await emptied()
    await clock.move_to(factories.MONDAY)


@pytest.fixture(scope="session")
def app(database: str) -> Litestar:
    """The application; one for all tests, because compiling every template takes most of a second."""
    from backend.app import create_app

    return create_app()


@pytest.fixture
async def client(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript, inside this process; it follows no redirect by itself. It reads an answer to its
    end, so an event stream says its first word and ends.
    """
    from backend.web import live

    monkeypatch.setattr(live, "LIFE", 0.0)
    transport = httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://qiban.test", headers={"sec-fetch-site": "same-origin"}
    ) as found:
        yield found

"""The embedded PostgreSQL and Redis: kept data, no residue of killed runs, no strangers harmed."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import redis

from backend import local
from tests.setup.commands import ROOT

HOLD = """
import sys, time
from pathlib import Path
from backend import local
services = local.start(Path(sys.argv[1]))
print(*(server.process.pid for server in services.servers), flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


async def remembered(url: str) -> int:
    """How many notes are in the database, one more each time."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS note (); INSERT INTO note DEFAULT VALUES")
    found: int = await connection.fetchval("SELECT count(*) FROM note")
    await connection.close()
    return found


def hold(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Another process that has the servers running; with their process ids."""
    command = [sys.executable, "-c", HOLD, f"{folder}"]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    return holder, [int(pid) for pid in holder.stdout.readline().split()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local") / "data"


async def test_data_outlives_a_stop(folder: Path) -> None:
    with local.running(folder, spare=False) as services:
        first = await remembered(services.database_url)
    with local.running(folder, spare=False) as services:
        assert await remembered(services.database_url) == first + 1


def test_only_its_owner_can_read_a_secret(folder: Path) -> None:
    with local.running(folder, spare=False):
        local.keys(folder)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.secret")}
    assert {"postgres.secret", "redis.secret", "urls.secret", "sm4.secret", "index.secret"} <= set(modes)
    assert set(modes.values()) == {0o600}


async def test_nobody_gets_in_without_the_password(folder: Path) -> None:
    with local.running(folder, spare=False) as services:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(services.database_url.replace("qiban:", "qiban:x"))
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(services.redis_url.replace("//:", "//:x")).ping()


async def test_a_killed_run_leaves_nothing_that_breaks_the_next(folder: Path) -> None:
    holder, servers = hold(folder)
    holder.kill()
    holder.wait()
    with local.running(folder, spare=False) as services:
        assert await remembered(services.database_url)
        assert not any(alive(pid) for pid in servers)


@pytest.mark.skipif(sys.platform != "linux", reason="a signal at the parent's death is Linux's")
def test_servers_die_with_a_killed_parent(folder: Path) -> None:
    holder, servers = hold(folder)
    holder.kill()
    holder.wait()
    until = time.monotonic() + 10
    while any(alive(pid) for pid in servers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in servers)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


async def test_a_pid_file_that_names_a_stranger_harms_nobody(
    folder: Path, stranger: subprocess.Popen[bytes]
) -> None:
    (folder / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{folder}/postgres\n")
    (folder / "redis.pid").write_text(f"{stranger.pid}\n")
    with local.running(folder, spare=False) as services:
        assert await remembered(services.database_url)
        assert stranger.poll() is None


async def test_a_dead_server_comes_back_on_its_port_with_its_data(folder: Path) -> None:
    with local.running(folder, spare=False) as services:
        before = await remembered(services.database_url)
        server = services.servers[0]
        assert server.process
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        revived = [services.revive()]
        for _ in range(100):
            # Its orphaned processes may still hold the data for a moment; `up` asks again every second.
            if server.process.poll() is not None:
                revived.append(services.revive())
            elif server.ready(server.process.pid):
                break
            await asyncio.sleep(0.1)
        assert revived[0] == ["postgres"]
        assert await remembered(services.database_url) == before + 1


def test_a_folder_serves_one_process_and_tells_the_others_where(folder: Path) -> None:
    with local.running(folder, spare=False) as services:
        with pytest.raises(local.Busy):
            local.start(folder)
        assert local.urls(folder)["DATABASE_URL"] == services.database_url
        with local.running(folder) as spare:
            assert spare.folder == folder.with_name("data-2")


def test_a_first_run_interrupted_half_way_starts_afresh(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    with local.running(tmp_path, spare=False) as services:
        assert services.database_url

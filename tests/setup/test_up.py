"""`python -m backend up` as an operator meets it: started, wounded, stopped, started again.

Without the demo week, which e2e starts with: it would cost more than all of this.
"""

import base64
import hmac
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend import local, stun
from backend.local.server import free_port
from tests.setup.commands import ROOT, environment, run
from tests.told import tell

PATIENCE = 60.0
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Running:
    """An `up` of our own, with what it has said so far."""

    def __init__(self, data: Path, **more: str) -> None:
        self.port = free_port()
        self.said = data.with_suffix(".said")
        self.began = time.monotonic()
        given = environment(data, PORT=str(self.port), MODE="test", **more)
        with self.said.open("w") as said:
            command = [sys.executable, "-m", "backend", "up"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=said, stderr=said)

    def words(self) -> str:
        return self.said.read_text()

    def has_said(self, words: str) -> float:
        """Wait for the words; returns the seconds since the start."""
        until(lambda: words in self.words() or self.process.poll() is not None, self.words)
        assert words in self.words()
        return time.monotonic() - self.began

    def readiness(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                found: dict[str, object] = json.load(answer)
        except (urllib.error.URLError, OSError):
            return {}
        return found

    def children(self, name: str = "") -> list[int]:
        """Process ids of all that runs below it; or of its `web` or `worker`."""
        return [pid for pid in below(self.process.pid) if f"backend {name}" in command_of(pid) or not name]


def below(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(each) for each in listed.read_text().split()] if listed.exists() else []
    return direct + [each for child in direct for each in below(child)]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def until(holds: Callable[[], bool], words: Callable[[], str]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, words()
        time.sleep(0.05)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Running]:
    up = Running(data)
    yield up
    up.process.kill()
    up.process.wait()


def test_it_prints_where_to_go_once_all_is_well(running: Running) -> None:
    running.has_said("Ctrl-C")
    assert f"http://127.0.0.1:{running.port}/console" in running.words()
    assert running.readiness()["status"] == "ok"


def test_a_killed_worker_is_replaced(running: Running) -> None:
    (worker,) = running.children("worker")
    os.kill(worker, signal.SIGKILL)
    until(lambda: running.children("worker") not in ([], [worker]), running.words)
    assert '"child": "worker"' in running.words()


def test_a_killed_web_is_replaced_and_answers_again(running: Running) -> None:
    web = running.children("web")
    os.kill(web[0], signal.SIGKILL)
    until(lambda: not {*web} & {*running.children("web")}, running.words)
    until(lambda: bool(running.children("web")), running.words)
    until(lambda: running.readiness().get("status") == "ok", running.words)


def test_the_relay_gives_a_place_and_a_killed_one_comes_back(running: Running, data: Path) -> None:
    told = local.urls(data)
    name = f"{int(time.time()) + 60}:a"
    password = base64.b64encode(hmac.digest(told["TURN_SECRET"].encode(), name.encode(), "sha1")).decode()
    (killed,) = [pid for pid in running.children() if "turnserver" in command_of(pid)]
    assert told["TURN_SECRET"] not in command_of(killed)
    os.kill(killed, signal.SIGKILL)

    def gives() -> bool:
        try:
            return not any(stun.allocate(url, name, password) for url in told["TURN_URLS"].split(","))
        except OSError:
            return False

    until(gives, running.words)
    assert '"server": "turn"' in running.words()


@pytest.mark.parametrize("server", ["bin/postgres -D", "redis-server"])
def test_a_killed_server_comes_back_and_all_is_well_again(running: Running, server: str) -> None:
    (killed,) = [pid for pid in running.children() if server in command_of(pid)]
    os.kill(killed, signal.SIGKILL)
    until(lambda: not running.readiness(), running.words)
    until(lambda: running.readiness().get("status") == "ok", running.words)


def test_another_command_joins_its_servers(running: Running, data: Path) -> None:
    ended = run("staff", "add", "joined", "周导办", "guide@hall:city", data=data)
    assert "joined" in ended.stdout, ended.stderr


def test_somebody_who_leaves_is_disabled_and_a_stranger_is_one_line(running: Running, data: Path) -> None:
    ended = run("staff", "disable", "joined", data=data)
    assert (ended.returncode, "joined 已停用" in ended.stdout) == (0, True), ended.stderr
    ended = run("staff", "disable", "nobody", data=data)
    assert (ended.returncode, ended.stderr) == (1, "qiban: 没有用户名为 nobody 的工作人员\n")


def test_a_second_up_in_the_same_folder_is_one_line(running: Running, data: Path) -> None:
    ended = run("up", data=data, PORT=str(free_port()))
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert f"{data}" in ended.stderr


def test_a_signal_stops_all_of_it(running: Running) -> None:
    children = running.children()
    assert len(children) >= 4
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(PATIENCE) == 0
    ours = ("backend", "postgres", "turnserver")
    assert not [pid for pid in children if any(word in command_of(pid) for word in ours)]


def test_a_second_run_is_quick_and_keeps_the_data(running: Running, data: Path) -> None:
    assert running.process.wait(PATIENCE) == 0
    again = Running(data)
    seconds = again.has_said("Ctrl-C")
    tell(f"second run: {seconds:.1f} s")
    ended = run("staff", "add", "joined", "周导办", "guide@hall:city", data=data)
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(PATIENCE) == 0
    assert "已经有人用了" in ended.stderr
    assert seconds < PATIENCE


def test_without_coturn_it_says_in_a_line_what_will_not_work(tmp_path: Path) -> None:
    nothing = tmp_path / "bin"
    nothing.mkdir()
    for name in ("unshare", "sh"):
        (nothing / name).symlink_to(shutil.which(name) or "/bin/sh")
    up = Running(tmp_path / "data", PATH=f"{nothing}")
    up.has_said("Ctrl-C")
    assert len([line for line in up.words().splitlines() if "turnserver" in line]) == 1
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(PATIENCE) == 0

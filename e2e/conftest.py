"""One real app for the whole run, started as a person starts it, and a fresh browser window for every test.

The app's clock starts on Monday, 23 November 2026, 10:00 in Qidong, so that no run depends on the day.
"""

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from backend import stun
from backend.local.server import free_port
from e2e import forked
from e2e.watch import Watch
from tests import sample, told

ROOT = Path(__file__).resolve().parents[1]
MONDAY = "2026-11-23T10:00"
READY_WITHIN = 180.0  # seconds; a quiet machine needs about ten
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"  # the same pages for a quarter less work, without push, cameras and screens
ARGS = [
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream=fps=15",
    "--no-first-run",
]
PATIENCE = 20_000  # milliseconds; a machine may be busy
expect.set_options(timeout=PATIENCE)
_phones = itertools.count(10000005001)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest e2e --write-readme`; `pytest e2e --long`: each page in every look; `pytest e2e/faults --points 200`."""
    parser.addoption("--long", action="store_true", help="ask everything, not a sample")
    parser.addoption("--write-readme", action="store_true", help="write the README's pictures, too")
    parser.addoption("--points", type=int, default=11, help="at how many points a visit is disturbed")
    parser.addoption("--seed", type=int, default=2026, help="which points these are")


def pytest_configure(config: pytest.Config) -> None:
    """Whether everything is asked."""
    sample.whole[:] = [True] if config.getoption("long") else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured, and how much was asked."""
    for said in filter(None, [*told.lines, sample.said()]):
        terminalreporter.write_line(said)


class App:
    """The running app: its address, and the commands that reach its database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pid = folder, 0
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        strangers = (
            "DATABASE_URL",
            "REDIS_URL",
            "SM4_KEYS",
            "INDEX_KEYS",
            "VAPID_KEYS",
            "SYNC_KEYS",
            "PUBLIC_URL",
            "HOST",
            "SMS_PROVIDERS",
            "OIDC_ISSUER",
            "SIGNING",
            "SIGNING_ROOTS",
            "TURN_URLS",
            "TURN_SECRET",
            "TURN_ADDRESS",
        )
        given = {name: value for name, value in os.environ.items() if name not in strangers}
        self.env = {**given, "MODE": "demo", "PORT": str(self.port), "DATA": str(folder)}
        self.log = folder.with_suffix(".log")

    def move_clock(self, to: str) -> str:
        """Show every process another time: `2026-11-24T18:00` in Qidong, or `+2` minutes. Returns the moment.

        Whoever goes ahead goes back to where they were: what the tests before did must not lie in the future.
        """
        return self.run("e2e.clock", to).strip()

    def staff(self, *words: str) -> str:
        """`python -m backend staff …`; returns what it printed."""
        return self.run("backend", "staff", *words)

    def start(self) -> subprocess.Popen[bytes]:
        """`python -m backend up`, returned when /readyz says so."""
        command = [sys.executable, "-m", "backend", "up"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        self.pid = process.pid
        until = time.monotonic() + READY_WITHIN
        while not self._ready():
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                pytest.exit(f"the app did not start:\n{self.log.read_text()[-3000:]}", 3)
            time.sleep(0.1)
        return process

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                # The table of sign-ins is printed when the demo week is there, too.
                return bool(answer.status == 200) and "Ctrl-C" in self.log.read_text()
        except (urllib.error.URLError, OSError):
            return False

    def relay(self) -> int:
        """The process of its relay (coturn), once it answers: killed, another comes."""
        until, folder = time.monotonic() + READY_WITHIN, self.folder.resolve()
        while time.monotonic() < until:
            port = re.search(r"^listening-port=(\d+)", (folder / "turn.conf").read_text(), re.MULTILINE)
            pid = int((folder / "turn.pid").read_text() or 0)
            if port and Path(f"/proc/{pid}/stat").exists() and stun.answers("127.0.0.1", int(port[1])):
                return pid
            time.sleep(0.05)
        raise TimeoutError("no relay")

    def call_back(self, number: str) -> None:
        """The visit of this number is of the sample that is called back."""
        self.run("e2e.call_back", number)

    def run(self, module: str, *words: str) -> str:
        """`python -m module word …` in its database; returns what it printed."""
        return forked.run(module, words, self.env)


class Week(NamedTuple):
    """A data folder with the demo week in it, and when it was filled."""

    folder: Path
    at: str


@pytest.fixture(scope="session")
def week() -> Iterator[Week]:
    """Made once, for it takes half a minute; `test_tls.py` starts from nothing."""
    (ROOT / ".local").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="e2e-week-", dir=ROOT / ".local"))
    yield Week(folder, App(folder).run("e2e.prepared", MONDAY).strip())
    shutil.rmtree(folder)


def begun(week: Week, prefix: str) -> App:
    """An app in a folder of its own, which has its week already; its clock stands where that was filled."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=ROOT / ".local"))
    # Owners are kept: PostgreSQL may have run as another user.
    subprocess.run(["cp", "-a", f"{week.folder}/.", f"{folder}"], check=True)
    running = App(folder)
    running.move_clock(week.at)
    return running


@pytest.fixture(scope="session")
def app(week: Week) -> Iterator[App]:
    """`up` in a folder of its own; told to stop, it must end by itself."""
    running = begun(week, "e2e-")
    process = running.start()
    yield running
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=60)
    shutil.rmtree(running.folder)
    running.log.rename(ROOT / ".local" / "e2e.log")
    assert code == 0


def binary() -> str:
    """The system's browser; Playwright downloads none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.exit("no Chromium on PATH: install chromium and fonts-noto-cjk", 3)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run: where it is there, the one without windows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(SHELL) or binary(), args=ARGS)
        yield browser
        browser.close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(app: App, chromium: Browser) -> Iterator[NewPage]:
    """Opens windows that share nothing (360 px, reduced motion unless told); afterwards none may have erred."""
    watches: list[Watch] = []

    def opened(**options: object) -> Page:
        asked: dict[str, object] = {
            "base_url": app.url,
            "viewport": {"width": 360, "height": 740},
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "reduced_motion": "reduce",
            **options,
        }
        context = chromium.new_context(**asked)  # type: ignore[arg-type]  # plain options by name
        context.set_default_timeout(PATIENCE)
        watches.append(Watch(context, str(asked["base_url"])))
        return context.new_page()

    yield opened
    for watch in watches:
        watch.context.close()
    assert [line for watch in watches for line in watch.wrong] == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A citizen's phone."""
    return new_page()


@pytest.fixture
def other(new_page: NewPage) -> Page:
    """Somebody else's phone."""
    return new_page()


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    """A screen at the hall."""
    return new_page(viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone() -> str:
    """A number of this test's own, which cannot exist."""
    return str(next(_phones))


@pytest.fixture
def second_phone() -> str:
    """The number of somebody else."""
    return str(next(_phones))

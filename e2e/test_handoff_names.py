"""The relay's short-lived names run out while two see each other by it: they were told new ones, and go on by those."""

import shutil
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from e2e import session
from e2e.conftest import App, Week, begun
from e2e.test_handoff import relay_dies
from tests.handoff import quick

# Until when the names hold by which a page seeks a path, in seconds of the wall's clock.
UNTIL = "() => Number(window.made.at(-1).getConfiguration().iceServers[0].username.split(':')[0])"
OVER = "(until) => Date.now() / 1000 > until"


@pytest.fixture
def app(week: Week, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[App]:
    """Another app, whose names hold for a minute."""
    if not pytestconfig.getoption("--long"):
        pytest.skip("asked with --long")
    running = begun(week, "e2e-names-")
    running.env["CITY"] = str(quick.city(tmp_path_factory.mktemp("city") / "names", "turn_minutes = 1\n"))
    process = running.start()
    yield running
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=60)
    shutil.rmtree(running.folder)
    assert code == 0


def test_names_that_ended_are_not_missed(chromium: Browser, app: App) -> None:
    kind = chromium.browser_type
    with (
        session.end(kind, app, "officer", relayed="udp") as (_, officer),
        session.end(kind, app, "desk", relayed="udp") as (_, desk),
    ):
        session.meet(officer, desk, app, 60)
        pages = (officer, desk)
        first = [page.evaluate(UNTIL) for page in pages]
        for page, until in zip(pages, first, strict=True):
            page.wait_for_function(OVER, arg=until, timeout=90_000)
            assert page.evaluate(UNTIL) > until
            assert session.frames_in(page, 3, least=10) >= 10
        relay_dies(officer, desk, app)  # and a path is sought with names that hold
        for page in pages:
            assert {one["near"] for one in session.pairs(page)} == {"relay"}
        expect(officer.locator("#state")).to_have_attribute("data-state", "live")
        session.over(officer, desk)

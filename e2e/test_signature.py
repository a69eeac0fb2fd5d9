"""The consent signed on the applicant's own phone, with a real service for electronic signatures beside the app."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from backend.local.server import free_port
from e2e import steps
from e2e.conftest import PATIENCE, ROOT, App, Week, begun
from e2e.test_cases import _both
from e2e.test_crossregion import BILLS, _papers, _seat
from e2e.watch import Watch
from tests.esign.service import NAME, SECRET

ASK = re.compile("^用手机签")


@pytest.fixture(scope="module")
def place(week: Week) -> Iterator[tuple[App, str]]:
    """An app that knows the service, and where the service is."""
    app, port = begun(week, "e2e-sign-"), free_port()
    roots = app.folder.with_suffix(".pem")
    service = subprocess.Popen(
        [sys.executable, "-m", "tests.esign.service", str(port), str(roots)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert service.stdout
    assert service.stdout.readline().strip() == b"ready"
    app.env |= {
        "PUBLIC_URL": app.url, "SIGNING": f"{NAME}|http://127.0.0.1:{port}/v1/requests|{SECRET}",
        "SIGNING_ROOTS": str(roots),
    }  # fmt: skip
    process = app.start()
    yield app, f"127.0.0.1:{port}"
    service.kill()
    service.wait(timeout=10)
    service.stdout.close()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    shutil.rmtree(app.folder)
    for left in (app.log, roots):
        left.unlink()


@pytest.fixture
def screens(place: tuple[App, str], chromium: Browser) -> Iterator[tuple[Page, Page]]:
    """The desk's screen, and the applicant's phone at the service."""
    app, there = place
    contexts = [
        chromium.new_context(
            base_url=app.url,
            viewport=viewport,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        for viewport in (ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740))
    ]
    watch = Watch(contexts[0], app.url, there)
    for context in contexts:
        context.set_default_timeout(PATIENCE)
    yield contexts[0].new_page(), contexts[1].new_page()
    for context in contexts:
        context.close()
    assert watch.wrong == []


def _seated(desk: Page, phone: str) -> None:
    """Taken in; the consent lies there."""
    steps.staff(desk, "desk")
    desk.goto(f"/console/crossregion?q={BILLS}")
    desk.get_by_role("link", name=re.compile(f"^{BILLS}")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(BILLS)
    _seat(desk, phone)


def _scan(desk: Page, phone: Page, there: str) -> None:
    """What the code on the screen says is the service's to know; the phone opens the latest."""
    expect(desk.locator("#consent svg.qr")).to_be_visible()
    phone.goto(f"http://{there}/latest")
    shown = phone.locator("p").inner_text()
    expect(desk.locator("#consent")).to_contain_text(shown[:16])


def test_signed_on_the_phone_and_handed_over(
    place: tuple[App, str], screens: tuple[Page, Page], phone: str
) -> None:
    (_, there), (desk, theirs) = place, screens
    _seated(desk, phone)
    assert _both(desk, "同意书，可以用手机签") == []
    desk.reload()
    desk.get_by_role("button", name=ASK).click()
    _scan(desk, theirs, there)
    assert _both(desk, "等申请人在手机上签") == []
    desk.reload()
    theirs.get_by_role("button", name="不签").click()
    expect(desk.locator("#consent")).to_contain_text("申请人在手机上没有签")
    expect(desk.locator("#consent canvas")).to_be_visible()
    assert _both(desk, "申请人没有签") == []
    desk.reload()
    desk.get_by_role("button", name=ASK).click()
    _scan(desk, theirs, there)
    theirs.get_by_role("button", name="确认签名").click()
    expect(desk.locator("#consent .chip")).to_have_text("签好了")
    expect(desk.locator("#consent")).to_contain_text("欧阳海生")
    assert _both(desk, "用可靠电子签名签好了") == []
    desk.reload()
    _papers(desk)


def test_given_up_for_the_screen(screens: tuple[Page, Page], phone: str) -> None:
    desk, _ = screens
    _seated(desk, phone)
    desk.get_by_role("button", name=ASK).click()
    expect(desk.locator("#consent svg.qr")).to_be_visible()
    desk.get_by_role("link", name=re.compile("^看签好没有")).click()
    expect(desk.locator("#consent svg.qr")).to_be_visible()
    desk.get_by_role("button", name=re.compile("^改在屏上或纸上签")).click()
    expect(desk.locator("#consent canvas")).to_be_visible()
    expect(desk.locator("#consent svg.qr")).to_have_count(0)

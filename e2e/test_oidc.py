"""A citizen and the province's identity, with a real provider process beside the app: in, out, linked, unlinked."""

import re
import shutil
import signal
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e import steps
from e2e.conftest import PATIENCE, App, Week, begun
from e2e.judge import judge
from e2e.watch import Watch
from tests.identity.issuer import SECRET, Issuer

FONTS = "fonts.googleapis.com"  # the provider's own page asks for one; nothing here leaves the machine


@pytest.fixture(scope="module")
def place(week: Week) -> Iterator[tuple[App, Issuer]]:
    """An app that knows the provider, and the provider."""
    app = begun(week, "e2e-oidc-")
    issuer = Issuer(f"{app.url}/oidc/return")
    app.env |= {
        "PUBLIC_URL": app.url, "OIDC_ISSUER": issuer.address, "OIDC_CLIENT_ID": "qiban", "OIDC_CLIENT_SECRET": SECRET,
    }  # fmt: skip
    process = app.start()
    yield app, issuer
    issuer.stop()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    shutil.rmtree(app.folder)
    app.log.unlink()


@pytest.fixture
def phone_browser(place: tuple[App, Issuer], chromium: Browser) -> Iterator[BrowserContext]:
    """A citizen's phone that may go to the provider, and nowhere else."""
    app, issuer = place
    context = chromium.new_context(
        base_url=app.url, viewport={"width": 360, "height": 740}, locale="zh-CN", timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    context.route(re.compile(FONTS), lambda route: route.abort())
    watch = Watch(context, app.url, urlsplit(issuer.address).netloc, FONTS)
    yield context
    context.close()
    assert watch.wrong == []


def _at_the_provider(page: Page, login: str, agree: bool = True) -> None:
    """What one does there: its own pages, in English."""
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("x")
    page.get_by_role("button", name="Sign-in").click()
    if agree:
        page.get_by_role("button", name="Continue").click()


def test_a_citizen_comes_in_by_the_identity_finds_the_id_proved_and_unlinks_it(
    phone_browser: BrowserContext,
) -> None:
    page = phone_browser.new_page()
    page.goto("/session/new?next=/identities")
    assert judge(page, "the sign-in with two ways") == []
    page.get_by_role("link", name="用苏服办登录").click()
    _at_the_provider(page, "li")
    steps.press(page, "知道了，继续")
    expect(page.get_by_text("已关联苏服办")).to_be_visible()
    expect(page.get_by_text("“本人”的证件（尾号 0012）已核验")).to_be_visible()
    assert judge(page, "the linked identity") == []
    page.goto("/sessions")
    expect(page.locator(".card", has_text="最近的登录")).to_contain_text("苏服办")
    assert judge(page, "the history") == []
    steps.press(page, "退出这台设备")
    page.goto("/session/new?next=/identities")
    page.get_by_role("link", name="用苏服办登录").click()  # the provider still knows them
    expect(page.get_by_text("已关联苏服办")).to_be_visible()
    page.get_by_text("取消关联", exact=True).click()
    steps.press(page, "取消关联苏服办")
    expect(page.get_by_text("还没有关联苏服办")).to_be_visible()
    assert judge(page, "nothing linked") == []


def test_linking_from_ones_own_pages_asks_first_and_says_what_differs(
    phone_browser: BrowserContext, phone: str
) -> None:
    page = phone_browser.new_page()
    steps.settled(page, phone)
    page.goto("/me")
    page.get_by_role("link", name=re.compile("^苏服办")).click()
    page.get_by_role("link", name="去苏服办关联").click()
    _at_the_provider(page, "li-again")
    expect(page.get_by_role("heading", level=1)).to_have_text("关联苏服办")
    assert judge(page, "the question") == []
    steps.press(page, "关联苏服办")
    expect(page.get_by_role("alert")).to_contain_text("不一样，没有改动")
    assert judge(page, "what differs") == []


def test_who_cancels_there_is_offered_the_code_by_sms(phone_browser: BrowserContext) -> None:
    page = phone_browser.new_page()
    page.goto("/session/new?next=/people")
    page.get_by_role("link", name="用苏服办登录").click()
    _at_the_provider(page, "wang", agree=False)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("你没有同意用苏服办登录")).to_be_visible()
    assert judge(page, "cancelled") == []
    page.get_by_role("link", name="用短信验证码登录").click()
    expect(page.get_by_label("手机号")).to_be_visible()

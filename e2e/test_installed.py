"""The app on the home screen: what makes a browser install it, when it asks, and how a new version comes."""

import tempfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e import steps
from e2e.conftest import ARGS, App, NewPage, binary
from e2e.installed import Newer, settled
from e2e.judge import judge

APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
# Chromium tells whether it may be asked only to a window that somebody uses; the page is told as it would be.
OFFER = """() => {
  const event = Object.assign(new Event("beforeinstallprompt", {cancelable: true}), {
    prompt: async () => { window.prompted = true }, userChoice: Promise.resolve({outcome: "accepted"})});
  dispatchEvent(event);
  return event.defaultPrevented;
}"""


def test_the_browser_finds_nothing_that_keeps_it_from_installing_us(app: App, chromium: Browser) -> None:
    with tempfile.TemporaryDirectory() as profile:
        window = chromium.browser_type.launch_persistent_context(
            profile, executable_path=binary(), args=ARGS, base_url=app.url
        )
        page = window.pages[0]
        page.goto("/")
        page.evaluate("navigator.serviceWorker.ready")
        wire = window.new_cdp_session(page)
        assert wire.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        found = wire.send("Page.getAppManifest")
        assert found["errors"] == []
        assert found["url"] == f"{app.url}/app.webmanifest"
        assert [one["name"] for one in found["manifest"]["shortcuts"]] == [
            "预约办事",
            "我的预约",
            "现场取号",
            "消息",
        ]
        window.close()


def booked(page: Page, phone: str) -> None:
    """Somebody who has just booked, on the voucher."""
    steps.settled(page, phone)
    steps.book(page)


def test_who_has_just_booked_is_asked_once_and_never_again(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    page.goto("/appointments")
    assert page.evaluate(OFFER), "the browser's own bar stays away"
    expect(page.locator("[data-install]")).to_have_count(0)
    address = steps.book(page)
    page.evaluate(OFFER)
    card = page.locator("[data-install=prompt]")
    expect(card).to_be_visible()
    assert judge(page, "voucher, asked to install") == []
    bring, asked = page.get_by_role("heading", name="要带的材料").bounding_box(), card.bounding_box()
    assert bring
    assert asked
    assert asked["y"] > bring["y"], "what to bring is read first"
    card.get_by_role("button", name="放到桌面").click()
    expect(card).to_be_hidden()
    assert page.evaluate("window.prompted")
    page.goto(address)
    page.evaluate(OFFER)
    expect(card).to_be_hidden()


@pytest.mark.parametrize(
    ("agent", "card", "words"), [(APPLE, "ios", "添加到主屏幕"), (WECHAT, "wechat", "在浏览器打开")]
)
def test_where_the_browser_cannot_do_it_the_page_says_how(
    new_page: NewPage, phone: str, agent: str, card: str, words: str
) -> None:
    page = new_page(user_agent=agent)
    booked(page, phone)
    shown = page.locator("[data-install]:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(words)
    assert judge(page, f"voucher, {card}") == []
    page.get_by_role("button", name="知道了").click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")
    expect(shown).to_have_count(0)


@pytest.fixture
def newer(app: App) -> Iterator[Newer]:
    """The app at an address of its own, where a new version can be published."""
    with Newer(app.url) as found:
        yield found


def test_a_new_version_waits_while_somebody_types_and_starts_when_they_say_so(
    new_page: NewPage, newer: Newer, phone: str
) -> None:
    page = new_page(base_url=newer.url)
    steps.sign_in(page, phone, "/people/new")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.get_by_label("姓名").fill("李秀英")
    newer.publish()
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
    offer = page.locator("[data-update]")
    expect(offer).to_contain_text("填完这一页再更新")
    expect(offer.get_by_role("button")).to_be_hidden()
    assert page.get_by_label("姓名").input_value() == "李秀英"
    page.add_init_script(LISTEN)
    page.goto("/items")  # leaving does not start it either: something was typed
    expect(offer).to_be_visible()
    assert page.evaluate(WAITS)
    assert TOLD not in page.evaluate(SAID)
    offer.get_by_role("button", name="更新").click()
    assert settled(page, STARTS, "starts => starts") is True


WAITS = "() => navigator.serviceWorker.getRegistration().then(one => Boolean(one.waiting))"


# What pages say to a worker. Chromium lets it take over once the old one is at rest; while a debugger looks at
# both, and the machine is busy, that may never be: so what is judged is that it was told. The page may begin anew.
LISTEN = """(() => {
  const post = ServiceWorker.prototype.postMessage;
  ServiceWorker.prototype.postMessage = function (said) {
    sessionStorage.told = `${sessionStorage.told ?? ""}${this.state} ${JSON.stringify(said)}\\n`;
    return post.call(this, said);
  };
})()"""
SAID = "() => sessionStorage.told ?? ''"
TOLD = 'installed {"apply":true}'
# It has taken over (and the page began anew), or was told to.
STARTS = f"""() => navigator.serviceWorker.getRegistration().then(
  one => !one.waiting || (sessionStorage.told ?? "").includes('{TOLD}'))"""


def test_a_new_version_starts_by_itself_when_somebody_goes_on(new_page: NewPage, newer: Newer) -> None:
    page = new_page(base_url=newer.url)
    page.add_init_script(LISTEN)
    page.goto("/items")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    newer.publish()
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
    expect(page.locator("[data-update]")).to_be_visible()
    assert judge(page, "a new version is there") == []
    assert TOLD not in page.evaluate(SAID)
    page.goto("/tickets")
    assert TOLD in str(settled(page, SAID, f"told => told.includes('{TOLD}')"))
    expect(page.locator("[data-update]")).to_be_hidden()

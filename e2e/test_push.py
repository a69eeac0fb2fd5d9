"""弹出提醒: what arrives while no page is open is shown, we are told so, and a tap leads to what it is about.

The push itself is handed to the browser over its wire, for no push service can be reached from a test; that we speak
to one properly is shown in tests/notify.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from e2e import steps
from e2e.conftest import ARGS, App, NewPage, binary
from e2e.judge import judge

# What a browser gives where its push service answers. The key is the base point of P-256: anybody's.
SUBSCRIBES = """
const json = {endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`, keys: {auth: "A".repeat(22),
  p256dh: "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}};
let made = null;
PushManager.prototype.subscribe = async options => {
  made = {options, toJSON: () => json, unsubscribe: async () => { made = null; return true }};
  localStorage.setItem("made", "yes");
  return made;
};
PushManager.prototype.getSubscription = async () => localStorage.getItem("made")
  ? (made ??= {options: {applicationServerKey: null}, toJSON: () => json, unsubscribe: async () => {
      localStorage.removeItem("made"); return true }}) : null;
Notification.requestPermission = async () => "granted";
Object.defineProperty(Notification, "permission", {get: () => "granted"});
"""
SILENT = """
PushManager.prototype.subscribe = () => Promise.reject(new DOMException("push service error", "AbortError"));
Notification.requestPermission = async () => "granted";
Object.defineProperty(Notification, "permission", {get: () => "granted"});
"""


def rung(app: App, phone: str, count: int, shown: int = 0) -> list[dict[str, Any]]:
    """What was pushed to this phone, once there is so much of it, and so much was shown."""
    found: list[dict[str, Any]] = json.loads(app.run("e2e.rung", phone, str(count), str(shown)))
    return found


@pytest.fixture
def window(app: App, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser with a profile of its own, which may show notifications."""
    with tempfile.TemporaryDirectory() as profile:
        found = chromium.browser_type.launch_persistent_context(
            profile, executable_path=binary(), args=ARGS, base_url=app.url, locale="zh-CN",
            viewport={"width": 360, "height": 740},
        )  # fmt: skip
        found.grant_permissions(["notifications"], origin=app.url)
        yield found
        found.close()


def deliver(wire: CDPSession, origin: str, carried: str, registrations: list[dict[str, Any]]) -> None:
    """Hand a push to the worker, as the browser's push service would."""
    wire.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registrations[-1]["registrationId"], "data": carried},
    )


def test_with_no_page_open_it_is_shown_and_a_tap_opens_what_it_is_about(
    app: App, window: BrowserContext, phone: str
) -> None:
    window.add_init_script(SUBSCRIBES)
    page = window.pages[0]
    steps.settled(page, phone)
    page.goto("/notices/preferences")
    turn_on(page)
    voucher = steps.book(page)
    [told] = rung(app, phone, 1)
    wire, known = window.new_cdp_session(page), []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"]))
    wire.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready")
    page.goto("about:blank")  # no page of ours is open from here on
    deliver(wire, app.url + "/", told["carried"], known)
    [told] = rung(app, phone, 1, shown=1)
    [worker] = window.service_workers
    [shown] = worker.evaluate(SHOWN)
    assert shown["title"] == "约好了"
    assert shown["body"] in told["carried"]
    deliver(wire, app.url + "/", told["carried"], known)  # at least once is at most one on the screen
    opened = worker.evaluate(TAP)
    assert opened == voucher
    assert worker.evaluate(SHOWN) == []
    page.goto(opened)
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")
    page.goto("/notices")
    expect(page.locator(".notices li").first).not_to_contain_text("未读")


SHOWN = """async () => (await self.registration.getNotifications()).map(({title, body, tag}) => ({title, body, tag}))"""
# Only a person's tap may open a window, so the window is noted instead of opened.
TAP = """async () => {
  let opened; const waits = [];
  self.clients.openWindow = async address => { opened = String(address) };
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", {notification});
  event.waitUntil = work => waits.push(work);
  self.dispatchEvent(event);
  await Promise.all(waits);
  return opened;
}"""


def turn_on(page: Page) -> None:
    """Where it is asked: on the voucher, or among the settings."""
    page.get_by_role("button", name="打开弹出提醒").click()
    expect(page.get_by_text("这台设备会弹出提醒")).to_be_visible()


def test_a_device_is_listed_with_its_name_and_taken_off_the_list(new_page: NewPage, phone: str) -> None:
    page = new_page()
    page.add_init_script(SUBSCRIBES)
    steps.settled(page, phone)
    steps.book(page)
    assert judge(page, "voucher, asked for notices") == []
    turn_on(page)
    page.goto("/me")
    page.get_by_role("link", name=re.compile("^通知设置")).click()
    assert judge(page, "notice settings") == []
    listed(page)
    page.get_by_role("button", name=re.compile("^撤销")).click()
    expect(page.get_by_text("会弹出提醒的设备（0）")).to_be_visible()
    turn_on(page)
    listed(page)  # at once, without leaving the page


def listed(page: Page) -> None:
    """This very browser is the one on the list."""
    expect(page.get_by_text("会弹出提醒的设备（1）")).to_be_visible()
    expect(page.get_by_text("这台", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^撤销"))).to_have_count(1)


def test_what_is_chosen_is_kept_and_what_must_reach_cannot_be_turned_off(page: Page, phone: str) -> None:
    steps.sign_in(page, phone, "/notices/preferences")
    changes, booking = page.get_by_role("group", name="大厅停办"), page.get_by_role("group", name="回执")
    expect(changes.get_by_label("短信")).to_be_disabled()
    expect(changes.get_by_label("短信")).to_be_checked()
    booking.get_by_label("弹出提醒").uncheck()
    booking.get_by_label("短信").check()
    steps.press(page, "保存提醒设置")
    expect(page.get_by_text("设置已保存")).to_be_visible()
    expect(booking.get_by_label("弹出提醒")).not_to_be_checked()
    expect(booking.get_by_label("短信")).to_be_checked()
    expect(changes.get_by_label("弹出提醒")).to_be_checked()


def test_a_trial_tells_which_channel_it_came_through_and_what_to_do(page: Page, phone: str) -> None:
    page.add_init_script(SUBSCRIBES)
    steps.sign_in(page, phone, "/notices/preferences")
    turn_on(page)
    expect(page.get_by_text("演示不发短信")).to_be_visible()
    steps.press(page, "发一条测试消息")
    expect(page.get_by_role("heading", level=1)).to_have_text("通知测试")
    row = page.locator("#channels li")
    expect(row.filter(has_text="消息").first).to_contain_text("收到了")
    expect(row.filter(has_text="短信")).to_contain_text("演示（不发出）")
    expect(page.get_by_text("弹不出来怎么办")).to_be_visible()
    assert judge(page, "notice trial") == []


def test_behind_the_firewall_the_page_says_so_and_what_happens_instead(page: Page, phone: str) -> None:
    page.add_init_script(SILENT)
    steps.sign_in(page, phone, "/notices/preferences")
    page.get_by_role("button", name="打开弹出提醒").click()
    expect(page.get_by_text("连不上浏览器的推送服务")).to_contain_text("重要的事会发短信")
    assert judge(page, "push cannot be reached") == []
    page.reload()
    expect(page.get_by_text("上次没连上")).to_be_visible()
    assert judge(page, "push could not be reached last time") == []
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text("连不上浏览器的推送服务")).to_be_visible()


def test_whoever_could_not_be_reached_is_not_asked_again_at_the_next_voucher(
    new_page: NewPage, phone: str
) -> None:
    page = new_page()
    page.add_init_script(SILENT)
    steps.settled(page, phone)
    steps.book(page)
    page.get_by_role("button", name="打开弹出提醒").click()
    expect(page.get_by_text("连不上浏览器的推送服务")).to_be_visible()
    with page.expect_response("**/pushes/current"):
        page.reload()
    page.evaluate("new Promise(resolve => setTimeout(resolve, 200))")  # what was answered is shown by then
    expect(page.locator("[data-ask-card]")).to_be_hidden()


TABLET = """
Object.defineProperty(Navigator.prototype, "maxTouchPoints", {get: () => 5});
delete window.PushManager;
"""
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"


def test_an_ipad_that_calls_itself_a_mac_is_told_to_put_us_on_its_home_screen(
    new_page: NewPage, phone: str
) -> None:
    page = new_page(user_agent=MAC)
    page.add_init_script(TABLET)
    steps.sign_in(page, phone, "/notices/preferences")
    expect(page.get_by_text("添加到主屏幕")).to_be_visible()
    expect(page.get_by_text("这个浏览器不能弹出提醒")).to_be_hidden()


def test_without_javascript_the_choices_and_the_trial_still_work(new_page: NewPage, phone: str) -> None:
    page = new_page(java_script_enabled=False)
    steps.sign_in(page, phone, "/notices/preferences")
    page.get_by_role("group", name="回执").get_by_label("短信").check()
    steps.press(page, "保存提醒设置")
    expect(page.get_by_role("group", name="回执").get_by_label("短信")).to_be_checked()
    steps.press(page, "发一条测试消息")
    expect(page.get_by_role("link", name="刷新，看到了没有")).to_be_visible()

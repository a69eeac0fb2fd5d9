"""No network: what one needs on the way lies on the phone, what is somebody else's does not."""

import re
from typing import cast

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from e2e import steps
from e2e.installed import settled
from e2e.judge import judge

KEPT = """async () => (await Promise.all((await (await caches.open("mine")).keys())
  .map(one => new URL(one.url).pathname))).filter(path => path !== "/-/owner").sort()"""
TEXTS = """async () => { const cache = await caches.open("mine");
  return (await Promise.all((await cache.keys()).map(async one => (await cache.match(one)).text()))).join("") }"""
PAST = """async path => { const cache = await caches.open("mine"), copy = await cache.match(path);
  if (!copy) return;
  const headers = new Headers(copy.headers); headers.set("x-kept-until", Date.now() - 1);
  await cache.put(path, new Response(await copy.text(), {headers})) }"""


def kept(page: Page, count: int) -> list[str]:
    """The addresses of the copies, once there are so many."""
    return cast(list[str], settled(page, KEPT, f"found => found.length === {count}"))


def worker_runs(page: Page) -> None:
    """The service worker is there from the next page on."""
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")


def path(address: str) -> str:
    """Without the host."""
    return re.sub("^https?://[^/]+", "", address)


def test_a_voucher_opens_without_a_network_and_holds_no_name(page: Page, phone: str) -> None:
    worker_runs(page)
    steps.settled(page, phone)
    voucher = steps.book(page)
    number = page.locator(".ticket .no").inner_text()
    assert kept(page, 1) == [path(voucher)]
    words = page.evaluate(TEXTS)
    assert number in words
    assert not re.search("李|英|本人|10000\\d{6}", words)
    page.context.set_offline(True)
    page.goto(voucher)
    expect(page.locator(".ticket .no")).to_have_text(number)
    expect(page.locator(".ticket svg").first).to_be_visible()
    expect(page.get_by_text("网络不通畅，这是")).to_be_visible()
    assert judge(page, "a voucher without a network") == []
    page.goto("/notices")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在连不上网络")
    assert judge(page, "no network") == []
    page.locator("[data-kept] a").click()
    expect(page.locator(".ticket .no")).to_have_text(number)
    page.context.set_offline(False)
    page.get_by_role("link", name="看最新的").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")


def test_a_list_with_ticks_opens_without_a_network_and_one_without_does_not(page: Page) -> None:
    worker_runs(page)
    steps.guide(page)
    guide = page.url
    first = page.locator("[data-tick]").first
    first.check()
    assert kept(page, 1) == [path(guide)]
    page.context.set_offline(True)
    page.goto(guide)
    expect(first).to_be_checked()
    expect(page.get_by_text("网络不通畅，这是")).to_be_visible()
    assert judge(page, "a guide without a network") == []
    page.context.set_offline(False)
    page.goto(guide)
    first.uncheck()
    assert kept(page, 0) == []


def test_a_cancelled_voucher_is_gone_from_the_phone(page: Page, phone: str) -> None:
    worker_runs(page)
    steps.settled(page, phone)
    steps.book(page)
    kept(page, 1)
    page.get_by_text("来不了了，取消预约").click()
    page.get_by_role("button", name=re.compile("^取消 .* 的预约$")).click()
    expect(page.get_by_text("这个预约已取消")).to_be_visible()
    assert kept(page, 0) == []


def test_signing_out_erases_what_the_phone_holds(page: Page, phone: str) -> None:
    worker_runs(page)
    steps.settled(page, phone)
    steps.book(page)
    steps.guide(page)
    page.locator("[data-tick]").first.check()
    kept(page, 2)
    page.goto("/me")
    steps.press(page, "退出登录")
    assert kept(page, 0) == []
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('ticks:'))") == []


def test_whoever_signs_in_next_finds_nothing_of_the_one_before(
    page: Page, phone: str, second_phone: str
) -> None:
    worker_runs(page)
    steps.settled(page, phone)
    steps.book(page)
    steps.guide(page)
    page.locator("[data-tick]").first.check()
    kept(page, 2)
    _lose_session(page.context)
    steps.sign_in(page, second_phone)
    assert kept(page, 0) == []
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('ticks:'))") == []


def _lose_session(context: BrowserContext) -> None:
    context.clear_cookies(name="session")


def test_a_copy_is_gone_when_its_day_is_over(page: Page, phone: str) -> None:
    worker_runs(page)
    steps.settled(page, phone)
    voucher = steps.book(page)
    kept(page, 1)
    page.context.set_offline(True)  # first, so that nothing is kept anew meanwhile
    for _ in range(10):  # what was fetched before may be laid down once more, after the look at it
        page.evaluate(PAST, path(voucher))
        page.goto(voucher)
        says = page.locator("h1", has_text="现在连不上网络").count() == 1
        if says and not page.evaluate(KEPT) and not page.locator("[data-kept] a").count():
            return
    pytest.fail(f"still there: {page.evaluate(KEPT)}, below {page.locator('h1').inner_text()}")


def test_parts_of_pages_and_what_is_sent_never_come_from_the_phone(page: Page) -> None:
    worker_runs(page)
    page.goto("/items")
    page.context.set_offline(True)
    for method in ("GET", "POST"):
        came = page.evaluate(
            "method => fetch('/items/found?q=x', {method}).then(answer => answer.status, () => 'no network')",
            method,
        )
        assert came == "no network"


def test_a_slow_network_shows_the_copy_after_a_while(page: Page, phone: str) -> None:
    worker_runs(page)
    steps.settled(page, phone)
    voucher = steps.book(page)
    kept(page, 1)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    line = {"offline": False, "latency": 5000, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", line)
    page.goto(voucher)
    expect(page.get_by_text("网络不通畅，这是")).to_be_visible()
    page.get_by_role("link", name="看最新的").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("预约单")

"""A network that is slow or gone: one sees that something is under way, and can try again."""

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.installed import settled

# While a page is left, Playwright cannot ask it anything: it takes its own notes.
REMEMBER = """button => new MutationObserver(() => {
  sessionStorage.said = button.textContent + " " + button.getAttribute("aria-busy");
}).observe(button, {childList: true, characterData: true, subtree: true})"""


def test_while_the_answer_is_on_its_way_the_button_says_so(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    steps.times(page)
    steps.choose_time(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    button = page.locator(".action button")
    button.evaluate(REMEMBER)
    _slow(page, 1500)
    button.click(no_wait_after=True)
    page.keyboard.press("Enter")  # the button has the focus still
    expect(page.get_by_role("heading", level=1)).to_have_text("约好了，带这些")
    assert page.evaluate("sessionStorage.said") == "正在预约… true"
    assert sent.count("POST") == 1


def _slow(page: Page, milliseconds: int) -> None:
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    line = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", line)


def test_a_press_that_never_arrived_can_be_repeated(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    steps.times(page)
    said = steps.choose_time(page)
    page.route("**/appointments", lambda route: route.abort("internetdisconnected"))
    page.locator(".action button").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/appointments")
    page.go_back()
    steps.choose_day(page, steps.WEDNESDAY)
    assert steps.choose_time(page) == said
    page.locator(".action button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("约好了，带这些")


def test_a_search_that_cannot_reach_us_says_so_and_works_again(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/items")
    page.route("**/items/found**", lambda route: route.abort("internetdisconnected"))
    box = page.get_by_role("searchbox")
    with page.expect_console_message(lambda message: "Failed to fetch" in message.text):
        box.press_sequentially("身份证")
    expect(page.get_by_role("alert")).to_contain_text("连不上网络")
    page.unroute("**/items/found**")
    box.press_sequentially("补领")
    expect(page.get_by_role("link", name="身份证补领")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_pages_follow_each_other_smoothly_on_what_the_browser_kept(new_page: NewPage) -> None:
    page = new_page(reduced_motion="no-preference")
    with page.expect_response("**/assets/*.css") as sheet:
        page.goto("/")
    assert "immutable" in sheet.value.headers["cache-control"]
    for tab in ("预约", "我的", "取号", "首页"):
        link = page.get_by_role("navigation", name="主导航").get_by_role("link", name=tab)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        page.wait_for_load_state()
        # The next page must not be asked for while this one still moves in.
        assert settled(page, "() => Boolean(document.activeViewTransition)", "moves => !moves") is False

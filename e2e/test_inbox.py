"""消息: what happened arrives while one looks, without loading the page again."""

from playwright.sync_api import Page, Route, expect

from e2e import steps
from e2e.conftest import App, NewPage


def test_a_notice_and_its_badge_arrive_while_one_looks(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    page.goto("/notices")
    expect(page.get_by_text("还没有消息")).to_be_visible()
    page.evaluate("document.body.dataset.mine = 'yes'")  # a page that is loaded again forgets it
    steps.book(page.context.new_page())
    expect(page.locator(".notices li")).to_contain_text(f"约好了：{steps.ITEM}")
    expect(page.locator("#unread")).to_contain_text("1")
    assert page.evaluate("document.body.dataset.mine") == "yes"


def test_a_slow_answer_never_hides_newer_news(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    late: list[Route] = []
    done: list[bool] = []
    page.route("**/notices/list", lambda route: route.continue_() if done else late.append(route))
    with page.expect_request("**/notices/list"):
        page.goto("/notices")
    other = page.context.new_page()
    stale = other.request.get("/notices/list").text()  # as it was when the first answer set out
    steps.book(other)
    expect(other.locator("#unread")).to_contain_text("1")
    done.append(True)
    late[0].fulfill(body=stale, content_type="text/html")
    for route in late[1:]:
        route.continue_()
    expect(page.locator(".notices li")).to_contain_text(f"约好了：{steps.ITEM}")


def test_the_evening_before_at_six_the_reminder_arrives(app: App, new_page: NewPage, phone: str) -> None:
    page = new_page()
    steps.settled(page, phone)
    steps.book(page)
    page.goto("/notices")
    expect(page.locator(".notices li")).to_have_count(1)
    before = app.move_clock("+0")
    try:
        app.move_clock("2026-11-24T17:59:58")
        expect(page.locator(".notices li").first).to_contain_text(f"明天去办：{steps.ITEM}")
        expect(page.locator(".notices li").first).to_contain_text("明天 ")
    finally:
        app.move_clock(before)

"""Pressing twice, going back, two tabs: one booking, and never an error page."""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage

ALREADY = re.compile("已经?预约")


def _has_one(page: Page) -> None:
    page.goto("/appointments")
    expect(page.locator("main > ul.rows li")).to_have_count(1)


def test_two_quick_presses_book_once(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    steps.times(page)
    steps.choose_time(page)
    page.locator(".action button").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("约好了，带这些")
    _has_one(page)


def test_two_quick_presses_without_javascript_book_once(new_page: NewPage, phone: str) -> None:
    page = new_page(java_script_enabled=False)
    steps.settled(page, phone)
    steps.times(page)
    steps.choose_time(page)
    page.locator(".action button").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("约好了，带这些|选择时间"))
    _has_one(page)


def test_going_back_and_pressing_again_says_what_is_booked(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    steps.times(page)
    steps.choose_time(page)
    page.locator(".action button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("约好了，带这些")
    page.go_back()
    button = page.locator(".action button")
    expect(button).not_to_have_attribute("aria-busy", "true")
    steps.choose_time(page, 1)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text(ALREADY)
    _has_one(page)


def test_two_tabs_at_once_book_once(page: Page, phone: str) -> None:
    steps.settled(page, phone)
    tabs = [page, page.context.new_page()]
    for tab in tabs:
        steps.times(tab)
        steps.choose_time(tab)
    for tab in tabs:
        tab.evaluate("setTimeout(() => document.querySelector('.action button').click())")
    for tab in tabs:
        said = tab.get_by_role("heading", level=1, name="约好了，带这些")
        expect(said.or_(tab.get_by_role("alert").filter(has_text=ALREADY))).to_be_visible()
    _has_one(page)

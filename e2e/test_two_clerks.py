"""Two clerks of the desk at one case: each sees what the other does, nothing is overwritten, nothing typed is lost; and
the desk is rung when the department asks for corrections.
"""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App, NewPage
from e2e.faults import agent as staff_of
from e2e.judge import judge
from e2e.test_cases import WIDE
from e2e.test_crossregion import BILLS, _papers, _sign
from e2e.test_signature import _seated

CHANGED = "这个办件刚刚有了变动"


def _joined(app: App, page: Page) -> None:
    """Another clerk of the desk, with a password of their own."""
    said = app.staff("add", "fanghai", "方海", "desk@hall:shanghai")
    staff_of.sign_in(page, "fanghai", staff_of.first_password(said))


def _late(other: Page) -> None:
    """Begun before the consent was signed; it is shown, and may be done again."""
    expect(other.locator("#since")).to_contain_text("签了同意书")
    other.get_by_role("button", name=re.compile("^交给医疗保障局")).click()
    expect(other.get_by_role("alert").first).to_contain_text(CHANGED)
    expect(other.locator("#since")).to_contain_text("刚才的变动")
    other.get_by_role("button", name=re.compile("^交给医疗保障局")).click()
    expect(other.get_by_role("alert").first).to_contain_text("还缺")


def _typed(other: Page, desk: Page, case: str) -> None:
    """What somebody types while the other hands the case on stands beside what happened, and in its dialog."""
    other.goto(f"/console/cases/{case}")
    other.wait_for_load_state()
    other.keyboard.press("w")
    words = other.locator("dialog[open] textarea")
    words.fill("申请人说先不办了")
    _papers(desk)
    expect(other.locator("dialog[open]")).to_contain_text("交给办理的部门")
    expect(words).to_have_value("申请人说先不办了")
    other.get_by_role("button", name=re.compile("^申请人撤回")).last.click()
    expect(other.locator("#since")).to_contain_text("刚才的变动")
    expect(other.locator("#since")).to_contain_text("你填的，还没提交")
    expect(other.locator("#since")).to_contain_text("申请人说先不办了")
    expect(words).to_have_value("申请人说先不办了")
    assert judge(other, "两个人办一件") == []


def _asks_for_more(officer: Page, case: str) -> None:
    """The department's one notice."""
    officer.goto(f"/console/cases/{case}")
    officer.wait_for_load_state()
    officer.keyboard.press("c")
    officer.get_by_label("1. 缺什么").fill("住院的病历")
    officer.get_by_label("怎么补").first.fill("到医院盖章再带来")
    officer.keyboard.press("Enter")
    expect(officer.locator(".desk > header .chip").first).to_have_text("待补正")


def test_two_clerks_at_one_case_and_a_correction_rings(
    app: App, desk: Page, new_page: NewPage, phone: str
) -> None:
    other, officer = new_page(viewport=WIDE), new_page(viewport=WIDE)
    _joined(app, other)
    _seated(desk, phone)
    case = desk.url.partition("#")[0].rpartition("/")[2]
    other.goto(f"/console/crossregion/cases/{case}")
    expect(other.locator("#consent")).to_contain_text("还没签")
    _sign(desk)
    desk.get_by_role("button", name=re.compile("^签好了")).click()
    expect(desk.locator("#consent .chip")).to_have_text("签好了")
    _late(other)
    _typed(other, desk, case)
    desk.goto("/console/crossregion")
    mine = desk.locator(f"[data-arrival='{case}']")
    expect(mine).to_have_count(0)
    before = desk.locator("[data-arrival]").count()
    steps.staff(officer, "officer")
    _asks_for_more(officer, case)
    expect(mine).to_contain_text(BILLS)
    expect(desk).to_have_title(re.compile(f"^（{before + 1}）"))
    assert judge(desk, "启东要补正") == []

"""一件事 at the desk in Shanghai: one form, one signature, each paper once; two departments accept their own case each,
and the citizen reads one timeline.
"""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App, NewPage
from e2e.faults import agent as staff_of
from e2e.judge import judge
from e2e.test_cases import WIDE, _both
from e2e.test_crossregion import _page, _sign

BIRTH, BENEFIT, INSURED = "生育登记", "生育津贴申领", "城乡居民医保参保缴费"


def _officer(app: App, new_page: NewPage, department: str) -> Page:
    """Somebody who decides for this department alone, signed in with a password of their own."""
    said = app.staff("add", f"bundle-{department}", "倪审批", f"officer@department:{department}")
    page = new_page(viewport=WIDE)
    staff_of.sign_in(page, f"bundle-{department}", staff_of.first_password(said))
    page.goto("/console/cases")
    return page


def _taken_in(desk: Page, phone: str) -> None:
    """From the list of bundles to the sitting."""
    desk.get_by_role("link", name=re.compile("^生孩子")).click()
    expect(desk.get_by_label("手机号", exact=True)).to_be_focused()
    assert _both(desk, "一件事收件") == []
    desk.reload()
    desk.get_by_label("手机号", exact=True).fill(phone)
    desk.get_by_label("姓名").fill("欧阳海生")
    desk.get_by_text("证件和本人核对过").click()
    desk.get_by_label("证件号码").fill(steps.id_number())
    desk.get_by_role("button", name=re.compile("^一起收件")).click()
    expect(desk.locator("#cases article")).to_have_count(3)
    assert _both(desk, "一件事还没签") == []
    desk.reload()


def _given(desk: Page) -> None:
    """Signed once, each paper once; nothing goes before."""
    desk.get_by_role("button", name=re.compile("^3 件一起交")).click()
    expect(desk.get_by_role("alert")).to_contain_text(f"{BENEFIT}：先请申请人签同意书")
    _sign(desk)
    desk.get_by_role("button", name=re.compile("份都看过，签好了")).click()
    expect(desk.locator("#cases")).not_to_contain_text("还没签")
    names = desk.locator("#papers input[name=name]")
    asked = [names.nth(n).get_attribute("value") for n in range(names.count())]
    assert asked.count("身份证") == 1
    for n in range(len(asked)):
        desk.locator(f"#f-files-{n}").set_input_files(
            {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": _page(100 + 9 * n)}
        )
    desk.get_by_text("每一页都和原件核对过").click()
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(desk.locator("#cases").get_by_text("材料齐了")).to_have_count(3)
    assert _both(desk, "一件事材料齐了") == []
    desk.reload()
    desk.get_by_role("button", name=re.compile("^3 件一起交")).click()
    expect(desk.locator("#done")).to_contain_text("交给启东了")


def _accepted(officer: Page, own: str, *others: str) -> None:
    """They see their own alone, and accept it."""
    officer.reload()
    for other in others:
        expect(officer.locator("main")).not_to_contain_text(other)
    officer.get_by_role("link", name=re.compile(own)).first.click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(own)
    officer.wait_for_load_state()
    officer.keyboard.press("s")
    expect(officer.locator(".desk > header .chip").first).to_have_text("审查中")


def test_one_form_two_departments_one_timeline(
    app: App, page: Page, desk: Page, new_page: NewPage, phone: str
) -> None:
    steps.staff(desk, "desk")
    _taken_in(desk, phone)
    _given(desk)
    _accepted(_officer(app, new_page, "health"), BIRTH, BENEFIT, INSURED)
    _accepted(_officer(app, new_page, "insurance"), BENEFIT, BIRTH)
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    expect(page.get_by_role("link", name=re.compile("^生孩子"))).to_have_count(1)
    page.get_by_role("link", name=re.compile("^生孩子")).click()
    expect(page.locator("main")).to_contain_text("3 件在办")
    line = page.locator("ol.line")
    for name in (BIRTH, BENEFIT):
        expect(line.locator("li", has_text="受理").filter(has_text=name).first).to_be_visible()
    assert judge(page, "一件事的一条线") == []

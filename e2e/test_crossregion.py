"""The desk in Shanghai: how a matter goes there, the consent, the papers, the hand-over; the officer at home accepts,
and the citizen reads where it stands.
"""

import re
import time
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge
from e2e.test_cases import WIDE, _both

BILLS, PASSPORT = "医药费零星报销", "护照"


def _page(shade: int = 255) -> bytes:
    file = BytesIO()
    Image.new("L", (900, 1200), shade).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def _sign(desk: Page) -> None:
    """A few strokes in one; anew where the page was still growing beneath the pen."""
    kept = desk.locator("[data-signature] input")
    for _ in range(5):
        _draw(desk)
        if kept.input_value():
            return
    expect(kept).not_to_have_value("")


def _draw(desk: Page) -> None:
    ink = desk.locator("[data-signature] canvas")
    ink.scroll_into_view_if_needed()
    box = ink.bounding_box()
    assert box
    desk.mouse.move(box["x"] + 40, box["y"] + 40)
    desk.mouse.down()
    for n in range(10):
        desk.mouse.move(box["x"] + 40 + 15 * n, box["y"] + 40 + n % 3 * 20)
    desk.mouse.up()


# What a clerk does: a field filled or chosen, a press, a key that is no typing, a signature. Typing is not counted.
COUNT = """() => {
  const on = (name, counts) => addEventListener(name, (event) => { if (counts(event)) window.tally(); }, true);
  const within = (event, what) => event.target.closest?.(what);
  on("change", () => true);
  on("click", (event) => event.detail && within(event, "button, a, summary"));
  on("keydown", (event) => event.key === "Enter" || !within(event, "input, textarea, select"));
  on("pointerup", (event) => within(event, "canvas"));
}"""
MOST_INTERACTIONS, MOST_SECONDS, DOCUMENTS = 25, 360, 6


def _how(desk: Page) -> None:
    """What is not taken in leads elsewhere; what is, says how it goes and for whom."""
    expect(desk.get_by_role("heading", level=1)).to_have_text("驻沪收办")
    assert _both(desk, "驻沪收办") == []
    desk.reload()
    desk.get_by_role("searchbox").fill(PASSPORT)
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=re.compile(f"^{PASSPORT}")).first.click()
    expect(desk.locator("main")).to_contain_text("还有这些办法")
    assert _both(desk, "驻沪不收的事") == []
    desk.get_by_role("button", name=re.compile("^记下有人来问过")).click()
    expect(desk.get_by_role("status").first).to_contain_text("记下了")
    desk.goto(f"/console/crossregion?q={BILLS}")
    desk.get_by_role("link", name=re.compile(f"^{BILLS}")).first.click()
    expect(desk.get_by_role("heading", level=2).first).to_have_text("异地代收代办")
    desk.get_by_text("替家里人办").click()
    desk.get_by_role("button", name=re.compile("^照这个情形看")).click()
    expect(desk.locator("main")).to_contain_text("能看出关系的证件")
    assert _both(desk, "驻沪怎么办") == []
    desk.reload()
    desk.get_by_text("本人来办").click()
    desk.get_by_role("button", name=re.compile("^照这个情形看")).click()
    expect(desk.locator("main")).not_to_contain_text("能看出关系的证件")


def _applicant(desk: Page, phone: str) -> None:
    """From the page of a matter to who applies, filled in."""
    desk.wait_for_load_state()
    desk.keyboard.press("r")
    expect(desk.get_by_label("手机号", exact=True)).to_be_focused()
    desk.keyboard.type(phone)
    desk.get_by_label("姓名").fill("欧阳海生")
    desk.get_by_text("证件和本人核对过").click()
    desk.get_by_label("证件号码").fill(steps.id_number())


def _seat(desk: Page, phone: str) -> None:
    """From the page of a matter to the consent that lies there."""
    _applicant(desk, phone)
    desk.keyboard.press("Enter")
    expect(desk.locator("#consent")).to_contain_text("还没签")


def _agree(desk: Page) -> None:
    """The consent is signed."""
    _sign(desk)
    desk.get_by_role("button", name=re.compile("^签好了")).click()
    expect(desk.locator("#consent .chip")).to_have_text("签好了")


def at_the_papers(desk: Page, phone: str) -> None:
    """From the sign-in to a sitting in which the consent is signed and the papers are asked for."""
    steps.staff(desk, "desk")
    desk.goto(f"/console/crossregion?q={BILLS}")
    desk.get_by_role("link", name=re.compile(f"^{BILLS}")).first.click()
    _seat(desk, phone)
    _agree(desk)


def _sit(desk: Page, phone: str) -> None:
    """Taken in, signed, photographed."""
    _applicant(desk, phone)
    assert _both(desk, "驻沪收件") == []
    desk.keyboard.press("Enter")
    expect(desk.locator("#consent")).to_contain_text("还没签")
    desk.get_by_role("button", name=re.compile("^签好了")).click()
    expect(desk.get_by_role("alert").first).to_contain_text("请在框里签名")
    assert _both(desk, "没签的同意书") == []
    desk.reload()
    _sign(desk)
    desk.get_by_role("button", name=re.compile("^签好了")).click()
    expect(desk.locator("#consent .chip")).to_have_text("签好了")


def _papers(desk: Page) -> None:
    """All that was laid on the table, at once; nothing goes home before."""
    desk.get_by_role("button", name=re.compile("^交给医疗保障局")).click()
    expect(desk.get_by_role("alert")).to_contain_text("还缺：身份证")
    for n in range(desk.locator("input[type=file]").count()):
        desk.locator(f"#f-files-{n}").set_input_files(
            {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": _page()}
        )
    desk.get_by_text("每一页都和原件核对过").click()
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(desk.locator("#papers")).to_contain_text("齐了")
    assert _both(desk, "驻沪收好材料") == []
    desk.reload()
    desk.get_by_role("button", name=re.compile("^交给医疗保障局")).click()
    expect(desk.locator("#done")).to_contain_text("交给启东了")
    assert _both(desk, "交给启东") == []


def test_taken_in_there_and_accepted_here(page: Page, desk: Page, new_page: NewPage, phone: str) -> None:
    steps.staff(desk, "desk")
    _how(desk)
    _sit(desk, phone)
    officer = new_page(viewport=WIDE)
    steps.staff(officer, "officer")
    arrived = officer.locator("[data-arrival]")
    before = arrived.count()  # of whoever was there before
    _papers(desk)
    expect(arrived).to_have_count(before + 1)
    expect(arrived.last).to_contain_text(BILLS)
    expect(officer).to_have_title(re.compile(f"^（{before + 1}）"))
    assert _both(officer, "刚交来的办件") == []
    desk.reload()
    desk.keyboard.press("l")
    expect(desk.get_by_role("heading", level=1)).to_have_text("收件告知单")
    number = desk.locator(".ticket .no").inner_text()
    expect(desk.locator("main")).to_contain_text("跨域通办专用章")
    expect(desk.locator("main")).to_contain_text("医疗费发票")
    officer.reload()
    officer.keyboard.press("/")
    officer.keyboard.type(number)
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("heading", level=1)).to_have_text(BILLS)
    expect(officer.locator("main")).to_contain_text("和原件核对一致")
    officer.wait_for_load_state()
    officer.keyboard.press("s")
    expect(officer.locator(".desk > header .chip").first).to_have_text("审查中")
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(BILLS)).click()
    expect(page.locator("main")).to_contain_text("交给办理的部门")
    assert judge(page, "驻沪收的办件") == []


def test_a_sitting_of_six_documents_takes_few_interactions(desk: Page, phone: str) -> None:
    """One citizen, six documents, at most 25 interactions and, with what they say to each other, six minutes."""
    counted: list[None] = []
    desk.expose_function("tally", lambda: counted.append(None))
    desk.add_init_script(f"({COUNT})()")
    steps.staff(desk, "desk")
    counted.clear()
    began = time.monotonic()
    desk.get_by_role("searchbox").fill(BILLS)
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=re.compile(f"^{BILLS}")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(BILLS)
    _seat(desk, phone)
    _agree(desk)
    fields = desk.locator("input[type=file]")
    each = [DOCUMENTS - fields.count() + 1] + [1] * (fields.count() - 1)
    for n, many in enumerate(each):
        sheets: list[FilePayload] = [
            {"name": f"{n}-{k}.jpg", "mimeType": "image/jpeg", "buffer": _page(200 + 9 * n + k)}
            for k in range(many)
        ]
        desk.locator(f"#f-files-{n}").set_input_files(sheets)
    desk.get_by_text("每一页都和原件核对过").click()
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(desk.locator("#papers")).to_contain_text("齐了")
    expect(desk.locator("#here .chip")).to_have_count(DOCUMENTS)
    desk.get_by_role("button", name=re.compile("^交给医疗保障局")).click()
    expect(desk.locator("#done")).to_contain_text("交给启东了")
    desk.keyboard.press("l")
    expect(desk.get_by_role("heading", level=1)).to_have_text("收件告知单")
    assert 12 < len(counted) <= MOST_INTERACTIONS
    assert time.monotonic() - began < MOST_SECONDS

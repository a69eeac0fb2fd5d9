"""A case from the counter to the hand: taken in, corrected once, accepted, decided, printed, delivered; and its
applicant on a phone, who looks it up, answers, and withdraws another.
"""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge, measure

TEACHER, CARD = "教师资格认定", "身份证异地受理"
WIDE = {"width": 1440, "height": 900}


def _both(desk: Page, name: str) -> list[str]:
    """What is wrong with a page of the console, wide and on a phone."""
    wrong = judge(desk, name)
    desk.set_viewport_size({"width": 360, "height": 740})
    wrong += measure(desk, f"{name}, at 360 px")
    desk.set_viewport_size({"width": 1440, "height": 900})
    return wrong


def _take_in(desk: Page, item: str, phone: str) -> tuple[str, str]:
    """Take a case in by keys; returns its number and the password on the receipt."""
    desk.goto("/console/cases")
    desk.keyboard.press("n")
    expect(desk.get_by_label("要办的事")).to_be_focused()
    desk.keyboard.type(item)
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=re.compile(f"^{item}")).click()
    expect(desk.get_by_label("手机号", exact=True)).to_be_focused()
    desk.keyboard.type(phone)
    desk.get_by_label("姓名").fill("欧阳海生")
    desk.get_by_label("证件号码").fill(steps.id_number())
    desk.get_by_role("button", name=re.compile("^收件，出凭证")).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("收件凭证")
    return desk.locator(".ticket .no").inner_text(), desk.locator(".ticket .code").inner_text()


def _key(desk: Page, key: str, state: str) -> None:
    """Press a key; the case then stands there."""
    desk.keyboard.press(key)
    expect(desk.locator(".desk > header .chip").first).to_have_text(state)
    desk.wait_for_load_state()


def _correct(desk: Page) -> None:
    """One notice of two gaps."""
    desk.keyboard.press("v")
    expect(desk.get_by_role("heading", level=1)).to_have_text(TEACHER)
    desk.wait_for_load_state()
    desk.keyboard.press("c")
    desk.get_by_label("1. 缺什么").fill("体检合格证明")
    desk.get_by_label("怎么补").first.fill("交原件")
    assert judge(desk, "一次性补正告知") == []
    desk.get_by_label("2. 缺什么").fill("普通话等级证书")
    desk.keyboard.press("Enter")
    expect(desk.locator(".desk > header .chip").first).to_have_text("待补正")


def _look_up(page: Page, number: str, password: str) -> None:
    """Without an account, by what stands on the receipt."""
    page.goto("/me")
    page.get_by_role("link", name=re.compile("^查办件")).click()
    page.get_by_label("办件编号").fill(number)
    page.get_by_label("查询码").fill("12345")
    steps.press(page, "查办到哪一步")
    expect(page.get_by_role("alert")).to_contain_text("查询码是 6 位数字")
    assert judge(page, "查办件") == []
    page.get_by_label("查询码").fill(password)
    steps.press(page, "查办到哪一步")
    expect(page.get_by_role("heading", level=1)).to_have_text(TEACHER)
    expect(page.locator("main")).not_to_contain_text("欧阳海生")
    expect(page.get_by_role("button", name="撤回")).to_have_count(0)
    assert judge(page, "查到的办件") == []


def _answer(page: Page, phone: str) -> None:
    """Signed in, the applicant says how each gap is filled."""
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    row = page.get_by_role("link", name=re.compile(TEACHER))
    expect(row).to_contain_text("要补材料")
    assert judge(page, "我的办件") == []
    row.click()
    expect(page.locator("main")).to_contain_text("要补")
    assert judge(page, "一件事") == []
    page.get_by_role("link", name=re.compile("^办件")).click()
    page.get_by_label("体检合格证明", exact=True).fill("明天送来")
    steps.press(page, "告诉窗口怎么补的")
    expect(page.locator("main")).to_contain_text("你答复了怎么补")
    expect(page.get_by_label("体检合格证明", exact=True)).to_have_value("明天送来")
    assert judge(page, "要补材料的办件") == []
    page.get_by_role("link", name=re.compile("补正材料告知书")).click()
    expect(page.locator(".letter")).to_contain_text("欧阳海生")
    assert judge(page, "补正材料告知书") == []


def _tick_off(desk: Page) -> None:
    """What came is ticked off, and with the last the case may be accepted."""
    desk.reload()
    expect(desk.locator("main")).to_contain_text("申请人说：明天送来")
    for box in desk.get_by_role("checkbox").all():
        box.check()
    assert _both(desk, "待补正的办件") == []
    _key(desk, "f", "收件")
    expect(desk.locator("main")).to_contain_text("补正的材料都收到了，应当受理")
    _key(desk, "s", "审查中")


def _decide(officer: Page, number: str) -> None:
    """Found by its number, granted; the letter is printed in full."""
    steps.staff(officer, "officer")
    officer.wait_for_load_state()
    assert _both(officer, "办件") == []
    officer.keyboard.press("/")
    officer.keyboard.type(number)
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("heading", level=1)).to_have_text(TEACHER)
    officer.wait_for_load_state()
    officer.keyboard.press("d")
    officer.get_by_label("准予").check()
    officer.get_by_role("button", name=re.compile("^作出决定")).click()
    expect(officer.locator(".desk > header .chip").first).to_have_text("已决定")
    officer.wait_for_load_state()
    _key(officer, "s", "已办结")
    officer.get_by_role("link", name=re.compile("准予行政许可决定书")).click()
    expect(officer.locator(".letter")).to_contain_text("欧阳*生")
    officer.wait_for_load_state()
    officer.keyboard.press("p")
    expect(officer.locator(".letter")).to_contain_text("欧阳海生")
    expect(officer.locator(".letter .seal")).to_contain_text("印章")
    assert _both(officer, "准予行政许可决定书") == []


def test_a_case_from_the_counter_to_the_hand(
    page: Page, other: Page, desk: Page, new_page: NewPage, phone: str
) -> None:
    steps.staff(desk, "clerk")
    number, password = _take_in(desk, TEACHER, phone)
    assert re.fullmatch(r"320681 \d{6} 1 \d{6} \d", number)
    assert _both(desk, "收件凭证") == []
    _look_up(other, number, password)
    _correct(desk)
    _answer(page, phone)
    _tick_off(desk)
    _decide(new_page(viewport=WIDE), number)
    desk.reload()
    desk.keyboard.press("s")
    desk.get_by_label("窗口领取").check()
    assert judge(desk, "送达") == []
    desk.get_by_role("button", name=re.compile("^送达")).last.click()
    expect(desk.locator(".desk > header .chip").first).to_have_text("已送达")
    assert _both(desk, "送达的办件") == []
    steps.arrived(page, f"办好了：{TEACHER}")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(TEACHER)).click()
    expect(page.locator("main")).to_contain_text("已送达")


def test_who_changes_their_mind_withdraws_on_the_phone(page: Page, desk: Page, phone: str) -> None:
    steps.staff(desk, "clerk")
    number, _ = _take_in(desk, CARD, phone)
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(CARD)).click()
    page.get_by_role("link", name=re.compile("^办件")).click()
    page.get_by_label("寄给我").check()
    steps.press(page, "就这样拿结果")
    expect(page.get_by_role("alert")).to_contain_text("请填写寄到哪里")
    page.get_by_label("寄到哪里").fill("汇龙镇人民中路 1 号")
    steps.press(page, "就这样拿结果")
    expect(page.locator("main")).to_contain_text("你选了怎么拿结果")
    assert judge(page, "寄结果的办件") == []
    page.reload()  # the judge left the folds open
    page.get_by_text("不办了，撤回").click()
    steps.press(page, f"撤回“{CARD}”")
    expect(page.locator("main")).to_contain_text("已经撤回")
    assert judge(page, "撤回的办件") == []
    desk.goto("/console/cases?group=over")
    desk.get_by_role("row", name=re.compile(number)).get_by_role("link").click()
    expect(desk.locator(".desk > header .chip").first).to_have_text("已撤回")
    expect(desk.locator("main")).not_to_contain_text("人民中路")


def test_each_page_of_a_counter_can_be_read_by_everybody(desk: Page) -> None:
    steps.staff(desk, "clerk")
    wrong: list[str] = []
    for path in ("/console/cases", "/console/cases?group=over", "/console/cases/new?q=护士"):
        desk.goto(path)
        wrong += _both(desk, path)
    desk.locator(".rows a").first.click()
    desk.get_by_role("button", name=re.compile("^收件，出凭证")).click()
    expect(desk.get_by_role("alert")).to_contain_text("请填写姓名")
    assert wrong + _both(desk, "收件") == []

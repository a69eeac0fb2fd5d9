"""The desk in Shanghai to the very end, with three people at three browsers: originals go to Qidong sealed and come
back, what is missing is told to desk and citizen at once, the result is mailed and signed for; and what happens to
the originals when the department says no.
"""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import NewPage
from e2e.judge import judge
from e2e.test_cases import WIDE, _both, _key
from e2e.test_crossregion import _agree, _page, _seat

LICENCE = "驾驶证换证"
THERE, BACK, MAILED = "EA123456789CN", "EA987654321CN", "EA555566667CN"
CHIP = ".desk > header .chip"


def _sit(desk: Page, phone: str, original: str) -> str:
    """Taken in, signed, photographed, one original kept, handed to Qidong; returns the case's address."""
    desk.goto(f"/console/crossregion?q={LICENCE}")
    desk.get_by_role("link", name=re.compile(f"^{LICENCE}")).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(LICENCE)
    _seat(desk, phone)
    _agree(desk)
    for n, field in enumerate(desk.locator("input[type=file]").all()):
        field.set_input_files({"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": _page(200 + n)})
        if desk.locator(f"label[for=f-files-{n}]").inner_text() == original:
            desk.locator(f"#f-originals-{n}").fill("1")
    desk.get_by_text("每一页都和原件核对过").click()
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(desk.locator("#papers")).to_contain_text("齐了")
    desk.get_by_role("button", name=re.compile("^交给公安局")).click()
    expect(desk.locator("#done")).to_contain_text("交给启东了")
    return desk.url.split("#")[0].replace("/crossregion/cases/", "/cases/")


def _pack(page: Page, case: str, to: str, seal: str, number: str) -> str:
    """Originals leave in a sealed package, by courier; returns the package's address."""
    page.goto(f"{case}/originals")
    page.get_by_label("交给谁").select_option(label=to)
    page.get_by_label("封条号").fill(seal)
    page.get_by_role("button", name=re.compile("^登记交出")).click()
    expect(page.locator(CHIP).first).to_have_text("封好了，还没交出")
    page.get_by_label("快递单号").fill(number)
    page.get_by_role("button", name=re.compile("^交给快递了")).click()
    expect(page.locator(CHIP).first).to_have_text("在路上")
    return page.url


def _count(page: Page, parcel: str) -> None:
    """The other side counts it, and its seal is whole."""
    page.goto(parcel)
    page.get_by_label("收到", exact=True).fill("1")
    page.get_by_label(re.compile("封条完好")).check()
    page.get_by_role("button", name=re.compile("^收到，点清了")).click()
    expect(page.locator(CHIP).first).to_have_text("收到了")


def _hand_back(desk: Page, case: str) -> None:
    """Over the counter, signed for on paper."""
    desk.goto(f"{case}/originals")
    desk.get_by_label("交给谁").select_option(label="当面还给申请人")
    desk.get_by_label("领的人", exact=True).fill("欧阳海生")
    desk.get_by_text("在打印的上面签了名").click()
    desk.get_by_role("button", name=re.compile("^登记交出")).click()
    expect(desk.locator(CHIP).first).to_have_text("收到了")


def _mine(page: Page, phone: str) -> str:
    """The citizen opens their case on the phone; its address."""
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(LICENCE)).click()
    page.get_by_role("link", name=re.compile("^办件")).click()
    expect(page.locator("main")).to_contain_text("办到哪一步")
    return page.url


def _correct(officer: Page, desk: Page, page: Page, case: str, own: str) -> None:
    """One notice, and both who can do something about it know at once."""
    officer.goto(case)
    officer.wait_for_load_state()
    officer.keyboard.press("c")
    officer.get_by_label("1. 缺什么").fill("近期照片")
    officer.get_by_label("怎么补").first.fill("要白底的")
    officer.keyboard.press("Enter")
    expect(officer.locator(CHIP).first).to_have_text("待补正")
    desk.goto("/console/crossregion")
    told = desk.locator("section", has_text="启东要补正的，转告申请人")
    expect(told.get_by_role("link", name=re.compile(LICENCE)).first).to_contain_text("还差 1 样")
    page.goto(own)
    expect(page.locator("main")).to_contain_text("要白底的")
    page.goto("/notices")
    expect(page.locator("main")).to_contain_text(f"要补材料：{LICENCE}")
    desk.goto(case)
    desk.get_by_role("checkbox", name=re.compile("近期照片")).check()
    desk.get_by_role("button", name=re.compile("^勾的都收到了")).click()
    expect(desk.locator(CHIP).first).to_have_text("收件")


def _decide(officer: Page, case: str) -> None:
    """Accepted, with both clocks shown; granted; the certificate is there, also as a file."""
    officer.goto(case)
    officer.wait_for_load_state()
    _key(officer, "s", "审查中")
    expect(officer.locator("main")).to_contain_text(re.compile("承诺 .* 前办好"))
    expect(officer.locator("main")).to_contain_text(re.compile("收件，还不计时；.*公安局受理，第二天起计时"))
    officer.keyboard.press("d")
    officer.locator("dialog[open]").get_by_text("准予", exact=True).click()
    officer.locator("dialog[open] .button").first.click()
    expect(officer.locator(CHIP).first).to_have_text("已决定")
    officer.locator("summary", has_text="把结果做成的文件放进来").click()
    officer.locator("#f-sheets").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _page(240)}
    )
    officer.get_by_role("button", name="放进来", exact=True).click()
    expect(officer.locator("#results")).to_contain_text("机动车驾驶证")
    assert _both(officer, "放好结果文件") == []
    officer.goto(case)
    officer.wait_for_load_state()
    _key(officer, "s", "已办结")


def _wish(page: Page, own: str) -> None:
    """The citizen wants it mailed."""
    page.goto(own)
    page.get_by_label("寄给我").check()
    page.get_by_label("寄到哪里").fill("上海市崇明区某路 1 号")
    steps.press(page, "就这样拿结果")
    expect(page.locator("main")).to_contain_text("你选了怎么拿结果")
    assert judge(page, "选好怎么拿结果") == []


def _mail(officer: Page, page: Page, case: str, own: str) -> None:
    """On its way, come back, mailed again, and signed for by the applicant."""
    officer.goto(case)
    officer.wait_for_load_state()
    officer.keyboard.press("s")
    officer.get_by_label("邮件号").fill("1")
    officer.locator("dialog[open] .button").first.click()
    expect(officer.get_by_role("alert").first).to_contain_text("请照面单上的填写")
    assert _both(officer, "没填对邮件号") == []
    officer.goto(f"{case}?step=mail")
    officer.get_by_label("邮件号").fill(MAILED)
    officer.locator("dialog[open] .button").first.click()
    expect(officer.locator(CHIP).first).to_have_text("寄送中")
    assert _both(officer, "寄送中的办件") == []
    officer.goto(f"{case}?step=bounce")
    officer.get_by_label("为什么退回").fill("两次没人在家")
    officer.get_by_text("再寄一次").click()
    officer.locator("dialog[open] .button").first.click()
    expect(officer.locator(CHIP).first).to_have_text("已办结")
    page.goto(own)
    expect(page.locator("main")).to_contain_text("寄出的退回来了：两次没人在家")
    officer.goto(f"{case}?step=mail")
    officer.get_by_label("邮件号").fill(MAILED)
    officer.locator("dialog[open] .button").first.click()
    expect(officer.locator(CHIP).first).to_have_text("寄送中")
    page.goto(own)
    expect(page.locator("main")).to_contain_text(f"邮件号 {MAILED}")
    assert judge(page, "寄送中的结果") == []
    steps.press(page, "结果收到了")
    expect(page.locator("main")).to_contain_text("结果已经送达")


def test_originals_and_the_result_come_home_before_the_case_is_closed(
    page: Page, desk: Page, new_page: NewPage, phone: str
) -> None:
    officer = new_page(viewport=WIDE)
    steps.staff(desk, "desk")
    steps.staff(officer, "officer")
    case = _sit(desk, phone, "驾驶人体检证明")
    parcel = _pack(desk, case, "公安局", "F1001", THERE)
    own = _mine(page, phone)
    expect(page.locator("#originals")).to_contain_text(f"单号 {THERE}")
    _count(officer, parcel)
    _correct(officer, desk, page, case, own)
    _decide(officer, case)
    _wish(page, own)
    _mail(officer, page, case, own)
    officer.goto(case)
    officer.wait_for_load_state()
    officer.keyboard.press("s")
    expect(officer.get_by_role("alert")).to_contain_text("驾驶人体检证明 1 份在")
    back = _pack(officer, case, "启东市驻沪政务服务办事点", "F1002", BACK)
    _count(desk, back)
    _hand_back(desk, case)
    page.goto(own)
    expect(page.locator("#originals")).to_contain_text("已经还给你")
    officer.goto(case)
    officer.wait_for_load_state()
    _key(officer, "s", "已归档")


def test_what_the_department_rejects_after_mailing_is_not_closed_before_each_original_is_back(
    page: Page, desk: Page, new_page: NewPage, phone: str
) -> None:
    officer = new_page(viewport=WIDE)
    steps.staff(desk, "desk")
    steps.staff(officer, "officer")
    case = _sit(desk, phone, "驾驶人体检证明")
    _count(officer, _pack(desk, case, "公安局", "F2001", THERE))
    officer.goto(f"{case}?step=decline")
    officer.locator("dialog[open] textarea").fill("体检证明过期了")
    officer.locator("dialog[open] .button").first.click()
    expect(officer.locator(CHIP).first).to_have_text("不予受理")
    expect(officer.locator("#originals")).to_contain_text("办完了，原件还没还清")
    assert _both(officer, "不予受理，原件还在") == []
    officer.goto("/console/cases?group=owed")
    expect(officer.get_by_role("row", name=re.compile(LICENCE)).first).to_contain_text("还清原件才能归档")
    assert _both(officer, "原件待还") == []
    desk.goto("/console/crossregion")
    expect(desk.locator("section", has_text="办完了，原件还没还的")).to_contain_text(LICENCE)
    assert _both(desk, "办完了，原件还没还的") == []
    own = _mine(page, phone)
    expect(page.locator("main")).to_contain_text("不予受理。理由：体检证明过期了")
    back = _pack(officer, case, "启东市驻沪政务服务办事点", "F2002", BACK)
    page.goto(own)
    expect(page.locator("#originals")).to_contain_text(f"单号 {BACK}")
    assert judge(page, "不予受理，原件在回来的路上") == []
    officer.goto(case)
    officer.wait_for_load_state()
    officer.keyboard.press("s")
    expect(officer.get_by_role("alert")).to_contain_text("驾驶人体检证明 1 份在路上")
    _count(desk, back)
    _hand_back(desk, case)
    officer.goto(case)
    officer.wait_for_load_state()
    _key(officer, "s", "已归档")

"""Originals on their way: packed and sent by one hall, received by another with one short, found, given back; only then
is the case filed. Its applicant reads on a phone where each of them is.
"""

import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App, NewPage
from e2e.faults import agent as staff_of
from e2e.judge import judge
from e2e.test_cases import WIDE, _both, _key, _take_in

CARD = "身份证异地受理"


def _lay(desk: Page, name: str, originals: int) -> None:
    """Paper with originals lies with the case."""
    desk.locator("summary", has_text="收下纸质材料").click()
    desk.locator("#f-paper").fill(name)
    desk.get_by_label("原件份数").fill(str(originals))
    desk.get_by_role("button", name="收下", exact=True).click()
    expect(desk.locator("#originals")).to_contain_text(name)


def _joined(app: App, page: Page) -> None:
    """A clerk of the town, signed in with a password of their own."""
    said = app.staff("add", "luyuan", "陆远", "clerk@hall:huilong")
    staff_of.sign_in(page, "luyuan", staff_of.first_password(said))


def _send(desk: Page) -> str:
    """Both papers go to the town in a sealed package; returns its number."""
    desk.keyboard.press("h")
    expect(desk.get_by_role("heading", level=1)).to_have_text("交出原件")
    assert _both(desk, "交出原件") == []
    desk.reload()
    desk.get_by_label("交给谁").select_option(label="汇龙镇便民服务中心")
    expect(desk.get_by_label("领的人", exact=True)).to_be_hidden()
    desk.get_by_role("button", name=re.compile("^登记交出")).click()
    expect(desk.get_by_role("alert")).to_contain_text("请填封条号")
    assert judge(desk, "没填封条号") == []
    desk.get_by_label("封条号").fill("F0001")
    desk.get_by_role("button", name=re.compile("^登记交出")).click()
    expect(desk.locator(".desk > header .chip").first).to_have_text("封好了，还没交出")
    assert _both(desk, "封好的包") == []
    desk.reload()
    number = desk.get_by_role("heading", level=1).inner_text().removeprefix("原件包 ")
    desk.get_by_label("快递单号").fill("EA123456789CN")
    desk.get_by_role("button", name=re.compile("^交给快递了")).click()
    expect(desk.locator(".desk > header .chip").first).to_have_text("在路上")
    return number


def _count(town: Page) -> None:
    """One of each came, and the seal is whole."""
    for line in town.get_by_label("收到", exact=True).all():
        line.fill("1")
    town.get_by_label(re.compile("封条完好")).check()


def _receive(town: Page, number: str) -> None:
    """The town counts it: one is short."""
    town.goto("/console/parcels")
    assert _both(town, "在路上的包") == []
    town.get_by_role("link", name=number).click()
    _count(town)
    town.get_by_role("button", name=re.compile("^收到，点清了")).click()
    expect(town.get_by_role("alert")).to_contain_text("请写明情况")
    town.get_by_label("情况").fill("户口簿少一本")
    assert _both(town, "点包") == []
    town.reload()
    _count(town)
    town.get_by_label("情况").fill("户口簿少一本")
    town.get_by_role("button", name=re.compile("^收到，点清了")).click()
    expect(town.locator(".desk > header")).to_contain_text("有对不上的")
    assert _both(town, "少一份的包") == []
    town.goto("/console/parcels?group=odd")
    expect(town.get_by_role("row", name=re.compile(number))).to_contain_text("有对不上的")


def _find(desk: Page, number: str) -> None:
    """It lay on the packing table all the time."""
    desk.goto("/console/parcels?group=odd")
    desk.get_by_role("link", name=number).click()
    desk.get_by_text("找到了", exact=True).click()
    desk.get_by_label(re.compile("^在哪里找到的")).fill("落在打包台上")
    steps.press(desk, "找到了，放在我这里")
    expect(desk.locator(".desk > header .chip")).to_have_count(1)


def _mail_back(town: Page, number: str) -> None:
    """The town mails what it has to the applicant."""
    town.get_by_role("link", name=number).click()
    expect(town.get_by_role("heading", level=1)).to_have_text(f"原件包 {number}")
    town.keyboard.press("h")
    expect(town.get_by_role("heading", level=1)).to_have_text("交出原件")
    town.get_by_label("交给谁").select_option(label="寄给申请人")
    town.get_by_label("封条号").fill("F0002")
    town.get_by_role("button", name=re.compile("^登记交出")).click()
    town.get_by_label("快递单号").fill("EA987654321CN")
    town.get_by_role("button", name=re.compile("^交给快递了")).click()
    expect(town.locator(".desk > header .chip").first).to_have_text("在路上")
    town.wait_for_load_state()
    town.keyboard.press("p")
    expect(town.locator(".letter")).to_contain_text("EA987654321CN")
    assert _both(town, "原件交接单") == []


def _hand_back(desk: Page) -> None:
    """The last one is given back at the counter, signed for on paper."""
    desk.keyboard.press("h")
    desk.get_by_label("交给谁").select_option(label="当面还给申请人")
    desk.get_by_label("领的人", exact=True).fill("欧阳海生")
    desk.get_by_role("button", name=re.compile("^登记交出")).click()
    expect(desk.get_by_role("alert")).to_contain_text("签名")
    desk.get_by_text("在打印的上面签了名").click()
    desk.get_by_role("button", name=re.compile("^登记交出")).click()
    expect(desk.locator(".desk > header .chip").first).to_have_text("收到了")


def test_originals_go_to_another_hall_and_come_back_before_the_case_is_filed(
    app: App, page: Page, desk: Page, new_page: NewPage, phone: str
) -> None:
    town = new_page(viewport=WIDE)
    steps.staff(desk, "clerk")
    _take_in(desk, CARD, phone)
    desk.keyboard.press("v")
    expect(desk.get_by_role("heading", level=1)).to_have_text(CARD)
    case = desk.url
    _lay(desk, "户口簿", 2)
    _lay(desk, "身份证", 1)
    assert _both(desk, "有原件的办件") == []
    desk.goto(case)
    number = _send(desk)
    steps.sign_in(page, phone, "/matters")
    page.goto("/matters")
    page.get_by_role("link", name=re.compile(CARD)).click()
    page.get_by_role("link", name=re.compile("^办件")).click()
    own = page.url
    expect(page.locator("#originals")).to_contain_text("单号 EA123456789CN")
    assert judge(page, "原件在路上的办件") == []
    _joined(app, town)
    _receive(town, number)
    page.goto(own)
    expect(page.locator("#originals")).to_contain_text("正在找")
    _find(desk, number)
    _mail_back(town, number)
    page.goto(own)
    assert judge(page, "原件寄来的办件") == []
    steps.press(page, "原件收到了，份数对")
    expect(page.locator("#originals")).to_contain_text("已经还给你")
    desk.goto(case)
    desk.get_by_role("link", name=re.compile("^申请人撤回")).click()
    desk.locator("dialog[open] textarea").fill("不办了")
    desk.locator("dialog[open] .button").first.click()
    expect(desk.locator(".desk > header .chip").first).to_have_text("已撤回")
    desk.wait_for_load_state()
    desk.keyboard.press("s")
    expect(desk.get_by_role("alert")).to_contain_text("户口簿 1 份在")
    assert _both(desk, "不能归档") == []
    desk.goto(case)
    _hand_back(desk)
    desk.goto(case)
    _key(desk, "s", "已归档")

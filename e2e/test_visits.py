"""A visit from the wish to the rating: asked for on a phone, taken, agreed, signed and done at the door, handed in,
decided, brought, rated, called back; and the one line of all that happened.
"""

import re

from playwright.sync_api import Page, ViewportSize, expect

from e2e import steps
from e2e.conftest import App, NewPage
from e2e.faults import agent as staff_of
from e2e.judge import judge, measure

ITEM, WHO = "老年人优待证", "李秀英"
NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1440, "height": 900}


def _both(page: Page, name: str) -> list[str]:
    """What is wrong with a page of the console, on a phone and wide."""
    before = page.viewport_size
    assert before
    wrong = judge(page, name)
    page.set_viewport_size(WIDE if before["width"] == NARROW["width"] else NARROW)
    wrong += measure(page, f"{name}, the other width")
    page.set_viewport_size(before)
    return wrong


def _ask(page: Page, phone: str) -> str:
    """The resident asks; returns the address of the visit."""
    steps.settled(page, phone, WHO)
    page.goto("/visits")
    assert judge(page, "还没有申请过上门") == []
    page.get_by_role("link", name="看能上门办的事").click()
    assert judge(page, "能上门办的事") == []
    page.get_by_role("link", name=re.compile(ITEM)).click()
    steps.press(page, "申请上门")
    expect(page.get_by_role("alert")).to_contain_text("请")
    assert judge(page, "没填完的申请") == []
    page.get_by_label(re.compile("李\\*英")).check()
    page.get_by_label(re.compile("80 岁以上")).check()
    page.get_by_label("村、社区").select_option("huilong-01")
    page.get_by_label("门牌或怎么找").fill("3 组 12 号")
    steps.press(page, "申请上门")
    expect(page.locator("main")).to_contain_text("前会有人接")
    assert judge(page, "等人接的上门") == []
    return page.url


def _take(agent: Page) -> None:
    """The agent is told of it, takes it, and agrees on a time."""
    steps.staff(agent, "agent")
    expect(agent.locator("main")).to_contain_text("新消息")
    assert _both(agent, "代办员的上门") == []
    agent.reload()  # the judge left the folds open
    agent.locator("ul.rows a", has_text="等人接单").filter(has_text=ITEM).first.click()
    assert _both(agent, "等人接的上门") == []
    agent.get_by_role("button", name=re.compile("^接单")).click()
    expect(agent.locator(".desk > header .chip").first).to_have_text("已接单")
    agent.get_by_role("link", name=re.compile("^约时间")).click()
    agent.get_by_label("日期").fill("2026-11-24")
    agent.get_by_label("几点").fill("14:00")
    assert judge(agent, "约时间") == []
    agent.get_by_role("button", name=re.compile("^约好了")).click()
    expect(agent.locator(".desk > header .chip").first).to_have_text("已约时间")
    assert _both(agent, "约好的上门") == []


def _at_the_door(agent: Page) -> None:
    """委托书, then the hand-over list; both signed on paper."""
    agent.get_by_role("link", name=re.compile("^签委托书")).click()
    agent.get_by_label("第 1 样材料").fill("身份证")
    agent.get_by_label("第 1 样的原件份数").fill("1")
    assert _both(agent, "委托什么") == []
    agent.get_by_role("button", name=re.compile("^写成委托书")).click()
    expect(agent.locator(".legal")).to_contain_text(WHO)
    assert _both(agent, "委托书") == []
    agent.get_by_label("在打印的上面签了名").check()
    agent.get_by_role("button", name=re.compile("^签好了")).click()
    agent.get_by_role("link", name=re.compile("^到了，开始办")).click()
    assert _both(agent, "到门口") == []
    agent.get_by_label("看过身份证原件").check()
    agent.get_by_label("第 1 样材料").fill("身份证")
    agent.get_by_label("第 1 样的原件份数").fill("1")
    agent.get_by_label("在打印的上面签了名").check()
    agent.get_by_role("button", name=re.compile("^办好了")).click()
    expect(agent.locator(".desk > header .chip").first).to_have_text("已上门")
    assert _both(agent, "已上门") == []


def _hand_in(app: App, centre: Page, at: str) -> str:
    """The town's centre takes the papers in; returns the number of the case."""
    said = app.staff("add", "centre-visits", "倪窗口", "clerk@hall:huilong")
    staff_of.sign_in(centre, "centre-visits", staff_of.first_password(said))
    centre.goto("/console/visits")
    assert _both(centre, "镇里的上门") == []
    centre.goto(at)
    centre.get_by_role("button", name=re.compile("^收件，转成办件")).click()
    expect(centre.locator(".desk > header .chip").first).to_have_text("办理中")
    assert _both(centre, "交了件的上门") == []
    number = centre.locator("dt", has_text="办件").locator("+ dd").inner_text()
    assert re.fullmatch(r"320681 \d{6} 3 \d{6} \d", number)
    return number


def _decide(officer: Page, number: str) -> None:
    """The department accepts, grants, and has the result made."""
    steps.staff(officer, "officer")
    officer.keyboard.press("/")
    officer.keyboard.type(number)
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("heading", level=1)).to_have_text(ITEM)
    officer.wait_for_load_state()
    officer.keyboard.press("s")
    expect(officer.locator(".desk > header .chip").first).to_have_text("审查中")
    officer.wait_for_load_state()
    officer.keyboard.press("d")
    officer.get_by_label("准予").check()
    officer.get_by_role("button", name=re.compile("^作出决定")).click()
    expect(officer.locator(".desk > header .chip").first).to_have_text("已决定")
    officer.wait_for_load_state()
    officer.keyboard.press("s")
    expect(officer.locator(".desk > header .chip").first).to_have_text("已办结")


def _rate(page: Page, at: str) -> None:
    """The resident says how it was, and sees all that happened as one line."""
    page.goto(at)
    page.get_by_label("非常满意", exact=True).check()
    steps.press(page, "评价")
    expect(page.locator("main")).to_contain_text("你的评价：非常满意")
    assert judge(page, "评价过的上门") == []
    page.goto("/visits")
    assert judge(page, "申请过的上门") == []
    page.goto("/matters")
    expect(page.locator("main")).to_contain_text("已送达")
    assert judge(page, "我的办件") == []
    page.get_by_role("link", name=re.compile(ITEM)).click()
    line = page.locator("ol.line")
    for words in (
        "作了评价",
        "结果送到家里",
        "决定：准予",
        "收件",
        "上门办好",
        "约好上门时间",
        "申请上门",
    ):
        expect(line).to_contain_text(words)
    assert judge(page, "一件事的经过") == []
    page.get_by_role("link", name=re.compile("^办件")).click()
    expect(page.locator("main")).to_contain_text("已送达")


def _call_back(app: App, supervisor: Page, number: str) -> None:
    """The supervisor calls, and writes down what was said."""
    app.call_back(number)
    steps.staff(supervisor, "supervisor")
    supervisor.goto("/console/return-calls")
    card = supervisor.locator("section.card", has_text=ITEM)
    assert _both(supervisor, "上门回访") == []
    card.get_by_text("满意", exact=True).click()
    card.get_by_role("button", name="记下来").click()
    expect(supervisor.locator("section.card", has_text=ITEM)).to_have_count(0)
    assert _both(supervisor, "没有要回访的") == []


def test_a_visit_from_the_wish_to_the_call_back(
    app: App, page: Page, other: Page, new_page: NewPage, phone: str
) -> None:
    asked = _ask(page, phone)
    at = asked.replace("/visits/", "/console/visits/")
    number = page.locator("dt", has_text="申请号").locator("+ dd").inner_text()
    _take(other)
    _at_the_door(other)
    case = _hand_in(app, new_page(viewport=WIDE), at)
    _decide(new_page(viewport=WIDE), case)
    other.reload()
    other.get_by_role("button", name=re.compile("^结果送到了")).click()
    expect(other.locator(".desk > header .chip").first).to_have_text("已送达")
    assert _both(other, "送到的上门") == []
    _rate(page, asked)
    _call_back(app, new_page(viewport=WIDE), number)

"""The desk goes on without a network: what it takes in is on its disk, unreadable, and becomes one case afterwards."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import App
from e2e.faults import agent
from e2e.faults.world import Phone
from e2e.installed import Newer
from e2e.judge import judge
from e2e.test_offline_visit import HERE, PLAIN, found
from tests.factories import id_number

WHO, NOTE, MATTER = "秘密的顾阿婆", "材料在信封里", "医药费零星报销"
AWAY = "http://127.0.0.1:9"
_names = iter(range(1, 100))


def joined(app: App, page: Page, role: str = "desk") -> str:
    """Somebody new of the desk, signed in."""
    name = f"{role}-away{next(_names)}"
    said = app.staff("add", name, "施驻沪", f"{role}@hall:shanghai")
    agent.sign_in(page, name, agent.first_password(said))
    return name


def register(page: Page) -> None:
    """登记这台电脑, and the page is kept."""
    page.goto("/crossregion/desk")
    agent.on(page, "enrol")
    assert judge(page, "enrol") == []
    page.get_by_label("设一个口令").fill(agent.PIN)
    page.get_by_label("再输一遍").fill(agent.PIN)
    page.get_by_role("button", name="登记这台电脑").click()
    agent.on(page, "home")
    page.wait_for_function(
        "async () => Boolean(await (await caches.open('assets')).match('/crossregion/desk'))"
    )


def unlock(page: Page) -> None:
    """Open the page anew, and type the PIN."""
    page.goto("/crossregion/desk")
    agent.on(page, "unlock")
    page.get_by_label("口令", exact=True).fill(agent.PIN)
    page.get_by_role("button", name="打开").click()
    agent.on(page, "home")


def choose(page: Page) -> None:
    """The matter, and how it goes."""
    agent.do(page, "start")
    agent.on(page, "matter")
    value = page.locator("[data-fact=item] option", has_text=MATTER).first.get_attribute("value")
    page.get_by_label("来办什么事").select_option(value)
    expect(page.locator("[data-plan]")).to_contain_text("谁决定")
    expect(page.locator("[data-bring]")).to_contain_text("医疗费发票")


def fill(page: Page, papers: list[Path], n: int, who: str = WHO) -> None:
    """A whole case with two papers, up to its last button."""
    choose(page)
    agent.step(page, "applicant")
    page.get_by_label("手机号", exact=True).fill(f"1000000{7000 + n}")
    page.get_by_label("申请人姓名").fill(who)
    page.get_by_text("证件和本人核对过").click()
    page.get_by_label("证件号码").fill(id_number(700 + n))
    agent.step(page, "consent")
    expect(page.locator("[data-signs]")).to_contain_text(f"申请人：{who}")
    agent.sign(page)
    agent.step(page, "papers")
    for sheet, paper in zip(("身份证", "医疗费发票"), papers, strict=True):
        laid = page.locator(f'[data-laid] > li[data-name="{sheet}"]')
        laid.locator("[type=file]").set_input_files(paper)
        expect(laid.locator("ul li")).to_have_count(1)
        laid.get_by_text("每一页都和原件核对过").click()
    agent.step(page, "finish")
    page.get_by_label("备注").fill(NOTE)


def sent(page: Page) -> None:
    """Everything is handed over."""
    page.evaluate("dispatchEvent(new Event('online'))")
    agent.sent(page)


def test_an_hour_without_network_server_or_session_is_one_case_afterwards(
    app: App, chromium: Browser, desk: Page, tmp_path: Path
) -> None:
    with Newer(app.url) as front:
        computer = Phone(chromium.browser_type, front, tmp_path / "profile")
        joined(app, computer.page)
        register(computer.page)
        assert judge(computer.page, "home") == []
        assert computer.context
        computer.context.clear_cookies()
        front.home = AWAY
        unlock(computer.page)
        fill(computer.page, [agent.picture(tmp_path, n) for n in range(2)], 1)
        agent.finish(computer.page)
        expect(computer.page.locator("[data-receipt]")).to_contain_text("本机编号")
        expect(computer.page.locator("[data-receipt]")).to_contain_text(f"申请人{WHO}")
        computer.kill()
        computer.open()
        unlock(computer.page)
        expect(computer.page.locator("[data-badge]")).to_contain_text("1 条待上传")
        front.home = app.url
        sent(computer.page)
        expect(computer.page.locator("[data-quarantined]")).to_have_text("")
        expect(computer.page.locator("[data-today]")).to_contain_text("交上去了")
        sent(computer.page)
        computer.close()
    joined(app, desk)
    desk.goto("/console/crossregion")
    row = desk.locator("#waiting .row", has_text="断网时收的")
    expect(row).to_have_count(1)
    row.click()
    expect(desk.locator("#consent")).to_contain_text("在屏上签的")
    expect(desk.locator("#here")).to_contain_text("医疗费发票")
    expect(desk.locator("#here .chip", has_text="核对过")).to_have_count(2)
    expect(desk.locator("#here")).not_to_contain_text("没核对")
    shutil.rmtree(tmp_path / "profile")


def test_nothing_personal_can_be_read_in_the_profile_without_the_pin(
    app: App, chromium: Browser, tmp_path: Path
) -> None:
    with Newer(app.url) as front:
        computer = Phone(chromium.browser_type, front, tmp_path / "profile")
        joined(app, computer.page)
        register(computer.page)
        assert computer.context
        computer.context.set_offline(True)
        papers = [agent.picture(tmp_path, n) for n in range(2)]
        fill(computer.page, papers, 2)
        agent.finish(computer.page)
        agent.do(computer.page, "home")
        fill(computer.page, papers, 3, WHO + "乙")
        computer.page.evaluate(PLAIN.replace('open("visits")', 'open("desk")'), HERE)
        computer.wait(1_000)
        computer.kill()
    assert found(tmp_path / "profile", HERE), "a search that would find what is readable"
    for words in (WHO, NOTE, id_number(702), id_number(703)):
        assert found(tmp_path / "profile", words) == []
    shutil.rmtree(tmp_path / "profile")


def test_what_was_refused_is_seen_by_the_desk_s_manager_and_settled(
    app: App, page: Page, desk: Page, tmp_path: Path
) -> None:
    joined(app, page)
    register(page)
    page.context.set_offline(True)
    fill(page, [agent.picture(tmp_path, n) for n in range(2)], 4)
    agent.finish(page)
    joined(app, desk, "manager")
    desk.goto("/console/sync-devices")
    assert judge(desk, "devices") == []
    desk.locator("tbody tr", has_text="窗口电脑").last.get_by_role("link").click()
    assert judge(desk, "a computer") == []
    desk.get_by_label("停用原因").fill("电脑换了")
    desk.get_by_role("button", name=re.compile("^停用 ")).click()
    expect(desk.get_by_text("已停用，还没清除")).to_be_visible()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    agent.on(page, "gone")
    desk.reload()
    desk.get_by_role("link", name="看内容，处理").click()
    desk.get_by_role("button", name=re.compile("^打开看内容")).click()
    expect(desk.locator("main")).to_contain_text(WHO)
    assert judge(desk, "an opened record") == []
    desk.get_by_text("重新办一次").click()
    desk.get_by_label("处理说明").fill("本人来说明了")
    desk.get_by_role("button", name="这样处理").click()
    expect(desk.get_by_role("link", name=re.compile("^看办件"))).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_every_step_says_what_is_missing_and_can_be_used_by_everybody(
    app: App, page: Page, tmp_path: Path, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    joined(app, page)
    register(page)
    agent.do(page, "start")
    agent.do(page, "next")
    expect(page.locator("[data-said]")).to_contain_text("请选来办什么事")
    page.locator("header [data-do=back]").click()
    fill(page, [agent.picture(tmp_path, n) for n in range(2)], 5 + width % 7)
    for name in ("finish", "papers", "consent", "applicant", "matter"):
        agent.on(page, name)
        assert judge(page, name) == []
        if name != "matter":
            page.locator("header [data-do=back]").click()
    agent.step(page, "applicant")
    page.get_by_label("证件号码").fill("110105194912310021")
    agent.do(page, "next")
    expect(page.locator("[data-said]")).to_contain_text("身份证号不对")
    page.get_by_label("证件号码").fill(id_number(700))
    page.get_by_label("申请人姓名").fill("改了姓名")
    agent.step(page, "consent")
    agent.do(page, "next")
    expect(page.locator("[data-said]")).to_contain_text("请申请人签名")

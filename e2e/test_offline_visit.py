"""A visit at a door without a network and without a session: nothing is lost, and nobody reads it without the PIN."""

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

HERE = "这里能找到"  # written in plain beside what is sealed, so that a search that finds nothing proves something
TAPS = 24  # at five seconds each: two minutes
PLAIN = """said => new Promise(resolve => {
  indexedDB.open("visits").onsuccess = event => {
    const whole = event.target.result.transaction("meta", "readwrite", {durability: "strict"});
    whole.objectStore("meta").put({said}, "plain");
    whole.oncomplete = () => { event.target.result.close(); resolve() };
  };
})"""
_names = iter(range(1, 100))


def joined(app: App, page: Page, role: str = "agent") -> str:
    """Somebody new who works here, signed in."""
    name = f"{role}-offline{next(_names)}"
    scope = f"village:{agent.VILLAGE}" if role == "agent" else "hall:huilong"
    agent.sign_in(page, name, agent.first_password(app.staff("add", name, "黄代办", f"{role}@{scope}")))
    return name


def test_a_whole_visit_without_network_or_session(app: App, page: Page, tmp_path: Path) -> None:
    joined(app, page)
    agent.register(page)
    page.context.clear_cookies()
    page.context.set_offline(True)
    agent.unlock(page)
    assert judge(page, "today") == []
    agent.fill(page, [agent.picture(tmp_path, n) for n in range(2)])
    agent.finish(page)
    expect(page.locator("[data-badge]")).to_contain_text("1 条待上传")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    agent.do(page, "home")
    agent.sent(page)
    [held] = agent.kept(page)
    assert (held["state"], held["body"]) == ("done", "")
    assert held["receipt"].count('"key"') == 1


def test_a_planned_visit_takes_few_taps_and_is_done_on_the_server_too(
    app: App, page: Page, desk: Page, tmp_path: Path
) -> None:
    name = joined(app, page)
    visit = app.run("e2e.faults.plan", name).split()[-1]
    agent.register(page)
    planned = page.locator("[data-today] button")
    expect(planned).to_contain_text("资料已备好")
    expect(planned).to_contain_text("顾阿公 · 城北社区 7 组 3 号")
    assert judge(page, "today with a visit") == []
    page.context.clear_cookies()
    page.context.set_offline(True)
    agent.unlock(page)
    page.evaluate("window.taps = 0; addEventListener('pointerdown', () => { taps += 1 }, true)")
    planned.click()
    expect(page.get_by_label("办事人姓名")).to_be_disabled()
    expect(page.get_by_label("证件号码")).to_be_hidden()
    agent.through_the_steps(page, [agent.picture(tmp_path, 3)])
    agent.finish(page)
    assert page.evaluate("taps") <= TAPS
    agent.do(page, "home")
    expect(planned).to_have_count(0)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    agent.sent(page)
    expect(planned).to_have_count(0)
    page.reload()
    agent.unlock(page)
    expect(planned).to_have_count(0)
    joined(app, desk, "clerk")
    desk.goto(f"/console/visits/{visit}")
    expect(desk.locator("main")).to_contain_text("已上门")
    desk.get_by_role("link", name="委托书").first.click()
    expect(desk.locator("body")).to_contain_text("顾阿公")


def test_every_step_can_be_used_by_everybody(app: App, page: Page, tmp_path: Path) -> None:
    page.goto("/visits/phone")
    agent.on(page, "enrol")
    assert judge(page, "enrol") == []
    joined(app, page)
    agent.register(page)
    agent.fill(page, [agent.picture(tmp_path)])
    for name in ("finish", "signature", "documents", "handed", "ticks", "identity"):
        agent.on(page, name)
        assert judge(page, name) == []
        if name != "identity":
            page.locator("header [data-do=back]").click()


def test_a_signature_stands_under_the_text_that_was_shown_only(app: App, page: Page, tmp_path: Path) -> None:
    joined(app, page)
    agent.register(page)
    agent.fill(page, [])
    for _ in range(4):
        page.locator("header [data-do=back]").click()
    agent.on(page, "ticks")
    page.locator('[data-screen="ticks"] .choice:has([data-fact=powers]:not(:checked))').first.click()
    for name in ("handed", "documents", "signature"):
        agent.step(page, name)
    agent.do(page, "next")
    expect(page.locator("[data-said]")).to_contain_text("请本人签名")
    agent.sign(page)
    agent.step(page, "finish")
    expect(page.locator("[data-summary]")).to_contain_text("已签")


def test_without_a_session_the_list_says_how_old_it_is(app: App, page: Page) -> None:
    joined(app, page)
    agent.register(page)
    expect(page.locator("[data-nothing]")).to_contain_text("今天没有派给你的上门")
    page.context.clear_cookies()
    page.reload()
    agent.unlock(page)
    expect(page.locator("[data-aged]")).to_contain_text("登录过期了")
    expect(page.locator("[data-aged] a")).to_be_visible()


def test_a_wrong_pin_opens_nothing_and_costs_time(app: App, page: Page) -> None:
    joined(app, page)
    agent.register(page)
    page.reload()
    for turn in range(5):
        page.get_by_label("口令", exact=True).fill("000000")
        page.get_by_role("button", name="打开").click()
        expect(page.locator("[data-said]")).to_contain_text("试错太多次" if turn == 4 else "口令不对")
        expect(page.get_by_role("button", name="打开")).to_be_enabled()
    page.reload()
    page.get_by_label("口令", exact=True).fill(agent.PIN)
    page.get_by_role("button", name="打开").click()
    expect(page.locator("[data-said]")).to_contain_text("试错太多次")


def test_nothing_personal_can_be_read_in_the_profile_without_the_pin(
    app: App, chromium: Browser, tmp_path: Path
) -> None:
    with Newer(app.url) as front:
        phone = Phone(chromium.browser_type, front, tmp_path / "profile")
        joined(app, phone.page)
        agent.register(phone.page)
        assert phone.context
        phone.context.set_offline(True)
        agent.fill(phone.page, [agent.picture(tmp_path)])
        agent.finish(phone.page)
        agent.do(phone.page, "home")
        agent.fill(phone.page, [agent.picture(tmp_path, 1)], agent.WHO + "乙")
        phone.page.evaluate(PLAIN, HERE)
        phone.wait(1_000)
        phone.kill()
    assert found(tmp_path / "profile", HERE), "a search that would find what is readable"
    for words in (agent.WHO, agent.NOTE, "身份证原件", agent.PIN + '"'):
        assert found(tmp_path / "profile", words) == []
    shutil.rmtree(tmp_path / "profile")


def found(folder: Path, words: str) -> list[str]:
    """The files that hold the words, as a browser may write them."""
    ways = [words.encode(), words.encode("utf-16-le"), words.encode("utf-16-be")]
    files = [path for path in folder.rglob("*") if path.is_file() and "Code Cache" not in path.parts]
    kept = [path for path in files if "CacheStorage" not in path.parts and "Cache_Data" not in path.parts]
    return [str(path) for path in kept if any(way in path.read_bytes() for way in ways)]


def test_a_revoked_phone_hands_over_and_erases_itself(
    app: App, page: Page, desk: Page, tmp_path: Path
) -> None:
    joined(app, page)
    agent.register(page)
    page.context.set_offline(True)
    agent.fill(page, [agent.picture(tmp_path)])
    agent.finish(page)
    joined(app, desk, "supervisor")
    desk.goto("/console/sync-devices")
    assert judge(desk, "phones") == []
    desk.locator("tbody tr").last.get_by_role("link").click()
    assert judge(desk, "a phone") == []
    desk.get_by_label("停用原因").fill("手机丢了")
    desk.get_by_role("button", name="停用 我的手机").click()
    expect(desk.get_by_text("已停用，还没清除")).to_be_visible()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    agent.on(page, "gone")
    expect(page.get_by_text("记录已交给办公室，手机里的资料已清除")).to_be_visible()
    assert agent.kept(page) == []
    desk.reload()
    expect(desk.get_by_text("已停用，已清除")).to_be_visible()
    expect(desk.get_by_text("这部手机已经停用，记录先留着")).to_be_visible()
    desk.get_by_role("link", name="看内容，处理").click()
    assert judge(desk, "a quarantined record") == []
    desk.get_by_role("button", name=re.compile("^打开看内容")).click()
    expect(desk.locator("main")).to_contain_text(agent.WHO)
    assert judge(desk, "an opened record") == []
    desk.get_by_text("已经核对处理").click()
    desk.get_by_label("处理说明").fill("电话核对过")
    desk.get_by_role("button", name="这样处理").click()
    expect(desk.locator("main")).to_contain_text("：电话核对过")


def test_what_a_phone_cannot_send_is_carried_to_the_office(
    app: App, page: Page, desk: Page, tmp_path: Path
) -> None:
    joined(app, page)
    agent.register(page)
    page.context.set_offline(True)
    agent.fill(page, [agent.picture(tmp_path)])
    agent.finish(page)
    agent.do(page, "home")
    page.get_by_text("传不上去怎么办").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="求助导出").click()
    path = tmp_path / "a.qbhelp"
    download.value.save_as(path)
    assert agent.WHO.encode() not in path.read_bytes()
    joined(app, desk, "clerk")
    desk.goto("/console/sync-imports")
    assert judge(desk, "import") == []
    desk.get_by_label("求助文件").set_input_files(path)
    desk.get_by_role("button", name="导入").click()
    expect(desk.get_by_text("收下 1 条")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="现在就传").click()
    agent.sent(page)


@pytest.mark.parametrize("pin", ["12345", "abcdef"])
def test_a_pin_that_is_too_weak_is_not_taken(app: App, page: Page, pin: str) -> None:
    page.goto("/visits/phone")
    agent.on(page, "enrol")
    page.get_by_label("设一个口令").fill(pin)
    page.get_by_label("再输一遍").fill(pin)
    page.locator("[data-form=enrol]").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="登记这部手机").click()
    expect(page.locator("[data-said]")).to_contain_text("口令要 6 到 12 位数字")

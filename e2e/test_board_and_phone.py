"""A hall's board and the phones of those who wait see what happens at the counters, as it happens."""

import json
import re

from playwright.sync_api import Page, expect

from e2e import steps
from e2e.conftest import App, NewPage
from e2e.installed import settled
from e2e.judge import judge

# A browser with one Chinese voice that speaks at once, and remembers what it said and whether two overlapped.
VOICE = """
window.said = []; window.overlaps = 0; let speaking = 0;
const voices = [{lang: "en-US", name: "en"}, {lang: "zh-CN", name: "zh"}];
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => voices, cancel() {},
  speak(one) {
    if (speaking) window.overlaps += 1;
    speaking += 1;
    window.said.push([one.text, one.lang, one.voice.name]);
    setTimeout(() => { speaking -= 1; one.onend(); }, 50);
  }}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
CHIMES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };
"""
SHAKEN = "window.shaken = 0; navigator.vibrate = () => { window.shaken += 1; return true; }"
TELEVISION = {"viewport": {"width": 1920, "height": 1080}}


class Hall:
    """What happens at the counters, and the numbers that came of it."""

    def __init__(self, app: App) -> None:
        self.app = app

    def does(self, deeds: str) -> list[dict[str, str]]:
        """Several, divided by commas: `open 55, take E`."""
        words = [word for deed in deeds.split(",") for word in [*deed.split(), ","]][:-1]
        done: list[dict[str, str]] = json.loads(self.app.run("e2e.hall", *words).splitlines()[-1])
        return done

    def emptied(self) -> None:
        """Nobody waits and every counter is closed: halls are shared by the tests of a run."""
        self.does("clear")


def spoken(board: Page, words: str) -> int:
    """How often it was said."""
    return int(board.evaluate("words => window.said.filter(one => one[0] === words).length", words))


def heard(board: Page, words: str, times: int) -> None:
    """Wait until it was said so often."""
    board.wait_for_function(
        "([words, n]) => window.said.filter(one => one[0] === words).length >= n", arg=[words, times]
    )
    assert spoken(board, words) == times


def words(number: str, counter: int) -> str:
    """As the server says it."""
    from backend.queue.spoken import spoken as of_server

    return of_server(number, counter)


def test_a_call_is_shown_and_said_twice_and_never_twice_over(app: App, new_page: NewPage) -> None:
    hall = Hall(app)
    hall.emptied()
    first, second = hall.does("open 55, open 56, take E, take E")[-2:]
    board = new_page(**TELEVISION)
    board.add_init_script(VOICE)
    board.goto("/boards/city")
    expect(board.get_by_text("现在没有叫号")).to_be_visible()
    board.get_by_role("button", name="点此开启声音").click()
    expect(board.get_by_role("button", name="点此开启声音")).to_be_hidden()
    hall.does("call 55, call 56")
    expect(board.locator(".now")).to_contain_text(f"{second['number']}请到 56 号窗口")
    heard(board, words(first["number"], 55), 2)
    heard(board, words(second["number"], 56), 2)
    assert board.evaluate("window.overlaps") == 0
    assert {tuple(one[1:]) for one in board.evaluate("window.said")} == {("zh-CN", "zh")}
    hall.does("ring 55")
    heard(board, words(first["number"], 55), 4)
    expect(board.locator(".now")).to_contain_text(first["number"])
    board.reload()  # it comes back: what it has said it does not say again
    expect(board.locator(".now")).to_contain_text(first["number"])
    board.mouse.click(5, 5)
    hall.does("ring 56")
    board.get_by_role("button", name="点此开启声音").click()
    heard(board, words(second["number"], 56), 2)
    assert spoken(board, words(first["number"], 55)) == 0


def test_a_board_that_is_cut_off_says_so_and_comes_back_by_itself(app: App, new_page: NewPage) -> None:
    hall = Hall(app)
    hall.emptied()
    taken = hall.does("open 55, take E")[-1]
    board = new_page(**TELEVISION)
    board.goto("/boards/city")
    expect(board.get_by_text("现在没有叫号")).to_be_visible()
    board.context.set_offline(True)
    expect(board.locator("[data-wire]")).to_contain_text("连接断开，正在重连")
    hall.does("call 55")
    board.context.set_offline(False)
    expect(board.locator("[data-wire]")).to_have_text("已恢复")
    expect(board.locator(".now")).to_contain_text(taken["number"])
    expect(board.locator("[data-wire]")).to_be_hidden()


def test_a_phone_moves_up_shakes_when_called_and_comes_back_after_a_miss(
    app: App, page: Page, phone: str, new_page: NewPage
) -> None:
    hall = Hall(app)
    hall.emptied()
    steps.settled(page, phone)
    hall.does("open 55, take E")
    mine = hall.does(f"take E {phone}, take E, take E")[0]
    page.add_init_script(SHAKEN)
    page.goto(f"/tickets/{mine['ticket']}")
    expect(page.locator(".ahead")).to_contain_text("1 人")
    family = follow(page, new_page)
    hall.does("call 55")
    expect(page.locator(".ahead")).to_contain_text("0 人")
    hall.does("done 55, call 55")
    for one in (page, family):
        expect(one.locator(".is-called")).to_contain_text("请到 55 号窗口")
    assert page.title().startswith(f"轮到你了 {mine['number']}")
    assert page.evaluate("window.shaken") == 1
    hall.does("ring 55")
    settled(page, "() => window.shaken", "shaken => shaken === 2")
    steps_missed(hall, page, family)
    page.goto("/notices")
    for said in ("快轮到你了", "轮到你了", "过号了"):
        expect(page.locator(".notices")).to_contain_text(f"{mine['number']} {said}")


def steps_missed(hall: Hall, page: Page, family: Page) -> None:
    """Missed, back, put off, and given back."""
    hall.does("miss 55")
    expect(page.locator(".is-missed")).to_be_visible()
    steps.press(page, "我回来了，接着排")
    expect(page.locator(".ahead")).to_contain_text("2 人")
    hall.does("take E")
    page.get_by_text("晚点再叫我").click()
    page.get_by_role("button", name="1 位", exact=True).click()
    expect(page.locator(".ahead")).to_contain_text("3 人")
    expect(family.locator(".ahead")).to_contain_text("3 人")
    page.get_by_text("不办了").first.click()
    page.get_by_role("button", name=re.compile("让出")).click()
    expect(page.locator(".is-withdrawn")).to_be_visible()
    expect(family.locator(".is-withdrawn")).to_be_visible()


def follow(page: Page, new_page: NewPage) -> Page:
    """The family's phone, by a link."""
    mine = page.url
    page.get_by_role("link", name="让家人一起看").click()
    steps.press(page, "生成一个链接")
    link = page.get_by_label("把它发给家人").input_value()
    family = new_page()
    family.goto(link)
    expect(family.locator(".ahead")).to_contain_text("1 人")
    page.goto(mine)
    return family


def test_a_link_that_is_withdrawn_ends_the_page_that_follows(
    app: App, page: Page, phone: str, new_page: NewPage
) -> None:
    hall = Hall(app)
    hall.emptied()
    steps.settled(page, phone)
    mine = hall.does(f"open 55, take E, take E {phone}")[-1]
    page.goto(f"/tickets/{mine['ticket']}")
    family = follow(page, new_page)
    page.get_by_role("link", name="让家人一起看").click()
    steps.press(page, "撤回")
    expect(family.get_by_role("main")).to_contain_text("这个链接已经失效")


def test_without_a_script_a_number_is_followed_and_given_back(app: App, new_page: NewPage) -> None:
    hall = Hall(app)
    hall.emptied()
    taken = hall.does("open 55, take E")[-1]
    key = hall.does(f"paper {taken['ticket']}")[0]["key"]
    page = new_page(java_script_enabled=False)
    page.goto(f"/q/{key}")
    expect(page.locator(".ahead")).to_contain_text("0 人")
    hall.does("call 55")
    page.get_by_role("link", name="刷新").click()
    expect(page.locator(".is-called")).to_contain_text("请到 55 号窗口")
    board = new_page(**TELEVISION, java_script_enabled=False)
    board.goto("/boards/city")
    expect(board.locator(".now")).to_contain_text(taken["number"])


def test_every_page_of_those_who_wait_is_sound(app: App, page: Page, phone: str, new_page: NewPage) -> None:
    hall = Hall(app)
    hall.emptied()
    steps.settled(page, phone)
    mine = hall.does(f"open 55, pause 55 午休, open 56, take E, take E {phone}")[-1]
    key = hall.does(f"paper {mine['ticket']}")[0]["key"]
    wrong: list[str] = []
    for path in (
        f"/tickets/{mine['ticket']}",
        f"/tickets/{mine['ticket']}/links",
        f"/q/{key}",
        "/q/x",
        "/halls/city",
    ):
        page.goto(path)
        wrong += judge(page, path.partition("-")[0])
    board = new_page(**TELEVISION)
    hall.does("call 56")
    for one, width in ((board, 1920), (page, 360)):
        one.goto("/boards/city")
        wrong += judge(one, f"the board at {width}")
    big = board.locator(".calls b").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert big >= 1080 / 8
    hall.does("done 56, call 56")
    page.goto(f"/tickets/{mine['ticket']}")
    wrong += judge(page, "called")
    hall.does("miss 56")
    page.goto(f"/tickets/{mine['ticket']}")
    wrong += judge(page, "missed")
    assert wrong == []


def test_where_the_browser_has_no_chinese_voice_a_chime_calls(app: App, new_page: NewPage) -> None:
    hall = Hall(app)
    hall.emptied()
    hall.does("open 55, take E")
    board = new_page(**TELEVISION)
    board.add_init_script(VOICE.replace(', {lang: "zh-CN", name: "zh"}', "") + CHIMES)
    board.goto("/boards/city")
    board.get_by_role("button", name="点此开启声音").click()
    hall.does("call 55")
    settled(board, "() => window.tones", "tones => tones >= 4")  # two of two tones
    assert board.evaluate("window.said") == []


def test_where_streams_are_cut_a_phone_asks_by_itself(app: App, page: Page) -> None:
    hall = Hall(app)
    hall.emptied()
    mine = hall.does("open 55, take E")[-1]
    key = hall.does(f"paper {mine['ticket']}")[0]["key"]
    page.route("**/live", lambda route: route.abort())
    page.goto(f"/q/{key}")
    expect(page.locator(".is-waiting")).to_be_visible()
    hall.does("call 55")
    expect(page.locator(".is-called")).to_contain_text("请到 55 号窗口", timeout=40_000)

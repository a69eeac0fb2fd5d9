"""Every page, as a stranger, a citizen and staff see it, judged in normal and elder mode, light and dark."""

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import Page, Route

from backend.web.pages import environment
from e2e import steps
from e2e.conftest import App
from e2e.judge import judge, measure

NOBODY = "00000000-0000-4000-8000-000000000000"
SEND = """([path, values]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: path});
  for (const [name, value] of Object.entries(values))
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  document.body.append(form);
  form.submit();
}"""

BREAK = """() => {
  const place = document.querySelector("main");
  place.innerHTML = '<p>看不清的字</p><button class="link">x</button><pre></pre><img src="data:,">';
  place.querySelector("pre").textContent = "宽".repeat(99);
  Object.assign(place.querySelector("p").style, {fontSize: "10px", color: "#bbb"});
}"""


class Tour:
    """Walks from page to page and keeps what is wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.without = ""

    def see(self, path: str, status: int = 200) -> None:
        """Open a page and judge it."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, path
        self.look(path)

    def send(self, path: str, status: int, **values: str) -> None:
        """Send a form and judge the page that answers."""
        posted = self.page.expect_response(lambda answer: answer.request.method == "POST")
        with posted as answer, self.page.expect_navigation():
            self.page.evaluate(SEND, [path, values])
        assert answer.value.status == status, path
        self.look(f"POST {path}")

    def look(self, name: str) -> None:
        """Judge the page as it stands."""
        self.wrong += judge(self.page, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", name), self.without)


def test_every_page_a_stranger_sees(page: Page) -> None:
    tour = Tour(page)
    steps.guide(page)
    tour.look("the guide")
    item = page.url.rpartition("/")[2]
    for path in (
        "/",
        "/items",
        "/items?q=身份证",
        "/items?q=xxqqzz",
        "/tickets",
        "/doorstep",
        "/shanghai",
        "/privacy",
    ):
        tour.see(path)
    for path in ("/me", "/appointments", "/session/new", f"/appointments/new?item={item}"):
        tour.see(path)
    tour.see(f"/items?q={'长' * 61}", 422)
    tour.see("/nothing", 404)
    tour.send("/codes", 422, phone="123")
    tour.send("/items", 405)
    assert tour.wrong == []


def test_every_page_of_signing_in(page: Page, phone: str) -> None:
    tour = Tour(page)
    page.goto("/")
    tour.send("/codes", 200, phone=phone)
    tour.send("/codes", 409, phone=phone)
    tour.send("/session", 422, phone=phone, code="12")
    tour.send("/session", 409, phone=phone, code="000000", tail="123456")
    assert tour.wrong == []


def test_every_error_page(page: Page, app: App) -> None:
    tour = Tour(page)
    names = environment().list_templates(filter_func=lambda name: name.startswith("errors/"))
    assert names
    for name in names:
        template = environment().get_template(name)
        looks = {
            "demo": True,
            "elder": False,
            "theme": "",
            "path": "/",
            "refusal": None,
            "home": ("/", "回首页"),
        }
        body = template.render(sentence="系统正在恢复，请稍等半分钟再试", **looks)
        page.route("**/shown", _answer(body))
        page.goto("/shown")
        tour.look(name)
        page.unroute("**/shown")
    assert tour.wrong == []


def _answer(body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body, content_type="text/html")


def test_the_judge_sees_what_is_wrong(page: Page) -> None:
    page.goto("/items")
    page.evaluate(BREAK)
    said = "\n".join(judge(page, "broken"))
    for part in ("scrolls sideways", "image-alt", "button.link “x”", "10 px text: p.", "color-contrast"):
        assert part in said


def test_every_page_of_a_citizen_who_is_new(page: Page, phone: str) -> None:
    tour = Tour(page)
    page.goto("/session/new")
    steps.enter_phone(page, phone)
    tour.look("/privacy, asked")
    steps.press(page, "知道了，继续")
    for path in ("/", "/me", "/people", "/people/new", "/notices", "/appointments", "/sessions"):
        tour.see(path)
    tour.send("/people", 422, relation="self", name="李", id_type="resident", id_number="1")
    tour.see(f"/appointments/{NOBODY}", 404)
    assert tour.wrong == []


def test_every_page_of_a_citizen_with_bookings(page: Page, phone: str) -> None:
    tour = Tour(page)
    steps.settled(page, phone)
    voucher = steps.book(page)
    tour.look("the voucher")
    steps.arrived(page, "约好了")
    for path in ("/", "/me", "/people", "/notices", "/appointments"):
        tour.see(path)
    for part in ("paper", "materials", "move"):
        tour.see(f"{voucher}/{part}")
    item, person, slot = _ids(page, voucher)
    tour.see(f"/people/{person}")
    tour.send(f"/people/{person}", 422, relation="self", name="", id_type="passport")
    tour.send("/appointments", 409, item=item, slot=slot, person=person, day=steps.WEDNESDAY)
    tour.send("/appointments", 422, item=item, person=person)
    tour.send(f"{voucher}/move", 422)
    tour.send(f"{voucher}/cancellation", 303)
    tour.see("/appointments")
    assert tour.wrong == []


def _ids(page: Page, voucher: str) -> Iterator[str]:
    """The item, the person and a free slot."""
    page.goto(voucher)
    item = page.get_by_role("link", name="办事指南").get_attribute("href") or ""
    page.goto(f"/appointments/new?item={item.rpartition('/')[2]}&day={steps.WEDNESDAY}")
    yield item.rpartition("/")[2]
    yield page.locator("[name=person]").first.input_value()
    yield page.locator(".pick:enabled").first.input_value()


def test_every_page_of_the_staff(desk: Page, app: App) -> None:
    tour = Tour(desk)
    tour.see("/console/session/new")
    tour.send("/console/session", 409, username="nobody", password="nothing-like-it")
    tour.send("/console/session", 422, username="")
    steps.staff(desk)
    for path in (
        "/console/appointments",
        f"/console/appointments?day={steps.WEDNESDAY}",
        "/console/password",
    ):
        tour.see(path)
    for path in (
        "/console/appointments?day=2026-11-29",
        "/console/week",
        "/console/deliveries",
    ):
        tour.see(path)
    tour.send("/console/appointments/search", 200, q="没有这个人")
    tour.send("/console/appointments/search", 422, q="")
    tour.without = ".week"
    tour.see("/console/week?day=2027-06-01")
    tour.send("/console/exceptions", 422, line=_line(desk), day="", counters="x")
    tour.send("/console/templates", 422, line=_line(desk), weekday="9")
    tour.send("/console/password", 422, old="x", new="short", again="other")
    tour.see(f"/console/appointments/{NOBODY}", 404)
    desk.set_viewport_size({"width": 360, "height": 740})
    for path in ("/console/appointments", "/console/week", "/console/password"):
        desk.goto(path)
        tour.wrong += measure(desk, f"{path} at 360 px")
    assert tour.wrong == []


def _line(desk: Page) -> str:
    desk.goto("/console/week")
    return desk.locator("input[name=line]").first.input_value()

"""Photos at the desk are sent as they are chosen; a lost answer and a lost network cost no page and no piece twice."""

import random
import re
from collections import Counter
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from e2e.judge import judge
from e2e.test_cases import _both
from e2e.test_crossregion import at_the_papers

PAPER = "0.jpg"


def _photo() -> bytes:
    """Half a megabyte: some pieces."""
    file = BytesIO()
    noise = random.Random(7).randbytes(800 * 600)  # a picture, no secret
    Image.frombytes("L", (800, 600), noise).save(file, "JPEG", quality=90)
    return file.getvalue()


class Line:
    """The line to the server: the answer to the second piece is lost, then everything, until it is mended."""

    def __init__(self, desk: Page) -> None:
        self.desk, self.cut = desk, False
        self.begun: Counter[str] = Counter()
        desk.route("**/console/uploads/*", self.pass_on)

    def pass_on(self, route: Route) -> None:
        if route.request.method != "PATCH":
            route.abort("connectionreset") if self.cut else route.continue_()
            return
        self.begun[route.request.headers["upload-offset"]] += 1
        if len(self.begun) == 2 and not self.cut:
            route.fetch()
            self.cut = True
        route.abort("connectionreset") if self.cut else route.continue_()


def test_a_cut_costs_no_page_and_the_press_waits_for_it(desk: Page, phone: str) -> None:
    at_the_papers(desk, phone)
    line = Line(desk)
    photo = _photo()
    desk.locator("#f-files-0").set_input_files({"name": PAPER, "mimeType": "image/jpeg", "buffer": photo})
    row = desk.locator(".sent label")
    expect(row).to_contain_text("网络断了，连上以后接着传")
    assert _both(desk, "断了的上传") == []
    desk.get_by_text("每一页都和原件核对过").click()
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(row).to_contain_text("网络断了")
    line.cut = False
    desk.evaluate("dispatchEvent(new Event('online'))")
    expect(desk.locator("#here li")).to_have_count(1)
    assert len(line.begun) == -(-len(photo) // 98_304)
    assert set(line.begun.values()) == {1}, "the piece whose answer was lost is not sent again"


def test_what_cannot_be_sent_is_said_beside_it_and_can_be_left_out(desk: Page, phone: str) -> None:
    at_the_papers(desk, phone)
    chosen: list[FilePayload] = [
        {"name": "空.jpg", "mimeType": "image/jpeg", "buffer": b""},
        {"name": PAPER, "mimeType": "image/jpeg", "buffer": _photo()},
    ]
    desk.locator("#f-files-0").set_input_files(chosen)
    rows = desk.locator(".sent label")
    expect(rows.nth(0)).to_contain_text("这个文件是空的")
    expect(rows.nth(1)).to_contain_text("传好了，等你提交")
    assert judge(desk, "选好的材料") == []
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(rows.nth(0).get_by_role("checkbox")).to_be_focused()
    rows.nth(0).get_by_role("checkbox").uncheck()
    desk.get_by_role("button", name=re.compile("^收下材料")).click()
    expect(desk.locator("#here li")).to_have_count(1)

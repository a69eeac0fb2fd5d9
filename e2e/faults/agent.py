"""What an agent does on the phone, tap by tap, and what the phone says of itself."""

import itertools
import re
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.factories import id_number

PIN = "271828"
VILLAGE = "huilong-01"
_people = itertools.count(1)
PASSWORD = "sea and dawn 1"
WHO, NOTE = "秘密的李阿婆", "低保证在抽屉里"
# Ids of the records that the phone holds or remembers, by state.
KEPT = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("visits");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("records").objectStore("records").getAll();
    all.onsuccess = () => { asked.result.close(); resolve(all.result.map(one => ({
      id: one.id, seq: one.seq, state: one.state, body: one.body, receipt: one.receipt, reason: one.reason}))) };
    all.onerror = () => reject(all.error);
  };
})"""


@cache
def picture(folder: Path, n: int = 0, side: int = 420) -> Path:
    """A BMP of noise, which a JPEG cannot make small: about 100 KB at 420 pixels, 370 KB at 800. A row of it is whole
    words of four bytes only where `side` is divisible by four.
    """
    assert side % 4 == 0
    noise = np.random.default_rng(n).integers(0, 255, (side, side, 3), dtype=np.uint8).tobytes()
    head = struct.pack(
        "<2sIHHIIiiHHIIiiII", b"BM", 54 + len(noise), 0, 0, 54, 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0
    )
    path = folder / f"paper-{n}-{side}.bmp"
    path.write_bytes(head + noise)
    return path


def first_password(said: str) -> str:
    """What `python -m backend staff add` printed."""
    found = re.search(r"临时密码 (\S+)", said)
    assert found
    return found[1]


def sign_in(page: Page, username: str, temporary: str) -> None:
    """With the first password, which is changed at once."""
    page.goto("/console/session/new")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(temporary)
    page.get_by_role("button", name="登录工作台").click()
    page.get_by_label("原密码").fill(temporary)
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一遍新密码").fill(PASSWORD)
    page.get_by_role("button", name="换成新密码").click()
    expect(page).not_to_have_url(re.compile("password"))


def do(page: Page, name: str) -> None:
    """Press the button of the screen that is shown."""
    page.locator(f"[data-screen]:not([hidden]) [data-do={name}]").click()


def on(page: Page, screen: str) -> None:
    """This screen is shown."""
    expect(page.locator(f'[data-screen="{screen}"]')).to_be_visible()


def register(page: Page, pin: str = PIN) -> None:
    """登记这部手机, and the page is kept."""
    page.goto("/visits/phone")
    on(page, "enrol")
    page.get_by_label("设一个口令").fill(pin)
    page.get_by_label("再输一遍").fill(pin)
    page.get_by_role("button", name="登记这部手机").click()
    on(page, "home")
    page.wait_for_function("async () => Boolean(await (await caches.open('assets')).match('/visits/phone'))")


def unlock(page: Page, pin: str = PIN) -> None:
    """Open the page, as from its icon, and type the PIN."""
    page.goto("/visits/phone")
    on(page, "unlock")
    page.get_by_label("口令", exact=True).fill(pin)
    page.get_by_role("button", name="打开").click()
    on(page, "home")


def fill(page: Page, papers: list[Path], who: str = WHO, room: Callable[[], None] | None = None) -> None:
    """A whole visit that somebody new asks for at the door, up to its last button. `room`: makes room where the phone
    says that it is full.
    """
    do(page, "start")
    page.get_by_label("办事人姓名", exact=True).fill(who)
    page.get_by_label("办什么", exact=True).select_option(index=1)
    number = next(_people)
    page.get_by_label("证件号码").fill(id_number(number))
    page.get_by_label("手机号", exact=True).fill(f"1000006{number:04d}")
    page.get_by_label("哪个村（社区）").select_option(VILLAGE)
    page.get_by_label("门牌").fill("3 组 12 号")
    page.get_by_label("为什么要上门").select_option("重病、长期卧床")
    through_the_steps(page, papers, room)


def through_the_steps(page: Page, papers: list[Path], room: Callable[[], None] | None = None) -> None:
    """From who it is to the last button."""
    page.locator('[data-screen="identity"]').get_by_text("看过身份证原件").click()
    step(page, "ticks", room)
    for box in page.locator('[data-screen="ticks"] .choice:has([data-fact=ticks])').all():
        box.click()
    step(page, "handed", room)
    page.locator("[data-handed] .choice").first.click()
    step(page, "documents", room)
    if papers:
        page.get_by_text("本人同意拍摄材料").click()
        photographed = page.locator("[data-shots]:has(li)")
        _until(page, lambda: page.locator("[data-camera]").set_input_files(papers), photographed, room)
        expect(page.locator("[data-shots] li")).to_have_count(len(papers))
    step(page, "signature", room)
    sign(page)
    step(page, "finish", room)
    page.get_by_label("要交代的").fill(NOTE)


def step(page: Page, to: str, room: Callable[[], None] | None = None) -> None:
    """The next step, which is shown when the one before is on the disk."""
    _until(page, lambda: do(page, "next"), page.locator(f'[data-screen="{to}"]'), room)


def _until(page: Page, deed: Callable[[], None], done: Locator, room: Callable[[], None] | None) -> None:
    """Do it; where the phone says that it is full, make room and do it again."""
    deed()
    if room:
        full = page.locator("[data-said]:visible", has_text="还没有保存")
        expect(done.or_(full).locator("visible=true").first).to_be_visible()
        if full.is_visible():
            room()
            deed()
    expect(done).to_be_visible()


def sign(page: Page) -> None:
    """A few strokes."""
    page.locator("[data-ink]").scroll_into_view_if_needed()
    box = page.locator("[data-ink]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for n in range(6):
        page.mouse.move(box["x"] + 60 + 30 * n, box["y"] + 40 + 30 * (n % 2))
    page.mouse.up()


def finish(page: Page) -> None:
    """办完了, and the phone says that it has it."""
    do(page, "done")
    expect(page.locator("[data-saved]")).to_have_text("已保存在本机")
    on(page, "saved")


def kept(page: Page) -> list[dict[str, Any]]:
    """The records that the phone knows."""
    return cast(list[dict[str, Any]], page.evaluate(KEPT))


def sent(page: Page) -> None:
    """Everything is handed over."""
    expect(page.locator("[data-badge]")).to_contain_text("0 条待上传 / 服务器已确认 0 条缺失")

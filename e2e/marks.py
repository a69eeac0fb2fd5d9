"""指给对方看: a line drawn on what several look at, and whether it is there."""

from playwright.sync_api import Page

# What is marked on a surface: at one part of its width and at none of others, turned round where one sees oneself.
PAINTED = """([name, there, empty]) => { const surface = document.querySelector(name);
  const one = surface?.querySelector(":scope > canvas.marks");
  if (!one || !one.width) return false;
  const ink = (x) => { const band = one.getContext("2d").getImageData(Math.round(one.width * x), 0, 1, one.height).data;
    return band.some((value, n) => n % 4 === 3 && value > 0); };
  const own = surface.querySelector("[data-tile=own]"), at = (x) => ink(own ? 1 - x : x);
  return at(there) && !empty.some(at); }"""


def draw(page: Page, place: str) -> None:
    """A line from the left quarter to the middle."""
    box = page.locator(place).bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 4, y)
    page.mouse.down()
    for part in (3, 4, 5, 6, 7, 8):
        page.mouse.move(box["x"] + box["width"] * part / 16 + 1, y)
    page.mouse.up()

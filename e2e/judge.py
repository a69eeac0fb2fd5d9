"""What every page owes: axe finds nothing; nothing is wider than the phone; text and targets are big enough."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests import sample

LOOKS = [(elder, theme) for elder in (False, True) for theme in ("light", "dark")]
WEAR = """([elder, theme]) => {
  document.documentElement.toggleAttribute("data-elder", elder);
  document.documentElement.dataset.theme = theme;
}"""
OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true })"
# The looks differ in style alone: what style cannot change is asked once.
STYLE = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
AXE = """async ([rules, without]) => (await axe.run(without ? {exclude: [[without]]} : document, {
  resultTypes: ["violations"], preload: false, iframes: false,
  ...(rules && {runOnly: {type: "rule", values: rules}})})).violations.flatMap(rule =>
  rule.nodes.map(node => `${rule.id} ${node.target.join(" ")} ${node.any.map(one => one.message).join("; ")}`))"""
WIDE = """() => document.documentElement.scrollWidth > innerWidth
  ? [`scrolls sideways: ${document.documentElement.scrollWidth} px`] : []"""
# Inline links in a sentence are exempt (WCAG 2.5.8), so are the radios that lie under their labels.
SMALL = """([text, tap]) => {
  const seen = node => node.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && !node.closest(".sr, .skip") && node.getBoundingClientRect().width > 1;
  const name = node => `${node.tagName.toLowerCase()}.${node.className} “${(node.innerText || node.value || "")
    .trim().slice(0, 20)}”`;
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement, size = parseFloat(getComputedStyle(parent).fontSize);
    if (walk.currentNode.data.trim() && seen(parent) && size < text) found.add(`${size} px text: ${name(parent)}`);
  }
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, label:has(> input)";
  for (const node of document.querySelectorAll(targets)) {
    if (!seen(node) || node.matches(".pick")) continue;
    const inline = node.matches("a") && getComputedStyle(node).display === "inline";
    if (inline && node.closest("p, dd, small, li span")) continue;
    const box = (node.matches("label > input") ? node.parentElement : node).getBoundingClientRect();
    const size = [box.width, box.height].map(Math.round);
    if (Math.min(...size) < tap) found.add(`${size.join("×")}: ${name(node)}`);
  }
  return [...found];
}"""


def judge(page: Page, name: str, without: str = "") -> list[str]:
    """What is wrong with the page as it stands, folds opened: as it comes, and of elder, dark and both the one that its
    name draws; with `--long` in each.

    `without`: a part that axe has seen already, and takes seconds for.
    """
    page.evaluate(OPEN)
    page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    for elder, theme in [LOOKS[0], *sample.some(name, LOOKS[1:], 3)]:
        page.evaluate(WEAR, [elder, theme])
        rules = None if (elder, theme) == LOOKS[0] else STYLE
        wrong = page.evaluate(AXE, [rules, without])
        found += [f"{name} ({'elder' if elder else 'normal'}, {theme}): {one}" for one in wrong]
    return found + measure(page, name)


def measure(page: Page, name: str) -> list[str]:
    """Width, text and targets, in normal and elder mode; folds opened."""
    page.evaluate(OPEN)
    found: list[str] = []
    for elder, text, tap in ((False, 12, 44), (True, 18, 60)):
        page.evaluate(WEAR, [elder, "light"])
        wrong = page.evaluate(WIDE) + page.evaluate(SMALL, [text, tap])
        found += [f"{name} ({'elder' if elder else 'normal'}): {one}" for one in wrong]
    return found

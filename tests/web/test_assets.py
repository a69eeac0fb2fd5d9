"""What the front-end build leaves for the pages."""

import json
import re
from pathlib import Path

import pytest

from backend.web import assets

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"""\bicon\("([a-z0-9-]+)"|\bpicture="([a-z0-9-]+)\"""")


@pytest.mark.parametrize("name", ["app.css", "app.js", "htmx.js", "icon.svg"])
def test_every_asset_is_there_under_a_name_that_changes_with_its_content(name: str) -> None:
    address = assets.asset(name)
    stem, _, ending = name.partition(".")
    assert re.fullmatch(rf"/assets/{stem}-[0-9a-f]{{10}}\.{ending}", address)
    assert (assets.DIST / address.removeprefix("/")).stat().st_size > 0


def test_every_icon_that_a_template_names_exists() -> None:
    known, named = assets.icons(), set()
    for template in (ROOT / "templates").rglob("*.html"):
        named |= {one or other for one, other in NAMED.findall(template.read_text())}
    assert len(named) > 10
    assert named - known.keys() == set()


def test_nothing_in_a_page_needs_an_inline_script_or_style() -> None:
    wrong = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)")
    for template in (ROOT / "templates").rglob("*.html"):
        assert not wrong.search(template.read_text()), template


def test_the_lock_file_pins_every_package_and_records_no_address() -> None:
    text = (ROOT / "pwa" / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert '"resolved"' not in text
    addresses = [line for line in text.splitlines() if "://" in line]
    assert [line for line in addresses if '"url": ' not in line] == [], "who may be thanked is no download"
    assert all(one["integrity"].startswith("sha512-") for path, one in packages.items() if path)
    assert packages["node_modules/htmx.org"]["version"] == "4.0.1"


def test_an_unbuilt_front_end_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    with pytest.raises(assets.NotBuilt, match="npm ci && npm run build"):
        assets.icons()


def test_the_scripts_of_a_first_visit_stay_small() -> None:
    import gzip

    files = [assets.DIST / assets.asset(name).removeprefix("/") for name in ("app.js", "htmx.js")]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < 30_000

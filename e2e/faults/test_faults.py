"""0 lost, 0 duplicated, 0 documents missing that were signed for, at most one piece sent again after a cut.

`pytest e2e/faults --points 200 --seed 7` is the long run; CI runs a few, always the same.
"""

import random
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.conftest import App
from e2e.faults import agent
from e2e.faults.points import POINTS
from e2e.faults.world import Phone, Run
from e2e.installed import Newer


def test_no_visit_is_lost_or_doubled_whatever_happens(
    app: App, chromium: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count, seed = request.config.getoption("--points"), request.config.getoption("--seed")
    rng = random.Random(seed)
    order = [POINTS[n % len(POINTS)] for n in range(count)]
    rng.shuffle(order)
    with Newer(app.url) as front:
        phone = Phone(chromium.browser_type, front, tmp_path / "profile")
        run = Run(app, phone, tmp_path, rng)
        agent.sign_in(
            run.page,
            f"agent{seed}",
            agent.first_password(
                app.staff("add", f"agent{seed}", "黄代办", f"agent@village:{agent.VILLAGE}")
            ),
        )
        agent.register(run.page)
        for number, point in enumerate(order, 1):
            print(f"{number}/{count} {point.__name__}", file=sys.stderr, flush=True)
            again, cuts = phone.resent, phone.cuts
            point(run)
            run.settle()
            assert phone.resent - again <= phone.cuts - cuts, f"{number} {point.__name__}: pieces sent again"
        held = agent.kept(run.page)
        phone.close()
    truth = run.truth()
    ids = [one["id"] for one in truth["records"]]
    assert sorted(one["id"] for one in held) == sorted(ids), "what the phone knows is what the server has"
    assert len(ids) == len(set(ids)) == run.written, "none is lost, none is doubled"
    assert {one["state"] for one in truth["records"]} == {"accepted"}
    assert {one["state"] for one in held} == {"done"}
    assert [one for one in truth["records"] if one["signed"] and one["missing"]] == []
    assert truth["flaws"] == []

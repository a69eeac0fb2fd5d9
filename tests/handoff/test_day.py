"""A whole day in compressed time: nobody is left without an outcome; how soon they were answered is told."""

import statistics
from collections import Counter

import pytest

from backend import db
from tests.handoff.day import day
from tests.told import tell

SAMPLE, ALL = (60, 5), (500, 40)  # handoffs, officers
SEED = 20261127
OPEN = "SELECT id FROM handoff WHERE ended_at IS NULL"
ANSWERED = """
SELECT extract(epoch FROM min(e.at) - h.asked_at) AS seconds FROM handoff h
JOIN handoff_event e ON e.handoff = h.id AND e.kind IN ('accepted', 'papers') GROUP BY h.id, h.asked_at
"""
PAPERS = "SELECT count(*) AS n FROM handoff_event WHERE kind = 'papers'"


async def outcomes() -> Counter[str]:
    """How many ended how."""
    return Counter(row["state"] for row in await db.rows("SELECT state FROM handoff"))


async def test_of_a_whole_day_no_handoff_is_left_without_an_outcome(pytestconfig: pytest.Config) -> None:
    handoffs, officers = ALL if pytestconfig.getoption("long") else SAMPLE
    one = await day(handoffs, officers, SEED)
    await one.run()
    found, [papers] = await outcomes(), await db.rows(PAPERS)
    assert await db.rows(OPEN) == []
    assert sum(found.values()) == handoffs
    assert found["done"] > papers["n"] > 0 < found["callback_booked"]
    waits = sorted(float(row["seconds"]) for row in await db.rows(ANSWERED))
    cuts = statistics.quantiles(waits, n=100)
    spread = ", ".join(f"p{n} {cuts[n - 1]:.0f}" for n in (50, 90, 99))
    tell(
        f"day: {handoffs} handoffs, {officers} officers, {one.steps} steps: seen {found['done'] - papers['n']},"
        f" by papers {papers['n']}, called back {found['callback_booked']}, cancelled {found['cancelled']},"
        f" failed {found['failed']}; seconds until answered {spread}, of {len(waits)}"
    )

"""The order of the queue: whatever people, clerks, guides and clocks do, nobody is overtaken by somebody who came more
than the largest credit later; transferred, moved and held keep their seniority; whoever was missed and came back stands
behind the third waiting; what is taken back is as before.

Hypothesis chooses the steps. ORDER_EXAMPLES=100 looks longer.
"""

import asyncio
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.queue.order import done, loop
from tests.queue.order_deeds import Hall


@pytest.fixture(autouse=True)
async def here() -> None:
    """The verbs run in this loop."""
    loop[:] = [asyncio.get_running_loop()]
    done.clear()


async def test_nobody_is_overtaken_by_whoever_came_more_than_the_largest_credit_later() -> None:
    of = settings(
        max_examples=int(os.environ.get("ORDER_EXAMPLES", "25")), stateful_step_count=30, deadline=None, database=None,
        print_blob=True, suppress_health_check=list(HealthCheck), derandomize=True,
    )  # fmt: skip
    await asyncio.to_thread(run_state_machine_as_test, Hall, settings=of)
    assert done.count("called") > 10, done
    assert {"prioritised", "moved", "added", "undone called", "undone completed"} <= set(done), sorted(
        set(done)
    )

"""Booking as a machine of states: whatever people, managers, clocks and workers do in whatever order, places are
never below zero or above capacity, everybody stays within limits, and every promise is told once.

Hypothesis chooses the steps; each is the real verb on the real database. What a verb refuses counts as a step.
MACHINE_EXAMPLES=200 looks longer; MACHINE_SEED=… repeats the examples of a run that printed its seed. Under CI the
seed is fixed: what a run is asked for is known before it begins.
"""

import asyncio
import os
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.appointments.machine import steps, stories
from tests.appointments.machine.booking import Booking

STEPS = 20


@pytest.fixture(autouse=True)
async def here() -> None:
    """The machine's verbs run in this loop, and nothing is done yet."""
    steps.loop[:] = [asyncio.get_running_loop()]
    steps.done.clear()


def bounded(examples: int, always_the_same: bool) -> settings:
    """Settings that depend on nothing but what is named here."""
    return settings(
        max_examples=examples, stateful_step_count=STEPS, deadline=None, database=None, print_blob=True,
        suppress_health_check=list(HealthCheck), derandomize=always_the_same,
    )  # fmt: skip


async def run(machine: type[Booking], of: settings) -> None:
    """In a thread, for hypothesis is not asynchronous."""
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=of)


@pytest.mark.parametrize("story", stories.ALL, ids=lambda story: story.__name__)
async def test_each_of_the_machine_s_deeds_is_done_and_each_no_is_said(
    story: Callable[[Booking], set[str]],
) -> None:
    needed = await asyncio.to_thread(stories.tell, story)
    assert not needed - set(steps.done), sorted(steps.done.items())


async def test_whatever_happens_nothing_is_oversold_exceeded_untold_or_told_twice() -> None:
    await run(Booking, bounded(16, always_the_same=True))
    # Which examples they are depends on what else is loaded (hypothesis collects constants from it).
    assert len(stories.OFTEN & set(steps.done)) > len(stories.OFTEN) / 2, sorted(steps.done.items())


async def test_nor_in_an_order_that_nobody_has_tried_before() -> None:
    usual = 1000 if os.environ.get("CI") else random.randrange(2**32)
    number = int(os.environ.get("MACHINE_SEED") or usual)
    print(f"MACHINE_SEED={number} repeats these examples")

    @seed(number)
    class Anew(Booking):
        """The same."""

    await run(Anew, bounded(int(os.environ.get("MACHINE_EXAMPLES", "8")), always_the_same=False))

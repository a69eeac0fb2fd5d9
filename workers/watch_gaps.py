"""Papers that are still to come (容缺): reminders, and deadlines that are over."""

from backend import appointments, cases


async def watch_gaps(ctx: dict[str, object]) -> None:
    """One verb per case, so that it may stop anywhere and many workers may run it."""
    for case in await cases.lapsing():
        await appointments.gently(cases.watch_gaps, case)

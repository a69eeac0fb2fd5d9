"""Cases that are accepted because nobody asked for a correction in time (视为受理)."""

from backend import appointments, cases


async def deem(ctx: dict[str, object]) -> None:
    """One verb per case, so that it may stop anywhere and many workers may run it."""
    for case in await cases.to_deem():
        await appointments.gently(cases.deem, case)

"""The lights of verifications (承诺核查), as their days go by."""

from backend import cases


async def light_verifications(ctx: dict[str, object]) -> None:
    """Reckon every one that is still to come."""
    await cases.light_verifications()

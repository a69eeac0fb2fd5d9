"""Forgets sign-ins that are older than the city keeps them, and ways back from the issuer that are over."""

from backend import identity


async def forget_sign_ins(ctx: dict[str, object]) -> None:
    """A DELETE each; safe to run twice and at once."""
    await identity.forget_sign_ins()
    await identity.forget_returns()

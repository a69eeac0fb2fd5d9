"""Forgets sign-ins that are older than the city keeps them."""

from backend import identity


async def forget_sign_ins(ctx: dict[str, object]) -> None:
    """One DELETE; safe to run twice and at once."""
    await identity.forget_sign_ins()

"""Forgets text messages."""

from backend import sms


async def forget_sms(ctx: dict[str, object]) -> None:
    """Erase texts that are useless, delete rows that are old."""
    await sms.forget()

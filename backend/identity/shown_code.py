"""A demo sends no text messages, so its pages show the code, as often as they ask for it."""

import re

from backend import clock, sms
from backend.identity.limits import limits
from backend.identity.try_code import latest_code, same
from backend.settings import settings


async def shown_code(phone: str) -> str | None:
    """The code that still opens the phone's door, out of its message: in demo and test mode, never in production."""
    if not settings().playful:
        return None
    latest = await latest_code(phone, await clock.now())
    if latest is None or latest["tries"] >= limits().codes.tries:
        return None
    [message] = await sms.export_of([f"code:{latest['id']}"])
    found = re.findall(r"\d{6}", message["内容"])
    return next((digits for digits in found if same(latest, digits)), None)

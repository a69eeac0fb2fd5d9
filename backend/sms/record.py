"""What happened, written down with the deed."""

import datetime as dt
from uuid import UUID

from backend.sms.tables import SmsEvent


async def record(
    sms: UUID | None,
    what: str,
    at: dt.datetime,
    *,
    moved: tuple[str, str] = ("", ""),
    provider: str = "",
    took_ms: int | None = None,
    why: str = "",
) -> None:
    """Append an event of a message, or of a provider. Part of the transaction of its deed."""
    await SmsEvent.insert(
        SmsEvent(
            sms=sms, what=what, at=at, from_state=moved[0], to_state=moved[1], provider=provider,
            took_ms=took_ms, why=why,
        )
    )  # fmt: skip

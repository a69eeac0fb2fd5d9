"""What people were asked to sign at the service for electronic signatures, and it has not said."""

import time

from backend import appointments, esign, records

PATIENCE = 4.0  # seconds; what is left waits for the next run


async def look_at_signatures(ctx: dict[str, object]) -> None:
    """One after the other until the time is up; safe to stop anywhere, and twice at once."""
    records.know()
    until = time.monotonic() + PATIENCE
    for row in await esign.to_look_at():
        await appointments.gently(esign.look, row)
        if time.monotonic() > until:
            return

"""What a way to send text messages must be able to do, and how it says no."""

import datetime as dt
from typing import Protocol
from uuid import UUID

import msgspec


class Message(msgspec.Struct, frozen=True):
    """One message for a gateway. `id` is the idempotency key: the same in every attempt, at every provider."""

    id: UUID
    phone: str
    text: str
    kind: str


class Accepted(msgspec.Struct, frozen=True):
    """The provider has the message. A delivery report may follow, or not."""


class Temporary(Exception):
    """Not now: another provider, or later. `why` is a code of `words.py`; `busy_for` what Retry-After asks."""

    def __init__(self, why: str, busy_for: dt.timedelta | None = None) -> None:
        super().__init__(why)
        self.why, self.busy_for = why, busy_for


class Final(Exception):
    """Never: asking again, or asking another, would be answered alike. `why` is a code of `words.py`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class SmsGateway(Protocol):
    """One way out. Raises Temporary or Final; anything else is a fault of ours, and counts as temporary."""

    async def send(self, message: Message) -> Accepted:
        """Hand one message over."""
        ...

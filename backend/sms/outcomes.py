"""What became of messages."""

import datetime as dt

import msgspec

from backend import db
from backend.sms.log_gateway import NAME
from backend.sms.words import reason, said


class Outcome(msgspec.Struct, frozen=True):
    """Where one message stands: `waiting`, `sent` (a provider has it), `delivered`, `undelivered` (the network said
    so), `failed`, `withdrawn`, `lapsed` (its time was over first). `reason` is plain Chinese, empty where none.
    `pretended`: a demo's stand-in has it, and nothing left.
    """

    state: str
    reason: str
    created_at: dt.datetime
    sent_at: dt.datetime | None
    delivered_at: dt.datetime | None
    ended_at: dt.datetime | None
    pretended: bool

    @property
    def said(self) -> str:
        """The state in Chinese: 已送达."""
        return said(self.state, self.pretended)

    @property
    def arrived(self) -> bool:
        """On its way to the phone or there, as far as anybody told us."""
        return self.state in ("sent", "delivered")

    @property
    def lost(self) -> bool:
        """It will not arrive: somebody must be told in another way."""
        return self.state in ("undelivered", "failed", "lapsed")


FIND = """
SELECT key, state, why, provider, created_at, sent_at, delivered_at, ended_at FROM sms WHERE key = ANY($1::text[])
"""


async def outcomes(keys: list[str]) -> dict[str, Outcome]:
    """What became of the messages of these keys; a key that nobody promised is missing."""
    return {row["key"]: _outcome(row) for row in await db.rows(FIND, keys)}


def _outcome(row: dict) -> Outcome:
    times = {name: row[name] for name in ("created_at", "sent_at", "delivered_at", "ended_at")}
    return Outcome(
        state=row["state"],
        reason=reason(row["why"]),
        pretended=row["provider"] == NAME and row["state"] == "sent",
        **times,
    )

"""Asking somebody to sign, and letting it be: the rows that `look.py` and the service's reports move on."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, secrecy
from backend.esign.prove import Certified
from backend.esign.rules import rules
from backend.esign.words import said
from backend.refusal import Refusal
from backend.settings import settings

NO_SERVICE = "这里没有接电子签名服务，请在屏上或者纸上签"
GONE = "name_sealed = NULL, id_sealed = NULL, address_sealed = NULL, next_at = NULL"  # what the end takes with it
OVER = f"""
UPDATE signing_request SET state = 'cancelled', ended_at = $3, {GONE}
WHERE kind = $1 AND about = $2 AND state = 'waiting' AND (hash <> $4 OR until <= $3)
"""  # noqa: S608  # our own words
ASK = """
INSERT INTO signing_request (id, kind, about, hash, title, name_sealed, id_type, id_sealed, provider, staff, state, why,
                             tries, asked_at, until, next_at)
VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', '', 0, $10, $11, $10)
ON CONFLICT (kind, about) WHERE state = 'waiting' DO UPDATE SET tries = signing_request.tries RETURNING id
"""
LATEST = """
SELECT id, state, why, hash, until, address_sealed FROM signing_request WHERE kind = $1 AND about = $2
ORDER BY asked_at DESC, id LIMIT 1
"""


class Wanted(msgspec.Struct, frozen=True):
    """Who is to sign which document (its SHA-256 in hexadecimal digits, its title), about which row of the domain."""

    kind: str
    about: UUID
    hash: str
    title: str
    name: str
    id_type: str
    id_number: str


class Use(msgspec.Struct, frozen=True):
    """What a domain does with a signature: `take` (a part) keeps it with what it was asked about, or returns why not (a
    code of `words.py`); pages that show it listen to `topic:about`.
    """

    take: Callable[[UUID, Certified], Awaitable[str]]
    topic: str


USES: dict[str, Use] = {}


def serve(kind: str, take: Callable[[UUID, Certified], Awaitable[str]], topic: str) -> None:
    """A domain has documents of this kind signed."""
    USES[kind] = Use(take, topic)


def offered() -> bool:
    """A service is configured."""
    return settings().signing is not None


async def ask(wanted: Wanted, by: UUID) -> UUID:
    """A part: the service is asked as soon as this is committed; the same document again is the same request.
    Refuses: where no service is configured.
    """
    to, now = settings().signing, await clock.now()
    db.inside()
    if to is None:
        raise Refusal(NO_SERVICE)
    until = now + dt.timedelta(minutes=rules().minutes)
    await db.rows(OVER, wanted.kind, wanted.about, now, wanted.hash)
    [found] = await db.rows(
        ASK, wanted.kind, wanted.about, wanted.hash, wanted.title, secrecy.seal(wanted.name), wanted.id_type,
        secrecy.seal(wanted.id_number), to.name, by, now, until,
    )  # fmt: skip
    return UUID(str(found["id"]))


async def cancel(kind: str, about: UUID) -> None:
    """A part: it is signed otherwise, or not at all; what the service says later changes nothing."""
    db.inside()
    await db.rows(OVER, kind, about, await clock.now(), "")


async def latest(kind: str, about: UUID) -> dict[str, Any] | None:
    """How the last request stands, for a caller who has asked whose row it is: `address` (empty until the service gave
    one), and in words what went wrong.
    """
    found = await db.rows(LATEST, kind, about)
    if not found:
        return None
    [one] = found
    address = secrecy.unseal(one.pop("address_sealed") or b"")
    return {**one, "address": address, "said": said(one["state"], one["why"])}

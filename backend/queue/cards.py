"""What a kiosk's reader types (刷卡、扫码): an ID number, the code of a voucher or of a number's paper, a 苏服码.

How a 苏服码 is made is not public. A city that is connected to it puts a reader into `CODES`: it returns the resident
ID's number, or None where the code is not of its kind.
"""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from backend import appointments, clock, db, identity
from backend.refusal import Refusal
from backend.secrecy import token_hash

CODES: list[Callable[[str], Awaitable[str | None]]] = []
PAPER = re.compile(r"(?:https?://[^/\s]+)?/q/([A-Za-z0-9_-]{24})")
NUMBER = re.compile(r"[0-9]{17}[0-9Xx]", re.ASCII)
UNKNOWN = "这个码还认不出来。请刷身份证，或扫预约单、号票上的码；苏服码请到导办台"
LINKED = "SELECT ticket FROM ticket_link WHERE token_hash = $1 AND kind = 'paper' AND withdrawn_at IS NULL"


class Shown(msgspec.Struct, frozen=True):
    """What was shown: an ID (by its blind indexes), one booking, or one number."""

    indexes: tuple[bytes, ...] = ()
    appointment: UUID | None = None
    ticket: UUID | None = None


async def read_card(text: str) -> Shown:
    """What a reader typed. Refuses: an ID number that is wrong, and a code that nobody knows."""
    if booked := appointments.read_qr(text):
        return Shown(appointment=booked)
    if paper := PAPER.fullmatch(text):
        return await _paper(paper[1])
    if NUMBER.fullmatch(text):
        return await _person(text)
    for read in CODES:
        if number := await read(text):
            return await _person(number)
    raise Refusal(UNKNOWN)


async def _person(number: str) -> Shown:
    try:
        tidy = identity.id_number("resident", number, clock.local(await clock.now()).date())
    except ValueError as wrong:
        raise Refusal(str(wrong)) from None
    return Shown(indexes=tuple(identity.id_indexes("resident", tidy)))


async def _paper(token: str) -> Shown:
    found = await db.rows(LINKED, token_hash(token))
    if not found:
        raise Refusal(UNKNOWN)
    return Shown(ticket=found[0]["ticket"])

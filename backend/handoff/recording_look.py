"""看录像: only a supervisor or an auditor, with a reason that stays; for a while it is then open to them alone."""

import datetime as dt
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend import clock, db, files, identity, secrecy
from backend.handoff.record import NONE, locked, record
from backend.handoff.recording import first, recording_of
from backend.handoff.recording_chunks import place
from backend.refusal import NotFound, Refusal

LOOKERS = ("supervisor", "auditor")
OPEN = dt.timedelta(minutes=30)
SHUT = "要先写明理由再看"
EMPTY = "没有录下什么，或者已经删除了"
CHUNKS = "SELECT * FROM handoff_chunk WHERE recording = $1 ORDER BY seq"
OPENED = """
SELECT 1 FROM handoff_event WHERE handoff = $1 AND by_staff = $2 AND kind = 'rec-opened' AND at > $3 LIMIT 1
"""


async def may_look(handoff: UUID, by: UUID, *roles: str) -> None:
    """A part: let pass who leads supervision or audit there. Refuses: Denied, NotFound."""
    found = await db.rows(
        "SELECT l.code FROM handoff h JOIN hall l ON l.id = h.hall WHERE h.id = $1", handoff
    )
    if not found:
        raise NotFound(NONE)
    await identity.require(by, *(roles or LOOKERS), hall=found[0]["code"], missing=NONE)


@db.retrying
async def look(handoff: UUID, why: str, by: UUID, kind: str = "rec-opened") -> dict[str, Any]:
    """打开看, or take a copy (`rec-copied`): that it was, and why, stays with the handoff. Refuses: Denied, NotFound,
    one with nothing in it.
    """
    async with db.transaction():
        await may_look(handoff, by)
        one, its = await locked(handoff), await recording_of(handoff)
        if not its["next"] or its["erasing_at"]:
            raise Refusal(EMPTY)
        await record(handoff, kind, one["state"], one["state"], by, why)
        return its


async def chunks_of(its: dict[str, Any], part: int = 0) -> list[dict[str, Any]]:
    """The chunks, in their order; of one part alone where one is named."""
    return [row for row in await db.rows(CHUNKS, its["id"]) if part in (0, row["part"])]


async def opened(its: dict[str, Any], chunk: dict[str, Any]) -> bytes:
    """A chunk as it was recorded. Refuses: NotFound, secrecy.Unreadable."""
    sealed = await files.lifted(place(its["id"], chunk["seq"], chunk["hash"]))
    return secrecy.unseal_with(secrecy.unseal(its["key_sealed"]), sealed, chunk["hash"])


async def broken(its: dict[str, Any]) -> int | None:
    """Reckon the whole chain anew from what lies on the disk: the first chunk that is not as it was, or missing (from
    0); None: it is whole, from the words that were agreed to until its last second.
    """
    head, chunks = first(its["id"], its["text"]), await chunks_of(its)
    for n, chunk in enumerate(chunks):
        try:
            data = await opened(its, chunk)
        except (NotFound, secrecy.Unreadable):
            return n
        head = sha256(bytes.fromhex(head) + data).hexdigest()
        if (chunk["seq"], chunk["hash"]) != (n, head):
            return n
    return None if (len(chunks), head) == (its["next"], its["head"]) else len(chunks)


async def film(handoff: UUID, part: int, by: UUID) -> AsyncIterator[bytes]:
    """One part, for whom it is open. Refuses: Denied, NotFound, who gave no reason lately."""
    await may_look(handoff, by)
    its = await recording_of(handoff)
    if not await db.rows(OPENED, handoff, by, await clock.now() - OPEN):
        raise Refusal(SHUT)
    chunks = await chunks_of(its, part)
    if part < 1 or not chunks or its["erasing_at"]:
        raise NotFound(EMPTY)
    return _pieces(its, chunks)


async def _pieces(its: dict[str, Any], chunks: list[dict[str, Any]]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield await opened(its, chunk)

"""文字交流: what the ends of a session write to each other; it stays with the session, sealed."""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, secrecy
from backend.handoff.record import locked, record
from backend.handoff.seats import NOT_NOW, role_of
from backend.handoff.tables import ENDS, Word
from backend.refusal import Denied, Refusal

SAID = """
SELECT w.at, w.role, w.text_sealed, coalesce(s.name, '申请人') AS name FROM handoff_word w
LEFT JOIN staff s ON s.id = w.by_staff WHERE w.handoff = $1 ORDER BY w.at, w.id
"""


@db.retrying
async def write(handoff: UUID, text: str, by: UUID) -> None:
    """发送. Refuses: Denied, also who only looks on; NotFound, nothing written, a handoff that is over."""
    if not text:
        raise Refusal("请先写上要说的话")
    async with db.transaction():
        one = await locked(handoff)
        role = await role_of(one, by)
        if role == "observer":
            raise Denied
        await keep(one, role, text, by)


async def keep(one: dict[str, Any], role: str, text: str, by: UUID | None = None) -> None:
    """A part: what somebody wrote, of a handoff that is locked. Refuses: one that is over."""
    if one["state"] in ENDS:
        raise Refusal(NOT_NOW)
    word = Word(
        id=uuid4(),
        handoff=one["id"],
        at=await clock.now(),
        role=role,
        by_staff=by,
        text_sealed=secrecy.seal(text),
    )
    await Word.insert(word)
    await record(one["id"], "wrote", one["state"], one["state"], by, role)


async def said(handoff: UUID) -> list[dict[str, Any]]:
    """What was written so far, for a caller who asked whose it is."""
    return [{**row, "text": secrecy.unseal(row["text_sealed"])} for row in await db.rows(SAID, handoff)]

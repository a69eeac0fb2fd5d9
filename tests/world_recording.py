"""What of two handoffs of a hall of the small world is recorded."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, files, secrecy
from backend.handoff.recording import first
from backend.handoff.recording_chunks import KEEP, WEBM, Piece, place
from backend.handoff.recording_tables import Recording


async def recordings_of(one: UUID, two: UUID, desk: UUID) -> dict[str, str]:
    """The first handoff (`recorded`) is live and paused, with one chunk; in the other (`to_record`) the officer agreed,
    the applicant has not been asked yet, and what there is is held. A minute ago: no page hears late of it any more.
    """
    now = await clock.now() - dt.timedelta(minutes=1)
    its = await _recording(
        one, desk, citizen="agreed", citizen_way="aloud", citizen_at=now, officer="agreed", officer_at=now,
        paused_at=now, paused_by=desk, paused_why="说的是别的事",
    )  # fmt: skip
    await _chunk(its, now)
    await _recording(
        two, desk, officer="agreed", officer_at=now, held_at=now, held_by=desk, held_why="有投诉"
    )
    return {"recorded": str(one), "to_record": str(two), "film": "1"}


async def _recording(handoff: UUID, desk: UUID, **more: Any) -> dict[str, Any]:
    its = {
        "id": uuid4(), "handoff": handoff, "text": "这次视频想录音录像", "asked_at": await clock.now(),
        "asked_by": desk, "key_sealed": secrecy.seal(secrecy.fresh_key()), **more,
    }  # fmt: skip
    its["head"] = first(its["id"], its["text"])
    await Recording.insert(Recording(**its))
    return its


async def _chunk(its: dict[str, Any], now: dt.datetime) -> None:
    piece = Piece(0, its["head"], uuid4(), 0, WEBM)
    sealed = secrecy.seal_with(secrecy.unseal(its["key_sealed"]), piece.data, piece.hash)
    await files.lay(place(its["id"], 0, piece.hash), sealed)
    await db.rows(KEEP, its["id"], 0, 1, piece.hash, len(WEBM), now, now)
    sql = "UPDATE handoff_recording SET next = 1, parts = 1, head = $2, size = 4, last_at = $3 WHERE id = $1"
    await db.rows(sql, its["id"], piece.hash, now)

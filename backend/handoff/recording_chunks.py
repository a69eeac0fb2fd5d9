"""The chunks of a recording, as the desk's page sends them: each names the hash of the one before, so nothing can be
left out, put between or changed afterwards, and what was cut goes on where it ended.
"""

import datetime as dt
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, files, secrecy
from backend.handoff.record import NONE, record
from backend.handoff.recording import RUNNING, at_desk, recording_of
from backend.refusal import NotFound, Refusal

WEBM = b"\x1a\x45\xdf\xa3"  # EBML, with which a stream begins and nothing else
MOST, CHUNKS = 2 * 1024 * 1024, 5000  # bytes of one; of one recording: seven hours of five seconds each
LATE = 600  # seconds that one may have waited for a line
GRACE = dt.timedelta(seconds=2)  # until a page hears that it is paused
OFF = """
SELECT 1 FROM handoff_recording r WHERE r.id = $1 AND (r.citizen <> 'agreed' AND r.citizen <> 'withdrew'
  OR r.officer <> 'agreed' AND r.officer <> 'withdrew' OR greatest(r.citizen_at, r.officer_at) > $2 OR r.stopped_at < $4
  OR r.paused_at < $3 OR r.erasing_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM handoff_recording_pause p WHERE p.recording = r.id AND p.from_at < $3 AND p.until_at > $2))
"""
# From $3 until $2 it ran at some time, and was not by photos all the while.
RAN = f"""
SELECT EXISTS (SELECT 1 FROM handoff_event e WHERE e.handoff = $1 AND e.to_state IN {RUNNING} AND e.at <= $2
  AND e.at >= coalesce((SELECT max(l.at) FROM handoff_event l WHERE l.handoff = $1 AND l.at <= $3), '-infinity'))
AND (coalesce((SELECT e.why FROM handoff_event e WHERE e.handoff = $1 AND e.kind IN ('connected', 'way')
  AND e.at <= $3 ORDER BY e.at DESC LIMIT 1), '') <> 'photo' OR EXISTS (SELECT 1 FROM handoff_event e
  WHERE e.handoff = $1 AND e.kind = 'way' AND e.why <> 'photo' AND e.at > $3 AND e.at <= $2)) AS ran
"""  # noqa: S608  # our own words
TAKE = """
UPDATE handoff_recording SET next = next + 1, head = $3, size = size + $4, source = $5, last_at = $6,
  parts = parts + $7 WHERE id = $1 AND next = $2 AND head = $8 AND erasing_at IS NULL RETURNING parts
"""
KEEP = """
INSERT INTO handoff_chunk (id, recording, seq, part, hash, size, until_at, came_at)
VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7)
"""


class Piece(msgspec.Struct, frozen=True):
    """One chunk: its number, the hash it builds on, the page that recorded it, for how many seconds it has waited."""

    seq: int
    prev: str
    source: UUID
    age: float
    data: bytes

    @property
    def hash(self) -> str:
        """SHA-256 of the hash before it and its bytes."""
        return sha256(bytes.fromhex(self.prev) + self.data).hexdigest()

    @property
    def begins(self) -> bool:
        """A stream begins with it."""
        return self.data.startswith(WEBM)


class Elsewhere(Refusal):
    """It does not go on there (`why`: gap), or nothing is recorded then (off); `next` and `head` are what does."""

    def __init__(self, its: dict[str, Any], why: str) -> None:
        super().__init__("这一段和已收到的录像接不上" if why == "gap" else "这时候没有在录像")
        self.next, self.head, self.why = its["next"], its["head"], why


async def take(handoff: UUID, piece: Piece, by: UUID) -> tuple[int, str]:
    """Keep a chunk; what comes next: its number, and the hash it names. The same again is as once. Refuses: Denied,
    NotFound, Elsewhere.
    """
    its, now = await _its(handoff, by), await clock.now()
    if await _kept(its, piece):
        return its["next"], its["head"]
    until = now - dt.timedelta(seconds=piece.age)
    if not await _recorded(its, handoff, until):
        raise Elsewhere(its, "off")
    if not _follows(its, piece):
        raise Elsewhere(its, "gap")
    key = secrecy.unseal(its["key_sealed"])
    await files.lay(place(its["id"], piece.seq, piece.hash), secrecy.seal_with(key, piece.data, piece.hash))
    return await _chain(handoff, its, piece, until)


def place(recording: UUID, seq: int, hash: str) -> str:
    """Where a chunk lies: the same one, sent again, lies where it lay."""
    return f"{folder(recording)}/{seq:05}-{hash[:16]}"


def folder(recording: UUID) -> str:
    """Where all of a recording lies."""
    return f"recordings/{recording}"


async def _its(handoff: UUID, by: UUID) -> dict[str, Any]:
    found = await db.rows("SELECT hall FROM handoff WHERE id = $1", handoff)
    if not found:
        raise NotFound(NONE)
    await at_desk(found[0]["hall"], by)
    return await recording_of(handoff)


async def _kept(its: dict[str, Any], piece: Piece) -> bool:
    sql = "SELECT 1 FROM handoff_chunk WHERE recording = $1 AND seq = $2 AND hash = $3"
    return bool(await db.rows(sql, its["id"], piece.seq, piece.hash))


def _follows(its: dict[str, Any], piece: Piece) -> bool:
    """Of two pages that record, only what begins a stream takes over; the middle of another's is no film."""
    right = piece.seq == its["next"] < CHUNKS and piece.prev == its["head"]
    return right and (piece.begins or its["source"] == piece.source)


async def _recorded(its: dict[str, Any], handoff: UUID, until: dt.datetime) -> bool:
    """At that time, or until just before, both had agreed and somebody was seen or heard; it was not paused, taken back
    or over. Before anything was kept there is no `just before`: nothing begins after somebody stopped it.
    """
    if await db.rows(OFF, its["id"], until, until - GRACE, until - GRACE if its["next"] else until):
        return False
    return bool((await db.rows(RAN, handoff, until, until - GRACE))[0]["ran"])


async def _chain(handoff: UUID, its: dict[str, Any], piece: Piece, until: dt.datetime) -> tuple[int, str]:
    now, size = await clock.now(), len(piece.data)
    async with db.transaction():
        moved = await db.rows(
            TAKE, its["id"], piece.seq, piece.hash, size, piece.source, now, int(piece.begins), piece.prev
        )
        if moved:
            await db.rows(KEEP, its["id"], piece.seq, moved[0]["parts"], piece.hash, size, until, now)
            if not piece.seq:
                await record(handoff, "rec-begun", *await _state(handoff))
    after = await recording_of(handoff)
    if not moved and not await _kept(after, piece):  # another request was faster
        raise Elsewhere(after, "gap")
    return after["next"], after["head"]


async def _state(handoff: UUID) -> tuple[str, str]:
    [one] = await db.rows("SELECT state FROM handoff WHERE id = $1", handoff)
    return one["state"], one["state"]

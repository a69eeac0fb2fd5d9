"""How long a recording is kept: the days of `retention.toml`, longer only where a supervisor holds it for a reason.

It goes in three steps, each of which may be the last of a process: nobody opens it any more, its files are dropped,
its row goes, and with that the key of whatever was left. What was done to it stays with the handoff.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db, files, retention
from backend.handoff.record import locked, record
from backend.handoff.recording import recording_of
from backend.handoff.recording_chunks import folder
from backend.handoff.recording_look import may_look
from backend.refusal import NotFound, Refusal

FEW = 50  # of one night's batch: each may be a thousand files
GONE = "录像已经在删除，留不住了"
HOLD = """
UPDATE handoff_recording SET held_at = $2, held_by = $3, held_why = $4 WHERE id = $1 AND erasing_at IS NULL RETURNING id
"""
LET_GO = """
UPDATE handoff_recording SET held_at = NULL, held_by = NULL, held_why = '' WHERE id = $1 AND held_at IS NOT NULL
RETURNING id
"""
OVER = f"""
UPDATE handoff_recording SET erasing_at = coalesce(erasing_at, now()) WHERE id IN (
  SELECT r.id FROM handoff_recording r JOIN handoff h ON h.id = r.handoff
  WHERE r.held_at IS NULL AND h.ended_at IS NOT NULL AND coalesce(r.last_at, r.asked_at) < $1
  LIMIT {FEW}) AND held_at IS NULL RETURNING id, handoff, next
"""  # noqa: S608  # a number of ours


@db.retrying
async def hold(handoff: UUID, why: str, by: UUID) -> None:
    """留存: it stays until a supervisor lets it go. Refuses: Denied, NotFound, one that is being erased."""
    async with db.transaction():
        one, its = await _led(handoff, by)
        if not await db.rows(HOLD, its["id"], await clock.now(), by, why):
            raise Refusal(GONE)
        await record(handoff, "rec-held", one["state"], one["state"], by, why)


@db.retrying
async def release(handoff: UUID, by: UUID) -> None:
    """不用再留: its days count as ever. Twice is as once. Refuses: Denied, NotFound."""
    async with db.transaction():
        one, its = await _led(handoff, by)
        if await db.rows(LET_GO, its["id"]):
            await record(handoff, "rec-released", one["state"], one["state"], by)


async def _led(handoff: UUID, by: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    await may_look(handoff, by, "supervisor")
    return await locked(handoff), await recording_of(handoff)


def until(its: dict[str, Any]) -> dt.datetime | None:
    """After when it goes; None: it is held."""
    if its["held_at"]:
        return None
    last: dt.datetime = its["last_at"] or its["asked_at"]
    return last + dt.timedelta(days=retention.kept().recordings)


async def forget(now: dt.datetime) -> int:
    """One batch of recordings that are older than their days; how many."""
    gone = await db.rows(OVER, retention.before(now, "recordings"))
    for its in gone:
        await files.clear(folder(its["id"]))
        await _erase(its)
    return len(gone)


@db.retrying
async def _erase(its: dict[str, Any]) -> None:
    async with db.transaction():
        try:
            one = await locked(its["handoff"])
        except NotFound:
            return
        sql = "DELETE FROM handoff_recording WHERE id = $1 RETURNING id"
        if await db.rows(sql, its["id"]) and its["next"]:
            await record(its["handoff"], "rec-erased", one["state"], one["state"])

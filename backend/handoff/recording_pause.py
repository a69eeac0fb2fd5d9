"""暂停录像: by the page itself while a paper is on the screen or is shot, else by hand, with the reason. What a person
paused, no page goes on with. What other devices shoot pauses it besides (`recording_shots.py`).
"""

from functools import partial
from typing import Any
from uuid import UUID

from backend import clock, db, hints
from backend.handoff import recording_shots
from backend.handoff.record import record
from backend.handoff.recording import recording_of, sided
from backend.refusal import Refusal

REASONS = {
    "paper": "证件在屏幕上",
    "shot": "拍材料",
    "aside": "说的是别的事",
    "asked": "申请人要求",
}
LIES_THERE = {
    "citizen": "审批人员那边还在看或者拍证件、材料，看完了才能接着录",
    "officer": "办事点那边还在看或者拍证件、材料，看完了才能接着录",
}
PAUSE = """
UPDATE handoff_recording SET paused_at = coalesce(paused_at, $2), paused_by = $3, paused_why = $4, paused_itself = $5
WHERE id = $1 AND stopped_at IS NULL AND (paused_at IS NULL OR paused_itself AND NOT $5) RETURNING id
"""
LIES = "UPDATE handoff_recording SET papers = array_append(array_remove(papers, $2), $2) WHERE id = $1"
GONE = """
UPDATE handoff_recording SET papers = array_remove(papers, $2) WHERE id = $1 AND $2 = ANY(papers) RETURNING id
"""
GO_ON = """
WITH before AS (SELECT * FROM handoff_recording WHERE id = $1 AND paused_at IS NOT NULL
  AND (NOT $3 OR paused_itself AND papers = '{}') FOR UPDATE), kept AS (
  INSERT INTO handoff_recording_pause (id, recording, from_at, until_at, by_staff, why, itself)
  SELECT gen_random_uuid(), id, paused_at, $2, paused_by, paused_why, paused_itself FROM before)
UPDATE handoff_recording r SET paused_at = NULL, paused_by = NULL, paused_why = '', paused_itself = false,
  papers = array_remove(r.papers, $4)
FROM before WHERE r.id = before.id RETURNING r.id
"""


def lies_there(its: dict[str, Any], side: str) -> str:
    """What keeps that side from going on by hand: a paper that the other one's page shows or shoots; empty: nothing."""
    return LIES_THERE[side] if set(its["papers"]) - {side} else ""


@db.retrying
async def pause(handoff: UUID, why: str, by: UUID, *, itself: bool = False) -> None:
    """暂停, at either side; `why` is of REASONS. Twice is as once. Refuses: Denied, NotFound, one that is over."""
    async with db.transaction():
        one, side = await sided(handoff, by)
        its = await recording_of(handoff)
        if itself:
            await db.rows(LIES, its["id"], side)
        if await db.rows(PAUSE, its["id"], await clock.now(), by, REASONS[why], itself):
            await record(handoff, "rec-paused", one["state"], one["state"], by, REASONS[why])


@db.retrying
async def go_on(handoff: UUID, by: UUID, *, itself: bool = False) -> None:
    """接着录; by itself only once neither side shows or shoots a paper. Twice is as once. Refuses: as `pause`; by hand,
    where the other side's page shows a paper.
    """
    async with db.transaction():
        one, side = await sided(handoff, by)
        its, now = await recording_of(handoff), await clock.now()
        if itself and await db.rows(GONE, its["id"], side):
            db.after_commit(partial(hints.publish, f"handoff:{handoff}"))
        if not itself and (lies := lies_there(its, side)):
            raise Refusal(lies)
        shot = not itself and await recording_shots.all_over(its, now)
        if await db.rows(GO_ON, its["id"], now, itself, side) or shot:
            await record(handoff, "rec-resumed", one["state"], one["state"], by)

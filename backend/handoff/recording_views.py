"""What both sides see of a recording: whether it runs, since when, why not; and what they may say to it."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, crossregion, db
from backend.handoff import views
from backend.handoff.parties import side_of
from backend.handoff.recording import RUNNING
from backend.handoff.recording_pause import lies_there

ITS = """
SELECT r.*, p.name AS paused_name,
  (SELECT until_at FROM handoff_chunk k WHERE k.recording = r.id AND k.seq = 0) AS since,
  (SELECT count(*) FROM handoff_recording_pause q WHERE q.recording = r.id AND NOT EXISTS (SELECT 1
    FROM handoff_recording_pause o WHERE o.recording = r.id AND (o.from_at, o.id) < (q.from_at, q.id)
    AND o.until_at >= q.from_at)) AS pauses,
  shot.from_at AS shot_at, shot.why AS shot_why,
  greatest(r.asked_at, r.last_at, (SELECT max(q.until_at) FROM handoff_recording_pause q WHERE q.recording = r.id),
    (SELECT max(e.at) FROM handoff_event e WHERE e.handoff = r.handoff
    AND (e.kind = 'way' OR e.kind LIKE 'rec-%' OR e.from_state <> e.to_state))) AS moved_at
FROM handoff_recording r LEFT JOIN staff p ON p.id = r.paused_by
LEFT JOIN LATERAL (SELECT s.from_at, s.why FROM handoff_recording_pause s WHERE s.recording = r.id AND s.until_at > $2
  ORDER BY s.from_at LIMIT 1) shot ON true WHERE r.handoff = $1
"""
QUIET = dt.timedelta(seconds=30)  # without a chunk, nor anything else done: nothing is being recorded
SPEAKS_FOR = {"officer": "officer", "desk": "citizen", None: ""}


async def of(handoff: UUID, by: UUID) -> dict[str, Any]:
    """For who may see the handoff: how its recording stands, whose words they may say (`mine`: citizen, officer or
    none's), and what keeps them from going on (`lies`). Refuses: Denied, NotFound.
    """
    return await look(await views.shown(handoff, by), by)


async def look(one: dict[str, Any], by: UUID) -> dict[str, Any]:
    """As `of`, of a handoff that `views.shown` let them see."""
    its = await _its(one["id"])
    text = its["text"] if its else await crossregion.recording_text(one["case"])
    mine = SPEAKS_FOR[None if one["ended_at"] else await side_of(one, one["hall_code"], by)]
    return {
        "handoff": one["id"], "its": its, "text": text, "mine": mine,
        "lies": lies_there(its, mine) if mine and its else "",
        "stands": stands(one, its) if text else "unwanted", **await _quiet(its),
    }  # fmt: skip


async def told(one: dict[str, Any]) -> dict[str, Any]:
    """What the applicant is told of it on their own phone or the screen turned to them, of a handoff that they may see:
    no more than how it stands, since when it runs, why it does not now, and what they are asked.
    """
    its = await _its(one["id"])
    return {
        "stands": stands(one, its) if its else "unwanted", **await _quiet(its),
        "its": {name: its[name] for name in ("since", "paused_why", "citizen")} if its else None,
        "text": its["text"] if its else "",
    }  # fmt: skip


async def _quiet(its: dict[str, Any] | None) -> dict[str, Any]:
    """`quiet`: it would run, and nothing comes."""
    now = await clock.now()
    return {"now": now, "quiet": its is not None and its["moved_at"] < now - QUIET}


async def _its(handoff: UUID) -> dict[str, Any] | None:
    found = await db.rows(ITS, handoff, await clock.now())
    its = found[0] if found else None
    if its and its["shot_at"] and not its["paused_at"]:
        its |= {"paused_at": its["shot_at"], "paused_why": its["shot_why"]}
    return its


def stands(one: dict[str, Any], its: dict[str, Any] | None) -> str:
    """In a word: unasked, asked, refused, stopped, over, paused, ready (nobody is seen or heard now), on; gone."""
    if its is None:
        return "over" if one["ended_at"] else "unasked"
    said = (its["citizen"], its["officer"])
    if its["stopped_at"] or its["erasing_at"]:
        ended = "refused" if "refused" in said and "withdrew" not in said else "stopped"
        return "gone" if its["erasing_at"] else ended
    if one["ended_at"]:
        return "over"
    if "asked" in said:
        return "asked"
    if its["paused_at"]:
        return "paused"
    return "on" if one["state"] in RUNNING and one["way"] != "photo" else "ready"

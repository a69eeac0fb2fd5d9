"""Moving a handoff: one conditional UPDATE, its event, and a hint for its next timer."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, hints
from backend.handoff.phones import calm_supervisors
from backend.handoff.tables import ENDS, Handoff, HandoffEvent
from backend.refusal import NotFound

NONE = "没有找到这次屏对屏"
LOOKS = ("queued", "ringing")  # for somebody who takes it
# Of `h`: since when these are looked for; before that others had it, until it was not theirs (不归我们).
WAITS_SINCE = """
coalesce((SELECT max(r.at) FROM handoff_event r WHERE r.handoff = h.id AND r.kind = 'redirected'), h.asked_at)
"""


async def standing(handoff: UUID) -> dict[str, Any]:
    """The handoff as it stands, which may move a moment later. Refuses: NotFound."""
    found = await db.rows("SELECT * FROM handoff WHERE id = $1", handoff)
    if not found:
        raise NotFound(NONE)
    return found[0]


async def locked(handoff: UUID) -> dict[str, Any]:
    """A part: the handoff as it stands; until the transaction ends nobody else moves it. Refuses: NotFound."""
    db.inside()
    found = await db.rows("SELECT * FROM handoff WHERE id = $1 FOR NO KEY UPDATE", handoff)
    if not found:
        raise NotFound(NONE)
    return found[0]


async def move(
    one: dict[str, Any], kind: str, to: str, by: UUID | None = None, why: str = "", **values: Any
) -> dict[str, Any]:
    """A part: the handoff, locked, goes on to a state with what else changes; as it stands then. No end has a timer."""
    ends: dict[str, Any] = {"ended_at": await clock.now(), "due_at": None} if to in ENDS else {}
    after = await _set(one, {**values, **ends, "state": to})
    if one["state"] in LOOKS and to not in LOOKS:
        await calm_supervisors(one)
    await record(one["id"], kind, one["state"], to, by, why)
    return after


async def look_again(one: dict[str, Any], due_at: dt.datetime) -> dict[str, Any]:
    """A part: nothing happened, which is not written down; the handoff, locked, is looked at again then."""
    return await _set(one, {"due_at": due_at})


async def _set(one: dict[str, Any], values: dict[Any, Any]) -> dict[str, Any]:
    wanted: dict[Any, Any] = {**values, "version": one["version"] + 1}
    moved = Handoff.update(wanted).where(Handoff.id == one["id"], Handoff.version == one["version"])
    [after] = await moved.returning(*Handoff.all_columns())
    if after["due_at"]:
        left = after["due_at"] - await clock.now()
        db.after_commit(partial(hints.later, "step_handoff", one["id"], after["version"], left))
    return dict(after)


async def record(  # noqa: PLR0917  # one after the other as the sentence goes
    handoff: UUID, kind: str, before: str, to: str, by: UUID | None = None, why: str = ""
) -> None:
    """A part: what was done, and the pages that show it ask again."""
    event = HandoffEvent(
        id=uuid4(), handoff=handoff, at=await clock.now(), kind=kind, from_state=before, to_state=to, by_staff=by,
        why=why,
    )  # fmt: skip
    await HandoffEvent.insert(event)
    db.after_commit(partial(hints.publish, f"handoff:{handoff}"))

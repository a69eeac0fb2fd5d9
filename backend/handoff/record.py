"""Moving a handoff: one conditional UPDATE, its event, and a hint for its next timer."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, hints
from backend.handoff.tables import ENDS, Handoff, HandoffEvent
from backend.refusal import NotFound

NONE = "没有找到这次屏对屏"


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
    now = await clock.now()
    ends: dict[str, Any] = {"ended_at": now, "due_at": None} if to in ENDS else {}
    wanted: dict[Any, Any] = {**values, **ends, "state": to, "version": one["version"] + 1}
    moved = Handoff.update(wanted).where(Handoff.id == one["id"], Handoff.version == one["version"])
    [after] = await moved.returning(*Handoff.all_columns())
    await record(one["id"], kind, one["state"], to, by, why)
    if after["due_at"]:
        db.after_commit(
            partial(hints.later, "step_handoff", one["id"], after["version"], after["due_at"] - now)
        )
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

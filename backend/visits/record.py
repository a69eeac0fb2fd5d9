"""Moving a visit: one conditional UPDATE and its event."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db
from backend.refusal import NotFound, Refusal
from backend.visits import news, notices
from backend.visits.tables import Visit, VisitEvent

MISSING = "没有找到这次上门"
STALE = "这次上门刚刚被别人动过，请看最新的状态"
VISIT = """
SELECT v.*, i.name AS item_name, g.name AS village_name, g.code AS village_code, g.neighbours, h.id AS hall,
       h.code AS hall_code, h.name AS hall_name, h.phone AS hall_phone, s.name AS agent_name
FROM visit v JOIN item i ON i.id = v.item JOIN village g ON g.id = v.village JOIN hall h ON h.id = g.hall
LEFT JOIN staff s ON s.id = v.agent
"""


class Asker(msgspec.Struct, frozen=True):
    """Who did it: an account, a member of staff, or nobody (the clock)."""

    account: UUID | None = None
    staff: UUID | None = None


async def seen(visit: UUID) -> dict[str, Any]:
    """A visit and what stands around it. Refuses: NotFound."""
    found = await db.rows(VISIT + "WHERE v.id = $1", visit)
    if not found:
        raise NotFound(MISSING)
    return found[0]


async def locked(visit: UUID) -> dict[str, Any]:
    """A part: the visit as it stands, until the transaction ends nobody else moves it. Refuses: NotFound."""
    db.inside()
    await db.rows("SELECT id FROM visit WHERE id = $1 FOR NO KEY UPDATE", visit)
    return await seen(visit)


async def change(  # noqa: PLR0917  # one after the other as the sentence goes
    visit: dict[str, Any],
    kind: str,
    to: str,
    asker: Asker,
    values: dict[str, Any] | None = None,
    why: str = "",
    **says: Any,
) -> UUID:
    """A part: the visit goes on to a state with what else changes; returns the event. Refuses: one that is not in the
    state any more in which the caller saw it.
    """
    wanted: dict[Any, Any] = {"state": to, **(values or {})}
    moved = Visit.update(wanted).where(Visit.id == visit["id"], Visit.state == visit["state"])
    if not await moved.returning(Visit.id):
        raise Refusal(STALE)
    return await record(visit["id"], kind, visit["state"], to, asker, why, **says)


async def record(  # noqa: PLR0917  # one after the other as the sentence goes
    visit: UUID, kind: str, before: str, to: str, asker: Asker, why: str = "", **says: Any
) -> UUID:
    """A part: what was done; who asked for it, and who goes there, is told."""
    event = VisitEvent(
        id=uuid4(), visit=visit, at=await clock.now(), kind=kind, from_state=before, to_state=to,
        by_account=asker.account, by_staff=asker.staff, why=why, says=msgspec.json.encode(says).decode(),
    )  # fmt: skip
    await VisitEvent.insert(event)
    await notices.tell(visit, kind, UUID(str(event.id)), why)
    await news.tell(visit, kind, UUID(str(event.id)), asker.staff, says.get("was"))
    return UUID(str(event.id))


def in_state(visit: dict[str, Any], *states: str) -> None:
    """A part: the visit is in one of the states. Refuses: one that went on."""
    if visit["state"] not in states:
        raise Refusal("这次上门已经往下走了，请看最新的状态")

"""Moving a number: one conditional UPDATE and its event, which remembers what it changed; and who is told of it."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db
from backend.queue import notices
from backend.queue.tables import Ticket, TicketEvent
from backend.refusal import NotFound, Refusal

STALE = "这个号刚刚被别人动过，请看最新的状态"
TICKET = """
SELECT t.*, l.name AS line_name, l.letter AS line_letter, h.id AS hall, h.code AS hall_code, d.day AS on_day,
       c.number AS counter_number, i.name AS item_name
FROM ticket t JOIN queue_day d ON d.id = t.day JOIN hall h ON h.id = d.hall JOIN line l ON l.id = t.line
LEFT JOIN counter c ON c.id = t.counter LEFT JOIN item i ON i.id = t.item WHERE t.id = $1
"""


class Asker(msgspec.Struct, frozen=True):
    """Who did it: an account, a member of staff, or nobody (a kiosk, the clock)."""

    account: UUID | None = None
    staff: UUID | None = None


def number(ticket: dict[str, Any]) -> str:
    """A005; four digits past 999."""
    return f"{ticket['letter']}{ticket['digits']:03d}"


async def seen(ticket: UUID) -> dict[str, Any]:
    """A number and what stands around it. Refuses: NotFound."""
    found = await db.rows(TICKET, ticket)
    if not found:
        raise NotFound("没有找到这个号")
    return found[0]


async def change(  # noqa: PLR0917  # one after the other as the sentence goes
    ticket: dict[str, Any],
    kind: str,
    to: str,
    asker: Asker,
    values: dict[str, Any] | None = None,
    why: str = "",
) -> UUID:
    """A part: the number goes on to a state with what else changes; returns the event. Refuses: one that is not in
    the state any more in which the caller saw it.
    """
    wanted: dict[Any, Any] = {"state": to, **(values or {})}
    moved = Ticket.update(wanted).where(Ticket.id == ticket["id"], Ticket.state == ticket["state"])
    if not await moved.returning(Ticket.id):
        raise Refusal(STALE)
    before = {name: ticket[name] for name in wanted}
    event = TicketEvent(
        id=uuid4(), ticket=ticket["id"], at=await clock.now(), kind=kind, from_state=ticket["state"], to_state=to,
        counter=wanted.get("counter") or ticket["counter"], by_account=asker.account, by_staff=asker.staff, why=why,
        before=msgspec.json.encode(before).decode(),
    )  # fmt: skip
    await TicketEvent.insert(event)
    await notices.tell(ticket, kind, wanted, UUID(str(event.id)))
    return UUID(str(event.id))


def restored(before: str | dict[str, Any]) -> dict[str, Any]:
    """The columns as an event remembers them."""
    found: dict[str, Any] = msgspec.json.decode(before) if isinstance(before, str) else before
    return {name: _typed(name, value) for name, value in found.items()}


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_at"):
        return dt.datetime.fromisoformat(value)
    return UUID(value) if name in ("counter", "only", "line", "series", "item") else value

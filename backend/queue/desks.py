"""Counters at work (窗口): opened by whoever sits down, paused with a reason, closed; and what each can do."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, identity
from backend.queue.lock import HallDay, lock
from backend.queue.tables import Desk, DeskEvent
from backend.refusal import NotFound, Refusal

CALLERS = ("clerk", "manager", "desk")
OTHER = "其他"  # those who wait read 暂停; what it is, the clerk may tell the colleagues
REASONS = ("午休", "取材料", "系统故障", "开会", OTHER)
COUNTER = """
SELECT c.id, c.number, c.hall, c.line, h.code AS hall_code, h.name AS hall_name, h.kind AS hall_kind,
       l.letter, l.name AS line_name,
       coalesce(d.state, 'closed') AS state, coalesce(d.reason, '') AS reason, coalesce(d.note, '') AS note, d.since,
       d.staff, s.name AS staff_name,
       coalesce(d.lines, '{}') AS lines, coalesce(d.items, '{}') AS items
FROM counter c JOIN hall h ON h.id = c.hall JOIN line l ON l.id = c.line
LEFT JOIN desk d ON d.counter = c.id LEFT JOIN staff s ON s.id = d.staff WHERE c.id = $1
"""
AT = "SELECT id FROM ticket WHERE counter = $1 AND state IN ('called', 'serving')"
LINE = "SELECT id FROM line WHERE hall = $1 AND id = $2"
ITEM = "SELECT id FROM item_place WHERE hall = $1 AND item = $2"
ELSEWHERE = """
SELECT c.number FROM desk d JOIN counter c ON c.id = d.counter
WHERE d.staff = $1 AND d.counter <> $2 AND d.state <> 'closed'
"""


async def counter(id: UUID) -> dict[str, Any]:
    """A counter as it works now. Refuses: NotFound."""
    found = await db.rows(COUNTER, id)
    if not found:
        raise NotFound("没有找到这个窗口")
    return found[0]


async def at_desk(id: UUID, by: UUID) -> tuple[HallDay, dict[str, Any]]:
    """A part: the hall's day under our lock, and the counter. Refuses: NotFound, Denied."""
    before = await counter(id)
    await identity.require(by, *CALLERS, hall=before["hall_code"])
    day = await lock(before["hall"])
    return day, await counter(id)


@db.retrying
async def open_desk(id: UUID, by: UUID) -> None:
    """Sit down and open the counter, or go on after a pause. Refuses: somebody else who sits there and serves; one's
    own other counter that is still open.
    """
    async with db.transaction():
        _, here = await at_desk(id, by)
        if here["staff"] not in (None, by) and await db.rows(AT, id):
            raise Refusal(f"{here['staff_name']}正在这个窗口办理，办完再换人")
        for other in await db.rows(ELSEWHERE, by, id):
            raise Refusal(f"你在 {other['number']} 号窗口还没关，先关掉那边")
        await _change(here, "opened", "open", by, staff=by)


@db.retrying
async def pause_desk(id: UUID, by: UUID, reason: str, note: str = "") -> None:
    """Call nobody for a while; `reason`, one of REASONS, is shown to those who wait, `note` says more of OTHER to
    staff. Refuses: while somebody is called or served.
    """
    async with db.transaction():
        _, here = await at_desk(id, by)
        if await db.rows(AT, id):
            raise Refusal("先办完手上的号再暂停")
        if reason not in REASONS:
            raise Refusal("请选一个暂停的原因，等的人看得到")
        words = " ".join(note.split()) if reason == OTHER else ""
        await _change(here, "paused", "paused", by, reason=reason, note=words, staff=here["staff"] or by)


@db.retrying
async def close_desk(id: UUID, by: UUID) -> None:
    """Go home. Refuses: while somebody is called or served."""
    async with db.transaction():
        _, here = await at_desk(id, by)
        if await db.rows(AT, id):
            raise Refusal("先办完手上的号再关窗口")
        await _change(here, "closed", "closed", by, staff=here["staff"] or by)


@db.retrying
async def teach_desk(id: UUID, by: UUID, lines: list[UUID], items: list[UUID]) -> None:
    """Say what else a counter can do, beside its own line. Refuses: whoever does not manage the hall, a line or a
    matter of another hall.
    """
    async with db.transaction():
        here = await counter(id)
        await identity.require(by, "manager", hall=here["hall_code"])
        await lock(here["hall"])
        here = await counter(id)
        await _check_hall(here["hall"], lines, items)
        await _change(
            here,
            "taught",
            here["state"],
            by,
            reason=here["reason"],
            note=here["note"],
            staff=here["staff"],
            lines=lines,
            items=items,
        )


async def _check_hall(hall: UUID, lines: list[UUID], items: list[UUID]) -> None:
    for sql, ids in ((LINE, lines), (ITEM, items)):
        for one in ids:
            if not await db.rows(sql, hall, one):
                raise NotFound("这个大厅没有这类业务或这件事")


async def _change(here: dict[str, Any], kind: str, to: str, by: UUID, **to_be: Any) -> None:
    now = await clock.now()
    values = {
        "state": to,
        "reason": "",
        "note": "",
        "staff": by,
        "since": now,
        "lines": here["lines"],
        "items": here["items"],
        **to_be,
    }
    known = [column for column in Desk._meta.columns if column._meta.name not in ("id", "counter")]
    await Desk.insert(Desk(counter=here["id"], **values)).on_conflict(
        action="DO UPDATE", target=Desk.counter, values=known
    )
    before = {name: here[name] for name in values if name != "since"}
    event = DeskEvent(
        id=uuid4(), counter=here["id"], at=now, kind=kind, from_state=here["state"], to_state=to, by_staff=by,
        why=values["reason"], note=values["note"], before=msgspec.json.encode(before).decode(),
    )  # fmt: skip
    await DeskEvent.insert(event)

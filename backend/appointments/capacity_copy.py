"""Weekly templates copied to other weekdays and other lines: first as a plan to look at, then as one deed."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from backend import db, identity
from backend.appointments.capacity import FIELDS, hall_of_line, halls_for, refuse_overlaps, write_template
from backend.appointments.capacity_groups import said, weekly
from backend.appointments.capacity_record import Deed, begin
from backend.appointments.fill import ahead
from backend.appointments.follow import follow
from backend.appointments.tables import Template
from backend.refusal import NotFound, Refusal

OF_LINES = "SELECT * FROM capacity_template WHERE line = ANY($1::uuid[]) ORDER BY weekday, starts"
LINES = """
SELECT l.id, l.letter, l.name, l.hall, h.code, h.name AS hall_name FROM line l JOIN hall h ON h.id = l.hall
WHERE l.id = ANY($1::uuid[]) ORDER BY h.code, l.letter
"""
OF_HALLS = """
SELECT l.id, l.letter, l.name, h.id AS hall, h.code, h.name AS hall_name FROM line l JOIN hall h ON h.id = l.hall
WHERE h.id = ANY($1::uuid[]) ORDER BY h.kind <> 'city', h.code, l.letter
"""


class Wish(msgspec.Struct, frozen=True):
    """What is copied and where to: a line's whole week (`weekday` and `template` empty), one weekday or one template;
    to weekdays 1–7 (a whole week keeps its own) of some lines.
    """

    line: UUID
    lines: tuple[UUID, ...]
    weekday: int | None = None
    template: UUID | None = None
    days: tuple[int, ...] = ()


class Change(msgspec.Struct):
    """What becomes of one template: `before` is empty where it is added; no counters where it is closed."""

    line: UUID
    before: dict[str, Any] | None
    after: dict[str, Any]
    template: UUID | None = None

    @property
    def kind(self) -> str:
        """added, changed or closed."""
        return "added" if not self.before else "changed" if self.after["counters"] else "closed"


class Plan(msgspec.Struct):
    """What copying would do: the changes, how many stay as they are, and a mark of all that was looked at."""

    changes: list[Change]
    same: int
    lines: dict[UUID, dict[str, Any]]
    seen: str

    def grouped(self, line: UUID) -> list[dict[str, Any]]:
        """A line's changes to look at, those that differ in nothing but the weekday as one, with its `days`."""
        groups: dict[tuple[Any, ...], list[Change]] = {}
        for change in self.changes:
            if change.line == line:
                alike = (change.kind, _besides(change.before), _besides(change.after))
                groups.setdefault(alike, []).append(change)
        return [
            {"kind": all[0].kind, "before": all[0].before, "after": all[0].after,
             "days": said(change.after["weekday"] for change in all)}
            for all in groups.values()
        ]  # fmt: skip

    def count(self, kind: str) -> int:
        """How many are added, changed or closed."""
        return sum(change.kind == kind for change in self.changes)


async def look(wish: Wish, by: UUID) -> Plan:
    """What `copy` would do now. Refuses: as `copy`."""
    lines = await _lines(wish)
    for line in lines.values():
        await identity.require(by, "manager", hall=line["code"])
    return await _plan(wish, lines)


@db.retrying
async def copy(wish: Wish, by: UUID, seen: str = "") -> None:
    """Copy templates: same start, same values; what the target has besides (for one template: what it overlaps) is
    closed. `seen` is the mark of the plan that was looked at. Slots follow at once, what is booked stays.

    Refuses: Denied where source or target is not managed, NotFound, nothing to copy, a plan that has changed,
    LeavesStanding.
    """
    lines = await _lines(wish)
    async with db.transaction():
        deed = await begin(by, (line["hall"] for line in lines.values()), note=await _note(wish))
        plan = await _plan(wish, lines)
        if seen and seen != plan.seen:
            raise Refusal("刚才有人改了安排，下面是按现在重新算的，请再看一遍")
        if not plan.changes:
            raise Refusal("两边已经一样，不用套用")
        await refuse_overlaps([await _do(deed, change, lines) for change in plan.changes])
        for line in sorted({change.line for change in plan.changes}):
            await follow(await ahead(), lines[line]["hall"], line, fewer=False)


async def _lines(wish: Wish) -> dict[UUID, dict[str, Any]]:
    wanted = {wish.line, *wish.lines}
    found = {row["id"]: row for row in await db.rows(LINES, list(wanted))}
    if len(found) < len(wanted):
        raise NotFound("没有找到这条业务线")
    return found


async def _note(wish: Wish) -> str:
    [line] = await db.rows(LINES, [wish.line])
    day = (
        f"周{'一二三四五六日'[wish.weekday - 1]}" if wish.weekday else "一条安排" if wish.template else "整周"
    )
    return f"套用自 {line['hall_name']} {line['letter']} {line['name']} {day}"


async def _plan(wish: Wish, lines: dict[UUID, dict[str, Any]]) -> Plan:
    rows = await db.rows(OF_LINES, list(lines))
    source = [row for row in rows if row["line"] == wish.line and _chosen(row, wish) and row["counters"]]
    if not source:
        raise Refusal("这里没有可以套用的安排，请换一天，或先加一条")
    changes, same = [], 0
    for line in wish.lines:
        for day in _days(wish):
            here = [row for row in rows if row["line"] == line and row["weekday"] == day]
            wanted = [row for row in source if row["weekday"] == day] if _whole(wish) else source
            found = list(_of_a_day(line, day, wanted, here, one=bool(wish.template)))
            changes += found
            same += len(wanted) - sum(bool(change.after["counters"]) for change in found)
    return Plan(changes, same, lines, _mark(changes))


def _whole(wish: Wish) -> bool:
    return not wish.weekday and not wish.template


def _days(wish: Wish) -> Iterable[int]:
    return range(1, 8) if _whole(wish) else wish.days


def _chosen(row: dict[str, Any], wish: Wish) -> bool:
    return _whole(wish) or row["weekday"] == wish.weekday or row["id"] == wish.template


def _of_a_day(
    line: UUID, day: int, wanted: list[dict[str, Any]], here: list[dict[str, Any]], one: bool
) -> Iterable[Change]:
    there = {row["starts"]: row for row in here}
    for row in wanted:
        after = {"line": line, **{name: row[name] for name in FIELDS}, "weekday": day}
        old = there.pop(row["starts"], None)
        if old is None:
            yield Change(line, None, after)
        elif _of(old) != after:
            yield Change(line, _of(old), after, old["id"])
    for row in there.values():
        if row["counters"] and (not one or _overlaps(row, wanted)):
            yield Change(line, _of(row), {**_of(row), "counters": 0}, row["id"])


def _of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("line", *FIELDS)}


def _besides(values: dict[str, Any] | None) -> tuple[Any, ...]:
    return tuple(value for name, value in (values or {}).items() if name != "weekday")


def _overlaps(row: dict[str, Any], others: list[dict[str, Any]]) -> bool:
    return any(row["starts"] < other["ends"] and other["starts"] < row["ends"] for other in others)


def _mark(changes: list[Change]) -> str:
    return hashlib.sha256(msgspec.json.encode(changes)).hexdigest()[:16]


async def _do(deed: Deed, change: Change, lines: dict[UUID, dict[str, Any]]) -> UUID:
    hall = lines[change.line]["hall"]
    if change.template and change.before:
        await write_template(deed, hall, {**change.before, "id": change.template}, change.after)
        return change.template
    added = Template(edited_at=deed.at, **change.after)
    await Template.insert(added)
    await deed.record(hall, "template", added.id, None, change.after)
    return UUID(str(added.id))


async def targets(by: UUID) -> list[dict[str, Any]]:
    """The lines that this member of staff may copy from and to. Refuses: Denied."""
    return await db.rows(OF_HALLS, [hall["id"] for hall in await halls_for(by, "manager")])


async def templates(line: UUID, by: UUID) -> list[dict[str, Any]]:
    """A line's templates that are not closed, alike ones together. Refuses: Denied, NotFound."""
    await identity.require(by, "manager", hall=(await hall_of_line(line)).code)
    return weekly([row for row in await db.rows(OF_LINES, [line]) if row["counters"]])

"""What a hall manager changes: weekly templates, and the days that differ from them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from piccolo.columns import Column

from backend import clock, db, identity
from backend.appointments.capacity_groups import mark
from backend.appointments.capacity_record import Deed, begin
from backend.appointments.fill import ahead, template_weekday
from backend.appointments.follow import follow
from backend.appointments.tables import CapacityException, Template
from backend.catalog.tables import Hall, Line
from backend.refusal import NotFound, Refusal

READERS = ("manager", "supervisor", "auditor", "guide", "clerk", "administrator", "desk")
FIELDS = ("weekday", "starts", "ends", "slot_minutes", "counters", "minutes_per_matter", "online_percent")
OF_A_DAY = ("line", "day", "starts", "ends", "counters", "reason")
CHANGED = "刚才有人改过这一条。下面是现在的样子，请看过再改"
MOST_DAYS = 62  # of one exception from–to: a holiday or a repair, not a new way of working
CLASH = {"capacity_template_once": Refusal("这一天已有从这个时间开始的放号时段，请改那一条")}
OVERLAPS = """
SELECT 1 FROM capacity_template a JOIN capacity_template b
       ON a.line = b.line AND a.weekday = b.weekday AND a.id < b.id AND a.starts < b.ends AND b.starts < a.ends
WHERE a.counters > 0 AND b.counters > 0 AND (a.id = ANY($1::uuid[]) OR b.id = ANY($1::uuid[])) LIMIT 1
"""


async def halls_for(by: UUID, *roles: str) -> list[dict[str, Any]]:
    """The halls where this member of staff holds one of the roles (by default any that may look).

    Refuses: Denied where there is none.
    """
    await identity.require(by, *(roles or READERS))
    grants = [grant for role in roles or READERS for grant in await identity.scopes_of(by, role)]
    everywhere = any(grant.kind == "all" for grant in grants)
    codes = [grant.scope for grant in grants if grant.kind == "hall"]
    return await db.rows(
        "SELECT id, code, name FROM hall WHERE $1 OR code = ANY($2::text[]) ORDER BY kind <> 'city', code",
        everywhere,
        codes,
    )


async def hall_of_line(line: UUID) -> Hall:
    """The hall a line belongs to. Refuses: NotFound."""
    found = await Hall.objects().where(Hall.id.is_in(Line.select(Line.hall).where(Line.id == line))).first()
    if found is None:
        raise NotFound("没有找到这条业务线")
    return found


@db.retrying
async def add_template(line: UUID, by: UUID, **values: Any) -> None:
    """Add a weekly template to a line; slots follow at once.

    `values`: weekday 1–7, starts and ends (local times), slot_minutes, counters, minutes_per_matter, online_percent.
    Refuses: Denied, NotFound, an end before the start, and one that overlaps another that is not closed.
    """
    hall = await hall_of_line(line)
    _refuse_backwards(values["starts"], values["ends"])
    async with db.transaction(refusing=CLASH):
        deed = await begin(by, [hall.id])
        added = Template(line=line, edited_at=deed.at, **values)
        await Template.insert(added)
        await refuse_overlaps([added.id])
        await deed.record(hall.id, "template", added.id, None, {"line": line, **values})
        await follow(await ahead(), hall.id, line, fewer=False)


@db.retrying
async def change_template(
    template: UUID, by: UUID, *, seen: str = "", weekdays: Sequence[int] = (), **values: Any
) -> None:
    """Change a weekly template, all but its weekday and start (the reference files know it by these), and with it
    those of other `weekdays` of the line that start at the same time; none named means its own only.

    0 counters closes it. Slots follow at once, what is booked stays. `seen` is the mark of what the editor saw.
    Refuses: as `add_template`, a template that somebody changed since, and hours that close over people who booked.
    """
    first = await _template(template)
    hall = await hall_of_line(first["line"])
    _refuse_backwards(first["starts"], values["ends"])
    async with db.transaction():
        deed = await begin(by, [hall.id])
        same = "SELECT * FROM capacity_template WHERE line = $1 AND starts = $2 AND weekday = ANY($3::int[])"
        days = list(weekdays) or [first["weekday"]]
        rows = await db.rows(same, first["line"], first["starts"], days)
        if seen and any(mark(row) != seen for row in rows):
            raise Refusal(CHANGED)
        for row in rows:
            await write_template(deed, hall.id, row, {**{name: row[name] for name in FIELDS}, **values})
        await refuse_overlaps([row["id"] for row in rows])
        await follow(await ahead(), hall.id, first["line"], fewer=False)


async def write_template(deed: Deed, hall: UUID, row: dict[str, Any], values: dict[str, Any]) -> None:
    """Give one template other values, and record it. A part."""
    before = {name: row[name] for name in ("line", *FIELDS)}
    await Template.update(
        cast(dict[Column | str, Any], {**{name: values[name] for name in FIELDS}, "edited_at": deed.at})
    ).where(Template.id == row["id"])
    after = {**before, **{name: values[name] for name in FIELDS}}
    await deed.record(hall, "template", row["id"], before, after)


def _refuse_backwards(starts: dt.time | None, ends: dt.time | None) -> None:
    if starts and ends and ends <= starts:
        raise Refusal("结束时间要晚于开始时间")


async def refuse_overlaps(templates: Sequence[UUID]) -> None:
    """A part. Refuses: Refusal where one of the templates overlaps another of its day and neither is closed."""
    if await db.rows(OVERLAPS, list(templates)):
        raise Refusal("这个时间和同一天的另一条安排重叠了，请先改那一条")


async def _template(template: UUID) -> dict[str, Any]:
    found = await db.rows("SELECT * FROM capacity_template WHERE id = $1", template)
    if not found:
        raise NotFound("没有找到这条放号安排")
    return found[0]


async def line_of_template(template: UUID) -> UUID:
    """The line a template belongs to. Refuses: NotFound."""
    return UUID(str((await _template(template))["line"]))


@db.retrying
async def add_exception(  # what a day can differ in
    hall: UUID,
    by: UUID,
    *,
    day: dt.date,
    reason: str,
    line: UUID | None = None,
    lines: Sequence[UUID] = (),
    until: dt.date | None = None,
    starts: dt.time | None = None,
    ends: dt.time | None = None,
    counters: int = 0,
) -> list[UUID]:
    """Make a day, or each day `until` another, differ: other counters (0 closes) for a line, several `lines` or the
    whole hall (neither), all day or between two times. Days on which nothing opens are left out of a span.

    Returns the exceptions. Refuses: Denied, NotFound, a day that is over, an end before the start, a span in which
    nothing opens or that is longer than MOST_DAYS, and LeavesStanding: who has booked needs a closing.
    """
    _refuse_backwards(starts, ends)
    of: list[UUID | None] = [*dict.fromkeys([*([line] if line else []), *lines])] or [None]
    for one in of:
        if one and (await hall_of_line(one)).id != hall:
            raise NotFound("没有找到这条业务线")
    if day < clock.local(await clock.now()).date():
        raise Refusal("这一天已经过去，改不了")
    days = await _span(day, until)
    values = {"starts": starts, "ends": ends, "counters": counters, "reason": reason}
    async with db.transaction():
        deed = await begin(by, [hall])
        made = [
            await write_exception(deed, hall, {"line": one, "day": each, **values})
            for each in days
            for one in of
        ]
        await follow(days, hall, line if of == [line] else None, fewer=True)
    return made


async def _span(day: dt.date, until: dt.date | None) -> list[dt.date]:
    if until is None or until == day:
        return [day]
    if until < day:
        raise Refusal("最后一天不能早于第一天")
    if (until - day).days >= MOST_DAYS:
        raise Refusal(f"一次最多改 {MOST_DAYS} 天，更长的请分几次")
    days = [day + dt.timedelta(days=n) for n in range((until - day).days + 1)]
    if not (found := [each for each in days if await template_weekday(each)]):
        raise Refusal("这几天都放假，本来就不放号")
    return found


async def write_exception(deed: Deed, hall: UUID, values: dict[str, Any]) -> UUID:
    """Add one exception (`values`: OF_A_DAY), and record it. A part."""
    made = CapacityException(hall=hall, by=deed.by, created_at=deed.at, **values)
    await CapacityException.insert(made)
    await deed.record(hall, "exception", made.id, None, values)
    return UUID(str(made.id))


@db.retrying
async def withdraw_exception(exception: UUID, by: UUID, *, with_deed: bool = False) -> dt.date:
    """Take an exception back, or `with_deed` all that were added together with it: the days follow their templates
    again. Returns the day. Refuses: Denied, NotFound, LeavesStanding.
    """
    row = await CapacityException.objects().where(CapacityException.id == exception).first()
    if row is None:
        raise NotFound("没有找到这条例外安排")
    async with db.transaction():
        deed = await begin(by, [row.hall])
        if await closing_of(exception):
            raise Refusal("这是一次停办的安排，请在“停办”那一页撤回，通知过的人才会知道")
        gone = await db.rows(WITHDRAW, exception, with_deed, deed.at)
        for each in gone:
            await deed.record(
                row.hall, "withdrawn", each["id"], {name: each[name] for name in OF_A_DAY}, None
            )
        await follow({row.day, *(each["day"] for each in gone)}, row.hall, fewer=True)
    return row.day


async def closing_of(exception: UUID) -> UUID | None:
    """The closing that made this exception and stands: it is undone as a whole, with everybody told."""
    found = await db.rows("SELECT id FROM closing WHERE exception = $1 AND state <> 'undone'", exception)
    return UUID(str(found[0]["id"])) if found else None


WITHDRAW = """
UPDATE capacity_exception SET withdrawn_at = $3 WHERE withdrawn_at IS NULL AND (id = $1 OR $2 AND id IN (
    SELECT b.subject FROM capacity_event a JOIN capacity_event b ON b.deed = a.deed
    WHERE a.subject = $1 AND a.kind = 'exception' AND b.kind = 'exception' AND a.undoes IS NULL)
  AND day >= ($3 AT TIME ZONE 'Asia/Shanghai')::date) RETURNING *
"""

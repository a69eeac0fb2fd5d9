"""What a hall manager changes: weekly templates, and the days that differ from them."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

import msgspec
from piccolo.columns import Column

from backend import clock, db, identity
from backend.appointments.fill import fill, fill_day
from backend.appointments.tables import CapacityEvent, CapacityException, Template
from backend.catalog.tables import Hall, Line
from backend.refusal import NotFound, Refusal

READERS = ("manager", "supervisor", "auditor", "guide", "clerk", "administrator")
FIELDS = ("weekday", "starts", "ends", "slot_minutes", "counters", "minutes_per_matter", "online_percent")
CLASH = {"capacity_template_once": Refusal("这一天已有从这个时间开始的放号时段，请改那一条")}


async def halls_for(by: UUID) -> list[dict[str, Any]]:
    """The halls whose bookings this member of staff may see. Refuses: Denied where there is none."""
    await identity.require(by, *READERS)
    grants = [grant for role in READERS for grant in await identity.scopes_of(by, role)]
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


async def add_template(line: UUID, by: UUID, **values: Any) -> None:
    """Add a weekly template to a line; slots follow at once.

    `values`: weekday 1–7, starts and ends (local times), slot_minutes, counters, minutes_per_matter, online_percent.
    Refuses: Denied, NotFound, an end before the start, and one that overlaps another that is not closed.
    """
    async with db.transaction(refusing=CLASH):
        hall = await _managed(line, by)
        await _refuse_wrong_times(line, None, values)
        await Template.insert(Template(line=line, edited_at=await clock.now(), **values))
        await _record(hall, by, "template", None, {"line": line, **values})
    await fill(line=line)


async def change_template(template: UUID, by: UUID, **values: Any) -> None:
    """Change a weekly template: all but its weekday and start, by which the reference files know it.

    0 counters closes it. Slots follow at once, what is booked stays. Refuses: as `add_template`.
    """
    async with db.transaction():
        old = await _template(template)
        hall = await _managed(old["line"], by)
        before = {name: old[name] for name in ("line", *FIELDS)}
        after = {**before, **values}
        await _refuse_wrong_times(old["line"], template, after)
        row: dict[str, Any] = {**values, "edited_at": await clock.now()}
        await Template.update(cast(dict[Column | str, Any], row)).where(Template.id == template)
        await _record(hall, by, "template", before, after)
    await fill(line=old["line"])


async def _managed(line: UUID, by: UUID) -> Hall:
    hall = await hall_of_line(line)
    await identity.require(by, "manager", hall=hall.code)
    await db.rows("SELECT id FROM line WHERE id = $1 FOR NO KEY UPDATE", line)
    return hall


async def _refuse_wrong_times(line: UUID, template: UUID | None, values: dict[str, Any]) -> None:
    if values["ends"] <= values["starts"]:
        raise Refusal("结束时间要晚于开始时间")
    overlaps = await db.rows(
        "SELECT 1 FROM capacity_template WHERE line = $1 AND weekday = $2 AND starts < $4 AND ends > $3"
        " AND id IS DISTINCT FROM $5 AND counters > 0 AND $6::int > 0",
        line, values["weekday"], values["starts"], values["ends"], template, values["counters"],
    )  # fmt: skip
    if overlaps:
        raise Refusal("这个时间和同一天的另一条安排重叠了，请先改那一条")


async def _template(template: UUID) -> dict[str, Any]:
    found = await db.rows("SELECT * FROM capacity_template WHERE id = $1", template)
    if not found:
        raise NotFound("没有找到这条放号安排")
    return found[0]


async def line_of_template(template: UUID) -> UUID:
    """The line a template belongs to. Refuses: NotFound."""
    return UUID(str((await _template(template))["line"]))


async def add_exception(
    hall: UUID,
    by: UUID,
    *,
    day: dt.date,
    reason: str,
    line: UUID | None = None,
    starts: dt.time | None = None,
    ends: dt.time | None = None,
    counters: int = 0,
) -> None:
    """Make a day differ: other counters (0 closes) for a line or the whole hall, all day or between two times.

    Places already taken stay taken. Refuses: Denied, NotFound, a day that is over, an end before the start.
    """
    if starts and ends and ends <= starts:
        raise Refusal("结束时间要晚于开始时间")
    if day < clock.local(await clock.now()).date():
        raise Refusal("这一天已经过去，改不了")
    async with db.transaction():
        place = await _hall(hall)
        await identity.require(by, "manager", hall=place.code)
        if line and (await hall_of_line(line)).id != hall:
            raise NotFound("没有找到这条业务线")
        values: dict[str, Any] = {
            "line": line,
            "day": day,
            "starts": starts,
            "ends": ends,
            "counters": counters,
            "reason": reason,
        }
        await CapacityException.insert(
            CapacityException(hall=hall, by=by, created_at=await clock.now(), **values)
        )
        await _record(place, by, "exception", None, values)
    await fill_day(day, hall=hall, line=line)


async def withdraw_exception(exception: UUID, by: UUID) -> dt.date:
    """Take an exception back: the day follows its template again. Returns the day. Refuses: Denied, NotFound."""
    async with db.transaction():
        row = await CapacityException.objects().where(CapacityException.id == exception).first()
        if row is None:
            raise NotFound("没有找到这条例外安排")
        hall = await _hall(row.hall)
        await identity.require(by, "manager", hall=hall.code)
        gone = CapacityException.update({CapacityException.withdrawn_at: await clock.now()}).where(
            CapacityException.id == exception, CapacityException.withdrawn_at.is_null()
        )
        if await gone.returning(CapacityException.id):
            before = {
                name: getattr(row, name) for name in ("line", "day", "starts", "ends", "counters", "reason")
            }
            await _record(hall, by, "withdrawn", before, None)
    await fill_day(row.day, hall=hall.id)
    return row.day


async def _hall(hall: UUID) -> Hall:
    found = await Hall.objects().where(Hall.id == hall).first()
    if found is None:
        raise NotFound("没有找到这个大厅")
    return found


async def _record(hall: Hall, by: UUID, kind: str, before: Any, after: Any) -> None:
    def text(value: Any) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    await CapacityEvent.insert(
        CapacityEvent(
            hall=hall.id, at=await clock.now(), by=by, kind=kind, before=text(before), after=text(after)
        )
    )

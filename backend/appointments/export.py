"""A hall's bookings as a workbook: read through a cursor, written row by row to a file, never whole in memory."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import IO, Any
from uuid import UUID

from openpyxl import Workbook

from backend import clock, db, identity, secrecy, workbook
from backend.appointments.tables import ExportEvent
from backend.catalog.tables import Hall
from backend.refusal import NotFound, Refusal
from backend.workbook import cell, inert

TAKERS = ("manager", "auditor", "supervisor")
MOST_DAYS = 92
BATCH = 500  # rows in memory at a time
STATES = {"booked": "已约", "arrived": "已到", "missed": "没来", "cancelled": "已取消"}
ROWS = """
SELECT s.day, s.starts_at, s.ends_at, a.number, p.name AS person_name, c.phone_sealed, i.name AS item_name,
       l.letter || ' ' || l.name AS line_name, a.state, a.created_at, a.materials_confirmed_at
FROM appointment a JOIN slot s ON s.id = a.slot JOIN item i ON i.id = a.item JOIN line l ON l.id = s.line
JOIN person p ON p.id = a.person JOIN account c ON c.id = a.booked_by
WHERE s.hall = $1 AND s.day BETWEEN $2 AND $3 ORDER BY s.starts_at, a.id
"""
DAYS = """
SELECT s.day, l.letter || ' ' || l.name AS line_name, sum(s.offered) AS offered,
       coalesce(sum(b.booked), 0) AS booked, coalesce(sum(b.arrived), 0) AS arrived,
       coalesce(sum(b.missed), 0) AS missed, coalesce(sum(b.cancelled), 0) AS cancelled
FROM slot s JOIN line l ON l.id = s.line
LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'booked') AS booked,
                          count(*) FILTER (WHERE state = 'arrived') AS arrived,
                          count(*) FILTER (WHERE state = 'missed') AS missed,
                          count(*) FILTER (WHERE state = 'cancelled') AS cancelled
                   FROM appointment a WHERE a.slot = s.id) b ON true
WHERE s.hall = $1 AND s.day BETWEEN $2 AND $3 GROUP BY s.day, l.id ORDER BY s.day, l.letter
"""
LATEST = """
SELECT e.at, e.first, e.last, e.bookings, f.name AS by_name FROM appointment_export e JOIN staff f ON f.id = e.by
JOIN hall h ON h.id = e.hall WHERE h.code = $1 ORDER BY e.at DESC LIMIT 10
"""
SHEETS = {
    "预约": (("日期", 12), ("开始", 8), ("结束", 8), ("预约号", 13), ("办事人", 12), ("手机", 14), ("事项", 32),
           ("业务线", 16), ("状态", 9), ("约的时间", 18), ("材料已备", 10)),
    "每天每条线": (("日期", 12), ("业务线", 16), ("放号", 9), ("已约", 9), ("已到", 9), ("没来", 9), ("已取消", 9)),
}  # fmt: skip


async def export(hall: str, first: dt.date, last: dt.date, by: UUID) -> IO[bytes]:
    """Write the bookings of a hall's days, both included, to a nameless file that vanishes when it is closed; names
    and phones masked as on the screen. Who took them away is recorded.

    Refuses: Denied to whom the hall is not theirs, NotFound, a last day before the first, and more than MOST_DAYS.
    """
    await identity.require(by, *TAKERS, hall=hall)
    if last < first:
        raise Refusal("最后一天不能早于第一天")
    if (last - first).days >= MOST_DAYS:
        raise Refusal(f"一次最多导出 {MOST_DAYS} 天，更长的请分几次")
    place = await Hall.objects().where(Hall.code == hall).first()
    if place is None:
        raise NotFound("没有找到这个大厅")
    async with workbook.one_at_a_time:
        return await _write(UUID(str(place.id)), first, last, by)


async def latest(hall: str, by: UUID) -> list[dict[str, Any]]:
    """Who took this hall's bookings away lately. Refuses: Denied."""
    await identity.require(by, *TAKERS, hall=hall)
    return await db.rows(LATEST, hall)


async def _write(hall: UUID, first: dt.date, last: dt.date, by: UUID) -> IO[bytes]:
    book, count = Workbook(write_only=True), 0
    sheets = [workbook.sheet(book, title, columns) for title, columns in SHEETS.items()]
    async with db.transaction():
        async for batch in _batches(hall, first, last):
            await asyncio.to_thread(_append, sheets[0], _booking, batch)
            count += len(batch)
        days = await db.rows(DAYS, hall, first, last)
        await asyncio.to_thread(_append, sheets[1], _day, days)
        now = await clock.now()
        await ExportEvent.insert(
            ExportEvent(hall=hall, at=now, by=by, first=first, last=last, bookings=count)
        )
    return await asyncio.to_thread(workbook.saved, book)


async def _batches(hall: UUID, first: dt.date, last: dt.date) -> AsyncIterator[list[Any]]:
    """The rows as they were at one moment, some at a time."""
    cursor = await db.inside().connection.cursor(ROWS, hall, first, last)
    while batch := await cursor.fetch(BATCH):
        yield batch


def _append(sheet: Any, cells: Callable[[Any, Any], list[Any]], rows: list[Any]) -> None:
    for row in rows:
        sheet.append(cells(sheet, row))


def _booking(sheet: Any, row: Any) -> list[Any]:
    times = [clock.local(row[name]).replace(tzinfo=None) for name in ("starts_at", "ends_at", "created_at")]
    return [
        cell(sheet, row["day"], "yyyy-mm-dd"),
        cell(sheet, times[0].time(), "hh:mm"),
        cell(sheet, times[1].time(), "hh:mm"),
        inert(row["number"]),
        inert(secrecy.mask_name(row["person_name"])),
        inert(secrecy.mask_phone(secrecy.unseal(row["phone_sealed"]))),
        inert(row["item_name"]),
        inert(row["line_name"]),
        STATES.get(row["state"], row["state"]),
        cell(sheet, times[2].replace(second=0, microsecond=0), "yyyy-mm-dd hh:mm"),
        "是" if row["materials_confirmed_at"] else None,
    ]


def _day(sheet: Any, row: Any) -> list[Any]:
    counts = [int(row[name]) for name in ("offered", "booked", "arrived", "missed", "cancelled")]
    return [cell(sheet, row["day"], "yyyy-mm-dd"), inert(row["line_name"]), *counts]

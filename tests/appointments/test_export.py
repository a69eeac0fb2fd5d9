"""The workbook: everything of the days and nothing that runs; little memory, however many rows; a logged act."""

import asyncio
import datetime as dt
import io
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from backend import appointments, db, secrecy
from backend.appointments import export
from backend.appointments.tables import ExportEvent
from backend.refusal import Denied, NotFound, Refusal
from backend.workbook import CHUNK, chunks, inert
from tests import factories as make
from tests import world
from tests.appointments.test_capacity import managed, staff

WEDNESDAY = dt.date(2026, 11, 25)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠a", " =1"]


async def workbook(hall: str, by: Any, first: dt.date = WEDNESDAY, last: dt.date = WEDNESDAY) -> Any:
    """The file as a spreadsheet reads it."""
    file = await export.export(hall, first, last, by)
    return load_workbook(io.BytesIO(b"".join([piece async for piece in chunks(file)])))


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_begins_like_a_formula_is_made_plain(text: str) -> None:
    assert inert(text).startswith("'")
    assert inert(text)[1:].strip() == text.strip()


def test_other_text_stays_as_it_is_without_what_xml_cannot_hold() -> None:
    assert [inert(text) for text in ("身份证换领", "张*国", "a=b", "", "a\x0bb")] == [
        "身份证换领", "张*国", "a=b", "", "ab",
    ]  # fmt: skip


async def test_the_sheet_has_masked_names_real_dates_and_nothing_that_runs() -> None:
    hall, line, manager = await managed()
    owner = await make.account("10000008888")
    slot = await make.slot(line, WEDNESDAY, "10:30", capacity=99)
    for n, name in enumerate(FORMULAS):
        item = await make.item(line, name + "HYPERLINK")
        person = await make.person(await make.account(), make.id_number(300 + n), name="=欧阳海")
        await appointments.book(slot.id, item.id, person.id, by=person.account)
    last = await make.person(owner, make.id_number(299), name="张建国")
    booked = await appointments.book(slot.id, (await make.item(line)).id, last.id, by=owner.id)
    await appointments.cancel(booked.id, by=owner.id, why="")
    book = await workbook(hall.code, manager.id)
    sheet, days = book["预约"], book["每天每条线"]
    assert sheet.freeze_panes == days.freeze_panes == "A2"
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(FORMULAS) + 1
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "d", "n"}, "no formulas"
    assert all(not str(cell.value).startswith(tuple("=+-@\t\r＝＋－＠")) for row in rows for cell in row)
    row = next(row for row in rows if row[3].value == booked.number)
    shown = [cell.value for cell in row]
    assert shown[0].date() == WEDNESDAY
    assert shown[1:3] == [dt.time(10, 30), dt.time(11)]
    assert shown[4:9] == ["张*国", "100****8888", "身份证换领", "E 公安", "已取消"]
    assert [cell.number_format for cell in row[:2]] == ["yyyy-mm-dd", "hh:mm"]
    assert [cell.value for cell in next(days.iter_rows(min_row=2))][1:] == ["E 公安", 99, 11, 0, 0, 1]


async def test_it_is_written_down_who_took_which_days() -> None:
    hall, _, manager = await managed()
    await workbook(hall.code, manager.id)
    [row] = await export.latest(hall.code, manager.id)
    assert (row["first"], row["last"], row["bookings"], row["by_name"]) == (WEDNESDAY, WEDNESDAY, 0, "经理")


async def test_only_the_halls_own_leads_and_auditors_take_and_only_so_many_days() -> None:
    hall, _, manager = await managed()
    elsewhere = await make.hall()
    clerk, stranger = await staff("clerk", hall.code), await staff("manager", elsewhere.code)
    for somebody, no in ((clerk, Denied), (stranger, NotFound)):
        with pytest.raises(no):
            await export.export(hall.code, WEDNESDAY, WEDNESDAY, somebody.id)
    auditor = await staff("auditor", hall.code)
    (await export.export(hall.code, WEDNESDAY, WEDNESDAY + dt.timedelta(days=91), auditor.id)).close()
    for last, words in (
        (WEDNESDAY + dt.timedelta(days=92), "最多导出 92 天"),
        (dt.date(2026, 11, 1), "不能早于第一天"),
    ):
        with pytest.raises(Refusal, match=words):
            await export.export(hall.code, WEDNESDAY, last, manager.id)
    with pytest.raises(NotFound):
        await export.export("nowhere", WEDNESDAY, WEDNESDAY, manager.id)
    assert await ExportEvent.count() == 1


MANY = """
INSERT INTO appointment (id, number, slot, item, person, person_index, day, booked_by, state, created_at)
SELECT gen_random_uuid(), 'M' || n, $1, $2, $3, decode(lpad(to_hex(n), 8, '0'), 'hex'), $5, $4, 'booked', now()
FROM generate_series(1, $6::int) n
"""


def resident() -> int:
    """Bytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


class Watch(threading.Thread):
    """Looks at the memory again and again; `most` is the most it saw."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over, self.most = threading.Event(), resident()

    def run(self) -> None:
        """Look every few milliseconds."""
        while not self.over.wait(0.005):
            self.most = max(self.most, resident())


async def test_many_thousand_rows_need_no_more_memory_than_a_few(pytestconfig: pytest.Config) -> None:
    rows = 50_000 if pytestconfig.getoption("long") else 20_000
    hall, line, manager = await managed()
    slot, item = await make.slot(line, WEDNESDAY, capacity=30_000), await make.item(line)
    owner, person = await make.citizen()
    assert secrecy.unseal(owner.phone_sealed)
    (await export.export(hall.code, WEDNESDAY, WEDNESDAY, manager.id)).close()  # what is loaded once
    await db.rows(MANY, slot.id, item.id, person.id, owner.id, WEDNESDAY, rows)
    watch, before = Watch(), resident()
    watch.start()
    file = await export.export(hall.code, WEDNESDAY, WEDNESDAY, manager.id)
    pieces = [len(piece) async for piece in chunks(file)]
    watch.over.set()
    await asyncio.to_thread(watch.join)
    assert (await export.latest(hall.code, manager.id))[0]["bookings"] == rows
    assert sum(pieces) > 20 * rows
    assert max(pieces) <= CHUNK
    assert file.closed
    # The rows alone would be some 2 kB each as dictionaries, the cells of the sheet several times that.
    assert watch.most - before < 32 * 1024 * 1024


async def test_the_page_gives_the_file_and_names_what_is_wrong(client: httpx.AsyncClient) -> None:
    found = await world.build()
    await world.be(client, found, world.MANAGER)
    days = {"hall": found.own["hall"], "first": found.own["day"], "last": found.own["day"]}
    answer = await client.post("/console/exports", data=days)
    assert answer.headers["content-disposition"].endswith('.xlsx"')
    assert "content-encoding" not in answer.headers
    sheet = load_workbook(io.BytesIO(answer.content))["预约"]
    assert found.own["number"] in [row[3].value for row in sheet.iter_rows()]
    assert "1 个预约" in (await client.get("/console/exports")).text
    wrong = await client.post("/console/exports", data={**days, "last": "2027-12-01"})
    assert (wrong.status_code, "最多导出 92 天" in wrong.text, "2027-12-01" in wrong.text) == (
        409,
        True,
        True,
    )
    assert "/console/exports" in (await client.get("/console/appointments")).text
    await world.be(client, found, world.Who(role="clerk"))
    assert "/console/exports" not in (await client.get("/console/appointments")).text
    assert (await client.post("/console/exports", data=days)).status_code == 403

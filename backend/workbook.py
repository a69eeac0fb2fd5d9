"""A workbook (XLSX) that is written row by row to a file without a name, never whole in memory.

What somebody is called could begin like a formula; such text is written as text and begins with an apostrophe, so
that it stays text where somebody saves the sheet as CSV (CWE-1236).
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 65_536
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠|%")  # the full-width ones are what is meant
Columns = tuple[tuple[str, int], ...]  # what each is called, and how wide it is
one_at_a_time = asyncio.Semaphore(1)  # a cursor keeps a connection, and writing keeps a core


def sheet(book: Workbook, title: str, columns: Columns) -> Any:
    """A sheet with its bold heads, which stay in sight."""
    found = book.create_sheet(title)
    found.freeze_panes = "A2"
    for n, (_, width) in enumerate(columns, 1):
        found.column_dimensions[get_column_letter(n)].width = width
    heads = [WriteOnlyCell(found, name) for name, _ in columns]
    for head in heads:
        head.font = Font(bold=True)
    found.append(heads)
    return found


def cell(of: Any, value: Any, form: str) -> Any:
    """A value with its number format."""
    found = WriteOnlyCell(of, value)
    found.number_format = form
    return found


def inert(text: str) -> str:
    """The text as no spreadsheet takes it for a formula, here or saved as CSV; what XML cannot hold is left out."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{clean}" if clean.startswith(DANGEROUS) or clean.lstrip().startswith(DANGEROUS) else clean


def saved(book: Workbook) -> IO[bytes]:
    """The finished file, which vanishes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever streams it closes it
    book.save(file)
    file.seek(0)
    return file


async def chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file piece by piece, closed (and so gone) at the end, also where the reader has left."""
    try:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
    finally:
        file.close()

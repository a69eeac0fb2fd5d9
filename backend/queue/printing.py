"""打印号票: ESC/POS to a network printer, which must answer; whoever waits is told within seconds what became of it.

Chinese goes as GB18030 text in the printer's own font: a picture of it would need a font here and ten times the bytes.
Manual: Epson ESC/POS, `DLE EOT n` (status now) and `GS r 1` (status once all before it is printed).
"""

import asyncio
from collections.abc import Sequence

import structlog

from backend.queue.slips import Slip

log = structlog.get_logger()
CONNECT, ANSWER, PRINT = 1.5, 2.0, 5.0  # seconds
COLUMNS = {58: 32, 80: 48}  # half-width characters on a line
PAPER_NOW, DONE = b"\x10\x04\x04", b"\x1dr\x01"
PAPER_OUT = 0x60  # bits of the answer to PAPER_NOW
AWAY, SILENT, EMPTY = "打印机没连上", "打印机没有回应", "打印机没纸了"


async def print_slips(printer: str, paper: int, slips: Sequence[Slip]) -> str:
    """Print them; empty when they are on paper, else why they are not. It never fails otherwise."""
    try:
        body = await asyncio.to_thread(written, slips, paper)
        why = await _send(printer, body)
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionResetError, BrokenPipeError):
        why = SILENT
    except OSError:
        why = AWAY
    if why:
        log.warning("printer", why=why)
    return why


async def _send(printer: str, body: bytes) -> str:
    host, _, port = printer.rpartition(":")
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), CONNECT)
    except TimeoutError:
        return AWAY
    try:
        if (await _asked(reader, writer, PAPER_NOW, ANSWER))[0] & PAPER_OUT:
            return EMPTY
        await _asked(reader, writer, body + DONE, PRINT)
        return ""
    finally:
        writer.close()


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes, patience: float
) -> bytes:
    """The one byte with which a printer answers."""
    async with asyncio.timeout(patience):
        writer.write(said)
        await writer.drain()
        return await reader.readexactly(1)


def written(slips: Sequence[Slip], paper: int) -> bytes:
    """The bytes that print the papers, each cut off."""
    from escpos.printer import Dummy  # noqa: PLC0415  # takes a third of a second, and most processes never print

    printer = Dummy()
    printer.hw("INIT")
    for slip in slips:
        _write(printer, slip, paper)
    return bytes(printer.output)


def _write(printer, slip: Slip, paper: int) -> None:  # type: ignore[no-untyped-def]  # the library has no types
    _text(printer, slip.hall)
    # The widest number (Y1000) still fits the roll.
    printer.set(align="center", custom_size=True, width=5 if paper == 58 else 7, height=6, bold=True)
    printer._raw(slip.number.encode("ascii") + b"\n")
    for words, big in ((slip.line, True), (slip.matter, False), (slip.note, False), (slip.said, True)):
        if words:
            _text(printer, words, big)
    printer.qr(slip.link, native=True, size=5 if paper == 58 else 6, center=False)
    _text(printer, "扫码在手机上看还有几位")
    _text(printer, "-" * COLUMNS[paper])
    _text(printer, f"{slip.at.month} 月 {slip.at.day} 日 {slip.at:%H:%M} 取号，当天有效")
    _text(printer, "过号了，尽快回取号机或导办台")
    printer.cut()


def _text(printer, words: str, big: bool = False) -> None:  # type: ignore[no-untyped-def]
    printer.set(align="center", normal_textsize=not big, double_height=big, double_width=big, bold=big)
    printer._raw(b"\x1c&" + (b"\x1c!\x0c" if big else b"\x1c!\x00") + words.encode("gb18030") + b"\n")

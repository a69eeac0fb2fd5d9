"""A virus scanner, where one is configured: clamd at its socket (`CLAMD=unix:/run/clamd.sock` or `host:port`).

Speaks clamd's INSTREAM: pieces with their length before them, an empty one at the end. One that does not answer lets
nothing in: what was not looked at is not kept.
"""

import asyncio
from typing import IO

from backend.refusal import Refusal
from backend.settings import settings

PIECE = 64 * 1024
PATIENCE = 30  # seconds
SILENT = "文件检查暂时停了，请过几分钟再传"


async def finds(upload: IO[bytes]) -> bool:
    """Whether the scanner names something in the file. Refuses: a scanner that cannot be asked."""
    if not settings().clamd:
        return False
    try:
        async with asyncio.timeout(PATIENCE):
            said = await _asked(upload)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        raise Refusal(SILENT) from None
    if said.endswith("OK"):
        return False
    if said.endswith("FOUND"):
        return True
    raise Refusal(SILENT)


async def _asked(upload: IO[bytes]) -> str:
    reader, writer = await _connected(settings().clamd)
    try:
        writer.write(b"zINSTREAM\0")
        upload.seek(0)
        while piece := await asyncio.to_thread(upload.read, PIECE):
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
        writer.write((0).to_bytes(4, "big"))
        await writer.drain()
        return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace")
    finally:
        writer.close()
        upload.seek(0)


async def _connected(place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if place.startswith("unix:"):
        return await asyncio.open_unix_connection(place.removeprefix("unix:"))
    host, _, port = place.rpartition(":")
    return await asyncio.open_connection(host, int(port))

"""Documents on disk, as they come in pieces: appended where the last piece ended, kept when the hash is right.

The one module that knows where they lie: in a `folder` of the data folder, which the web processes of a deployment
share. A file that is still growing ends in `.part`; its length is how far it has come, so a process that is killed
loses less than a piece.
"""

import asyncio
import datetime as dt
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from backend.refusal import Refusal
from backend.settings import settings

PIECE = 131_072  # bytes at most in one request; browsers send 96 KB
SYNC = "sync"  # the folder of what phones sealed


class Elsewhere(Refusal):
    """The piece does not begin where the last one ended (409); `offset` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__("这一段和已收到的接不上，请从收到的地方继续")
        self.offset = offset


class Spoilt(Refusal):
    """All is here, and it is not what was named: thrown away, to be sent from the beginning (422)."""

    status = 422

    def __init__(self) -> None:
        super().__init__("收到的文件和手机上的不一样，已经丢弃，会从头再传一次")


def _whole(folder: str, sha256: bytes) -> Path:
    name = sha256.hex()
    return settings().data / folder / name[:2] / name


def _offset(folder: str, sha256: bytes) -> int:
    whole = _whole(folder, sha256)
    for path in (whole, whole.with_suffix(".part")):
        if path.exists():
            return path.stat().st_size
    return 0


def _held(folder: str, sha256: bytes) -> bool:
    """All of it is here; one whose process was killed between its last byte and its name gets its name."""
    whole = _whole(folder, sha256)
    part = whole.with_suffix(".part")
    if whole.exists() or not part.exists():
        return whole.exists()
    with part.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if hashlib.file_digest(file, "sha256").digest() == sha256 and part.exists():
            _named(part, whole)
    return whole.exists()


def _named(part: Path, whole: Path) -> None:
    part.rename(whole)
    folder = os.open(whole.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


async def offset(folder: str, sha256: bytes) -> int:
    """How many bytes of it are here."""
    return await asyncio.to_thread(_offset, folder, sha256)


async def held(folder: str, sha256: bytes) -> bool:
    """All of it is here, and its hash is right."""
    return await asyncio.to_thread(_held, folder, sha256)


async def append(folder: str, sha256: bytes, size: int, at: int, data: bytes) -> int:
    """Write a piece to disk; how many bytes are here now. Refuses: Elsewhere, Spoilt."""
    return await asyncio.to_thread(_append, folder, sha256, size, at, data)


def _append(folder: str, sha256: bytes, size: int, at: int, data: bytes) -> int:
    whole = _whole(folder, sha256)
    if whole.exists():
        return size
    whole.parent.mkdir(parents=True, exist_ok=True)
    part = whole.with_suffix(".part")
    with part.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # another request for the same document, perhaps in another process
        _write(file.fileno(), size, at, data)
        reached = os.fstat(file.fileno()).st_size
        if reached == size:
            _finish(part, whole, sha256)
    return reached


def _write(file: int, size: int, at: int, data: bytes) -> None:
    here = os.fstat(file).st_size
    if at != here or here + len(data) > size:
        raise Elsewhere(here)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)


def _finish(part: Path, whole: Path, sha256: bytes) -> None:
    if not part.exists():  # the request before this one has just finished it
        return
    with part.open("rb") as file:
        right = hashlib.file_digest(file, "sha256").digest() == sha256
    if not right:
        part.unlink()
        raise Spoilt
    _named(part, whole)


async def drop(folder: str, sha256: bytes) -> None:
    """It is not needed any more. Twice is as once."""
    await asyncio.to_thread(_whole(folder, sha256).unlink, missing_ok=True)


async def opened(folder: str, sha256: bytes) -> IO[bytes] | None:
    """The document, to be read and closed; none where not all of it is here."""
    whole = _whole(folder, sha256)
    return await asyncio.to_thread(whole.open, "rb") if await held(folder, sha256) else None


def _files(folder: str) -> Iterator[tuple[Path, os.stat_result]]:
    for path in (settings().data / folder).rglob("*"):
        try:
            found = path.stat()
        except FileNotFoundError:  # finished or dropped meanwhile
            continue
        if stat.S_ISREG(found.st_mode):
            yield path, found


async def weight(folder: str) -> int:
    """How many bytes lie there, and in the folders within."""
    return await asyncio.to_thread(lambda: sum(found.st_size for _, found in _files(folder)))


async def forget(folder: str, before: dt.datetime) -> int:
    """Drop what nobody added to since then, there and in the folders within; how many documents."""
    return await asyncio.to_thread(_forget, folder, before.timestamp())


def _forget(folder: str, before: float) -> int:
    old = [path for path, found in _files(folder) if found.st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def read(folder: str, sha256: bytes) -> bytes:
    """The document. Refuses: FileNotFoundError."""
    return _whole(folder, sha256).read_bytes()

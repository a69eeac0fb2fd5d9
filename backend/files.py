"""Files that people hand in: photos and PDF, named by what they contain (SHA-256), in a folder or in S3.

What is kept is decided by the content, never by the name. A photo is drawn anew, upright and no larger than a page
needs, so that neither where it was taken nor anything hidden in it is kept. What the scanner finds is not kept at all.

What is sealed already lies there too, in a folder of its own, under the name that whoever sealed it gives it.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from functools import cache
from io import BytesIO
from typing import IO, Any

import msgspec
import obstore
from obstore.store import from_url
from PIL import Image, ImageOps, UnidentifiedImageError

from backend import scanner
from backend.refusal import NotFound, Refusal
from backend.settings import settings

MOST = 20 * 1024 * 1024  # bytes of one file
PIXELS = 60_000_000  # of a photo: more is no photo of a paper, but a bomb
EDGE, QUALITY = 3000, 85  # pixels of the longer side: an A4 page at 250 dpi; of JPEG
PHOTOS = ("JPEG", "PNG", "WEBP")
PIECE = 64 * 1024
TYPES = {"image/jpeg": "jpg", "application/pdf": "pdf"}
TOO_LARGE = f"太大了，一个文件最多 {MOST // 1024 // 1024} MB"
UNKNOWN = "不是照片，也不是 PDF，请换成 JPG、PNG 或 PDF"
BROKEN = "打不开，可能没有传完整，请重新拍一张或重新选"
FORBIDDEN = "没有通过病毒检查，请换一个文件"


class BadFile(Refusal):
    """A file that is not kept, with what the person can do about it; the sentence begins after the file's name."""

    status = 422


class Kept(msgspec.Struct, frozen=True):
    """What was kept: its SHA-256 in hex, its bytes, its media type (one of TYPES)."""

    sha256: str
    size: int
    type: str


async def keep(upload: IO[bytes]) -> Kept:
    """Look at a file, keep what may be kept, and name it. The same content again is the same file.
    Refuses: BadFile: too large, neither photo nor PDF, broken, or with a virus in it.
    """
    kept, type_ = await passed(upload)
    made = await asyncio.to_thread(_named, kept, type_)
    kept.seek(0)
    await obstore.put_async(_store(), _place(made.sha256), kept)
    return made


async def passed(upload: IO[bytes]) -> tuple[IO[bytes], str]:
    """A file as it would be kept, and its media type, to be shown and not kept. Refuses: as `keep`."""
    type_ = await asyncio.to_thread(_type, upload)
    if await scanner.finds(upload):
        raise BadFile(FORBIDDEN)
    return (upload if type_ == "application/pdf" else await asyncio.to_thread(_drawn, upload)), type_


async def pieces(sha256: str) -> AsyncIterator[bytes]:
    """The content, piece by piece. Refuses: NotFound, before the first."""
    try:
        found = await obstore.get_async(_store(), _place(sha256))
    except FileNotFoundError:
        raise NotFound("这个文件已经不在了") from None
    async for piece in found.stream(min_chunk_size=PIECE):
        yield bytes(piece)


async def drop(sha256: str) -> None:
    """Nobody needs the content any more. Twice is as once."""
    try:
        await obstore.delete_async(_store(), _place(sha256))
    except FileNotFoundError:
        return


async def lay(name: str, sealed: bytes) -> None:
    """Keep what is sealed under a name, `folder/…`; whole or not at all. Twice is as once."""
    await obstore.put_async(_store(), name, sealed)


async def lifted(name: str) -> bytes:
    """What lies under the name. Refuses: NotFound."""
    try:
        found = await obstore.get_async(_store(), name)
    except FileNotFoundError:
        raise NotFound("这个文件已经不在了") from None
    return bytes(await found.bytes_async())


async def clear(folder: str) -> None:
    """Drop everything under the folder. Twice is as once."""
    async for some in obstore.list(_store(), f"{folder}/"):
        await obstore.delete_async(_store(), [one["path"] for one in some])


@cache
def _store() -> Any:
    place = settings().files_url or (settings().data / "files").resolve().as_uri()
    return from_url(place, mkdir=True) if place.startswith("file:") else from_url(place)


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _type(upload: IO[bytes]) -> str:
    size = upload.seek(0, 2)
    upload.seek(0)
    head = upload.read(1024)
    upload.seek(max(0, size - 1024))
    tail = upload.read(1024)
    upload.seek(0)
    if size > MOST:
        raise BadFile(TOO_LARGE)
    if head.startswith(b"%PDF-"):
        if b"%%EOF" not in tail:
            raise BadFile(BROKEN)
        return "application/pdf"
    return "image/jpeg"


def _drawn(upload: IO[bytes]) -> IO[bytes]:
    """The photo as it looks, and nothing else of it."""
    drawn = BytesIO()
    try:
        with Image.open(upload, formats=PHOTOS) as photo:
            if photo.width * photo.height > PIXELS:
                raise BadFile(TOO_LARGE)
            upright = ImageOps.exif_transpose(photo)
            upright.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
            _on_white(upright).save(drawn, "JPEG", quality=QUALITY, optimize=True)
    except Image.DecompressionBombError:
        raise BadFile(TOO_LARGE) from None
    except UnidentifiedImageError:
        raise BadFile(UNKNOWN) from None
    except (OSError, SyntaxError, ValueError):  # what Pillow says of a broken one
        raise BadFile(BROKEN) from None
    return drawn


def _on_white(photo: Image.Image) -> Image.Image:
    """Its pixels alone: no word of the camera, nothing to see through."""
    page = Image.new("RGB", photo.size, "white")
    whole = photo.convert("RGBA")
    page.paste(whole, mask=whole)
    return page


def _named(kept: IO[bytes], type_: str) -> Kept:
    digest = hashlib.sha256()
    kept.seek(0)
    while piece := kept.read(PIECE):
        digest.update(piece)
    return Kept(digest.hexdigest(), kept.tell(), type_)

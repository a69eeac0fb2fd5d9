"""Files that people hand in: what is kept, and what never is."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from backend import files, scanner
from backend.refusal import NotFound, Refusal
from backend.settings import settings

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def photo(kind: str = "JPEG", size: tuple[int, int] = (400, 300), place: bool = True) -> BytesIO:
    """One that says where it was taken and lies on its side."""
    made = Image.new("RGBA" if kind == "PNG" else "RGB", size)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "a camera that says its name"
    if place:
        exif.get_ifd(0x8825)[2] = (31.0, 48.0, 30.0)  # GPS latitude
    file = BytesIO()
    made.save(file, kind, exif=exif)
    file.seek(0)
    return file


async def content(sha256: str) -> bytes:
    return b"".join([piece async for piece in files.pieces(sha256)])


async def test_a_photo_is_kept_upright_and_without_a_word_of_where_it_was_taken() -> None:
    upload = photo()
    assert b"camera" in upload.getvalue()
    kept = await files.keep(upload)
    found = await content(kept.sha256)
    assert (kept.type, kept.size, kept.sha256) == (
        "image/jpeg",
        len(found),
        hashlib.sha256(found).hexdigest(),
    )
    with Image.open(BytesIO(found)) as drawn:
        assert drawn.size == (300, 400)
        assert not drawn.getexif()
    assert b"camera" not in found


async def test_a_large_photo_becomes_as_large_as_a_page_needs() -> None:
    kept = await files.keep(photo(size=(6000, 4000)))
    with Image.open(BytesIO(await content(kept.sha256))) as drawn:
        assert max(drawn.size) == files.EDGE


async def test_what_can_be_seen_through_becomes_white() -> None:
    kept = await files.keep(photo("PNG"))
    with Image.open(BytesIO(await content(kept.sha256))) as drawn:
        assert drawn.getpixel((10, 10)) == (255, 255, 255)


async def test_a_pdf_is_kept_as_it_is_and_the_same_one_once() -> None:
    kept = await files.keep(BytesIO(PDF))
    assert kept == await files.keep(BytesIO(PDF))
    assert kept == files.Kept(hashlib.sha256(PDF).hexdigest(), len(PDF), "application/pdf")
    assert await content(kept.sha256) == PDF


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", files.UNKNOWN),
        (b"MZ\x90\x00" * 300, files.UNKNOWN),
        (b"<html><script>alert(1)</script></html>", files.UNKNOWN),
        (b"GIF89a" + b"\0" * 100, files.UNKNOWN),
        (PDF[:-8], files.BROKEN),
        (b"%PDF-1.7" + b"\0" * files.MOST + b"%%EOF", files.TOO_LARGE),
    ],
    ids=["empty", "program", "page", "gif", "half a pdf", "too large"],
)
async def test_what_is_neither_photo_nor_pdf_is_refused_by_its_content(content: bytes, said: str) -> None:
    with pytest.raises(files.BadFile, match=said):
        await files.keep(BytesIO(content))


async def test_a_photo_that_did_not_come_whole_is_refused() -> None:
    whole = photo(size=(800, 600), place=False).getvalue()
    with pytest.raises(files.BadFile, match=files.BROKEN):
        await files.keep(BytesIO(whole[: len(whole) // 2]))


async def test_a_picture_of_a_million_pixels_in_a_few_bytes_is_refused() -> None:
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    bomb.seek(0)
    with pytest.raises(files.BadFile, match=files.TOO_LARGE):
        await files.keep(bomb)


async def test_what_is_not_there_is_said_to_be_gone() -> None:
    with pytest.raises(NotFound):
        await content("0" * 64)


@pytest.fixture
async def clamd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[int]]:
    """Something that speaks clamd's protocol at a socket and knows the one test virus; yields the sizes it was sent."""
    seen: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        whole = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            whole += await reader.readexactly(size)
        seen.append(len(whole))
        writer.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR.encode() in whole else b"stream: OK\0")
        await writer.drain()
        writer.close()

    place = tmp_path / "clamd.sock"
    server = await asyncio.start_unix_server(answer, place)
    configured = msgspec.structs.replace(settings(), clamd=f"unix:{place}")
    monkeypatch.setattr(scanner, "settings", lambda: configured)
    yield seen
    server.close()
    await server.wait_closed()


async def test_what_the_scanner_names_is_not_kept(clamd: list[int]) -> None:
    bad = PDF.replace(b"<<>>", EICAR.encode())
    with pytest.raises(files.BadFile, match=files.FORBIDDEN):
        await files.keep(BytesIO(bad))
    with pytest.raises(NotFound):
        await content(hashlib.sha256(bad).hexdigest())
    kept = await files.keep(BytesIO(PDF))
    assert clamd == [len(bad), kept.size]


async def test_a_scanner_that_does_not_answer_lets_nothing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = msgspec.structs.replace(settings(), clamd="unix:/nowhere/clamd.sock")
    monkeypatch.setattr(scanner, "settings", lambda: gone)
    with pytest.raises(Refusal, match=scanner.SILENT):
        await files.keep(BytesIO(PDF))

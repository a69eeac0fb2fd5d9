"""水印: the words are on what is sent, also of a PDF; what cannot be drawn on comes as it is."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter

from backend.watermark import marked

WORDS = "B20261126000001 officer 2026-11-26 18:21"


def photo(size: tuple[int, int]) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "white").save(file, "JPEG")
    return file.getvalue()


def pdf(password: str = "") -> bytes:
    writer, file = PdfWriter(), BytesIO()
    for _ in range(2):
        writer.add_blank_page(width=595, height=842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize("size", [(1200, 1600), (320, 240), (40, 30)])
async def test_a_photo_bears_the_words_over_its_whole_page_and_stays_as_large(size: tuple[int, int]) -> None:
    drawn = Image.open(BytesIO(await marked(photo(size), "image/jpeg", WORDS)))
    assert drawn.size == size
    if size[0] > 100:
        box = ImageChops.difference(drawn, Image.new("RGB", size, "white")).getbbox()
        assert box
        assert box[2] - box[0] > size[0] * 0.8
        assert box[3] - box[1] > size[1] * 0.6


async def test_a_pdf_bears_them_on_every_page() -> None:
    pages = PdfReader(BytesIO(await marked(pdf(), "application/pdf", WORDS))).pages
    assert len(pages) == 2
    assert all(WORDS in page.extract_text() for page in pages)


@pytest.mark.parametrize(
    "content", [pdf("secret"), b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n", b"%PDF-1.7 %%EOF"]
)
async def test_what_cannot_be_drawn_on_comes_as_it_is(content: bytes) -> None:
    assert await marked(content, "application/pdf", WORDS) == content


async def test_words_are_no_commands_of_the_page() -> None:
    found = await marked(pdf(), "application/pdf", "a) Tj ET (b\\ 李")
    assert PdfReader(BytesIO(found)).pages[0].extract_text()

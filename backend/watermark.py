"""水印: whoever looks at a page of somebody's papers is named on it, so that a copy tells where it came from.

The words are drawn into what is sent, never into what is kept: its SHA-256 is what was signed for. They are Latin
letters and digits (a case's number, a username, the minute), which need no font of the machine's.
"""

import asyncio
from io import BytesIO

import structlog
from PIL import Image, ImageDraw, ImageFont
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

log = structlog.get_logger()
QUALITY = 85
PART = 50  # of a page's width a letter is as large as
FAINT = (120, 120, 120, 90)  # grey, which leaves what is under it legible


async def marked(content: bytes, type_: str, words: str) -> bytes:
    """The photo (JPEG) or PDF with the words across it; one that cannot be drawn on (a PDF under a password) as it is,
    which is logged without a word of it.
    """
    draw = _photo if type_.startswith("image/") else _pdf
    try:
        return await asyncio.to_thread(draw, content, words)
    except (
        PyPdfError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:  # what both say of what they cannot read
        log.warning("watermark", error=type(error).__name__, type=type_)
        return content


def _photo(content: bytes, words: str) -> bytes:
    with Image.open(BytesIO(content)) as photo:
        page = photo.convert("RGBA")
    size = max(9, page.width // PART)
    tile = _tile(words, size)
    layer = Image.new("RGBA", page.size)
    for y in range(0, page.height, tile.height):
        for x in range(-tile.width // 2 * (y // tile.height % 2), page.width, tile.width):
            layer.paste(tile, (x, y))
    drawn = BytesIO()
    Image.alpha_composite(page, layer).convert("RGB").save(drawn, "JPEG", quality=QUALITY)
    return drawn.getvalue()


def _tile(words: str, size: int) -> Image.Image:
    font = ImageFont.load_default(size)
    _, _, right, bottom = font.getbbox(words)
    tile = Image.new("RGBA", (int(right) + size * 2, int(bottom) + size))
    ImageDraw.Draw(tile).text((size, size // 2), words, font=font, fill=FAINT)
    return tile.rotate(20, expand=True, resample=Image.Resampling.BICUBIC)


def _pdf(content: bytes, words: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    for page in writer.pages:
        page.merge_page(_stamp(float(page.mediabox.width), float(page.mediabox.height), words))
    drawn = BytesIO()
    writer.write(drawn)
    return drawn.getvalue()


def _stamp(width: float, height: float, words: str) -> PageObject:
    page = PageObject.create_blank_page(width=width, height=height)
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    })  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    safe = words.encode("ascii", "replace").decode().replace("\\", " ").replace("(", " ").replace(")", " ")
    lines = [
        f"BT /F1 12 Tf 0.75 g 0.94 0.34 -0.34 0.94 {x:.0f} {y:.0f} Tm ({safe}) Tj ET"
        for y in range(40, int(height), 160)
        for x in range(30, int(width), 260)
    ]
    stream = DecodedStreamObject()
    stream.set_data("\n".join(lines).encode())
    page[NameObject("/Contents")] = stream
    return page

"""Forms with files: read as they come in, each file straight to the disk, never a whole upload in memory."""

from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Stream
from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from backend import files, pieces, watermark
from backend.web import forms, resumed
from backend.web.forms import MOST_FIELDS, Form

F = TypeVar("F", bound=Form)
R = TypeVar("R")
TEXT = 8 * 1024  # bytes of one field that is no file
FORM = "multipart/form-data"


class Upload(msgspec.Struct):
    """A file as it was sent: the field, the name it had on the sender's device, its content."""

    field: str
    name: str
    content: IO[bytes]
    ahead: tuple[str, bytes] | None = None  # where it lay that came before its form (`resumed`)


class _Reading:
    def __init__(self, most: int) -> None:
        self.most = most
        self.given: dict[str, list[str]] = {}
        self.files: list[Upload] = []
        self.part: MultipartSegment | None = None
        self.text = b""

    def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            self._end()
        elif self.part is not None and self.part.filename is not None:
            self._grow(event)
        elif len(self.text) + len(event) > TEXT:
            raise HTTPException("填写的内容太多，请减少后再提交", status_code=413)
        else:
            self.text += event

    def _begin(self, part: MultipartSegment) -> None:
        self.part, self.text = part, b""
        if part.filename is not None:
            name = part.filename.replace("\\", "/").rpartition("/")[2][:80]
            self.files.append(Upload(part.name or "", name, TemporaryFile()))  # noqa: SIM115  # closed with the form

    def _grow(self, piece: bytes | bytearray) -> None:
        content = self.files[-1].content
        # What is too large is not kept to its end; one byte more says that it was.
        content.write(piece[: max(0, self.most + 1 - content.tell())])

    def _end(self) -> None:
        if self.part is not None and self.part.filename is None:
            self.given.setdefault(self.part.name or "", []).append(self.text.decode("utf-8", "replace"))
        elif self.files and not self.files[-1].name and not self.files[-1].content.tell():
            self.files.pop().content.close()  # a field of files in which nothing was chosen
        self.part = None


async def read(request: Request, form: type[F], most: int, owner: str = "") -> tuple[F, list[Upload]]:
    """Read and judge a form with files; of each file no more than `most` bytes and one are kept. The caller closes them
    (`close`). Those that came before it are taken from the folder of `owner` (`resumed`), by default of who is signed
    in. Refuses (415, 400, 413) a body that is no such form.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != FORM or not options.get("boundary"):
        raise HTTPException("这个页面只接受带文件的表单", status_code=415)
    reading = _Reading(most)
    parser = PushMultipartParser(options["boundary"], max_segment_count=MOST_FIELDS)
    try:
        async for chunk in request.stream():
            for event in parser.parse(chunk) if chunk else ():
                reading.take(event)
        parser.close()
    except ParserLimitReached:
        close(reading.files)
        raise HTTPException("填写的内容太多，请减少后再提交", status_code=413) from None
    except MultipartError:
        close(reading.files)
        raise HTTPException("没有传完整，请再提交一次", status_code=400) from None
    except BaseException:
        close(reading.files)
        raise
    judged = form(reading.given).judged()
    await _join(judged, reading.files, owner or resumed.owner_of(request))
    return judged, reading.files


async def _join(form: Form, found: list[Upload], owner: str) -> None:
    for line in form.given.get(resumed.FIELD, []):
        came = await resumed.opened(owner, line)
        if came:
            found.append(Upload(*came))
        else:
            form.refuse("files", resumed.NOT_WHOLE)


async def read_either(request: Request, form: type[F], most: int) -> tuple[F, list[Upload]]:
    """As `read`; a plain form of the same fields is one without files."""
    if parse_options_header(request.headers.get("content-type", ""))[0] == FORM:
        return await read(request, form, most)
    return await forms.read(request, form), []


async def ended(answer: R, files: list[Upload]) -> R:
    """The same answer. Where the form led on, what came before it was taken; else it is there to be named again."""
    if isinstance(answer, Redirect):
        await taken(files)
    return answer


async def taken(files: list[Upload]) -> None:
    """What came before its form was handed in with it, and takes no room any more."""
    for one in files:
        if one.ahead:
            await pieces.drop(*one.ahead)


def close(files: list[Upload]) -> None:
    """Let go of what was on the disk."""
    for one in files:
        one.content.close()


def shown(row: dict[str, Any]) -> Stream:
    """A photo is shown, a PDF is taken away: what is inside one runs in nobody's page."""
    headers = _headers(row["id"], row["type"], row["size"])
    return Stream(files.pieces(row["sha256"]), media_type=row["type"], headers=headers)


async def marked(row: dict[str, Any], words: str) -> Response[bytes]:
    """The same with the words across it (水印)."""
    whole = b"".join([piece async for piece in files.pieces(row["sha256"])])
    body = await watermark.marked(whole, row["type"], words)
    return Response(body, media_type=row["type"], headers=_headers(row["id"], row["type"], len(body)))


def passed(name: Any, content: IO[bytes], type_: str) -> Response[bytes]:
    """The same of a file that is not kept as such."""
    content.seek(0)
    body = content.read()
    return Response(body, media_type=type_, headers=_headers(name, type_, len(body)))


def _headers(name: Any, type_: str, size: int) -> dict[str, str]:
    how = "inline" if type_.startswith("image/") else "attachment"
    return {
        "Content-Disposition": f'{how}; filename="{name}.{files.TYPES[type_]}"', "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff", "Content-Length": str(size),
    }  # fmt: skip

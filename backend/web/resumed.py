"""Files that are sent before their form is: piece by piece, as they are chosen, so that what was cut goes on where it
ended. The form then names them, and carries those itself that did not come so.

`HEAD …/uploads/{sha256}` says how many bytes are here (`Upload-Offset`, as in tus 1.0), `PATCH` adds a piece at
`Upload-Offset` of a file of `Upload-Length` bytes. They lie in a folder of whoever sends them (`owner`) until
`retention.toml` forgets them: by its hash alone, nobody hands in what somebody else sent.
"""

import datetime as dt
import re
from hashlib import sha256
from typing import IO

from litestar import Request, Response, head, patch
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from backend import files, pieces, retention
from backend.refusal import NotFound
from backend.web import guards

FOLDER = "uploads"
FIELD = "sent"
FULL = 507
MOST = 300 * 1024 * 1024  # bytes of one owner that no form has handed in yet
PARTS = re.compile(r"(?P<field>[a-z0-9-]{1,60})/(?P<sha256>[0-9a-f]{64})/(?P<name>[^/]{1,80})")
NOT_WHOLE = "有文件没有传完整，请再选一次"


def owner_of(request: Request) -> str:
    """The folder of an account or a member of staff; each phone, each browser of theirs sends into the same."""
    visitor = request.user
    return folder_of(f"staff {visitor.staff}" if visitor.staff else f"account {visitor.account}")


def folder_of(owner: str) -> str:
    """The folder of whoever it is; it names nobody."""
    return f"{FOLDER}/{sha256(owner.encode()).hexdigest()[:32]}"


def _named(text: str) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise NotFound("没有这份文件")
    return bytes.fromhex(text)


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise HTTPException("这一段没有说明从哪里接", status_code=400)
    return int(text)


def _reached(offset: int, status: int = 200) -> Response[None]:
    headers = {"upload-offset": str(offset), "cache-control": "no-store"}
    return Response(None, status_code=status, headers=headers)


async def reached(owner: str, name: str) -> Response[None]:
    """How far it has come; 0 where nothing has."""
    return _reached(await pieces.offset(owner, _named(name)))


async def add(request: Request, owner: str, name: str) -> Response[None]:
    """One piece. 409 with the right offset where it does not follow; 422 where the whole is not what was named, and is
    thrown away; 413 where it is larger than a file may be, 507 where too much waits already.
    """
    digest, at, size = _named(name), _number(request, "upload-offset"), _number(request, "upload-length")
    piece = await request.body()
    if not 0 < size <= files.MOST:
        return _reached(0, status=413)
    if await pieces.weight(owner) + len(piece) > MOST:
        return _reached(0, status=FULL)
    try:
        return _reached(await pieces.append(owner, digest, size, at, piece))
    except pieces.Elsewhere as elsewhere:
        return _reached(elsewhere.offset, status=409)
    except pieces.Spoilt:
        return _reached(0, status=422)


async def opened(owner: str, line: str) -> tuple[str, str, IO[bytes], tuple[str, bytes]] | None:
    """What a form names: its field, the name it had, its content, where it lies; none where it is not all here."""
    parts = PARTS.fullmatch(line)
    place = (owner, bytes.fromhex(parts["sha256"])) if parts else None
    content = await pieces.opened(*place) if place else None
    return (parts["field"], parts["name"], content, place) if parts and place and content else None


async def forget(now: dt.datetime) -> int:
    """What no form handed in, by `retention.toml`; how many files."""
    return await pieces.forget(FOLDER, retention.before(now, FOLDER))


@head("/uploads/{sha256:str}", guards=[guards.citizen])
async def own_reached(request: Request, sha256: FromPath[str]) -> Response[None]:
    """Of a citizen's."""
    return await reached(owner_of(request), sha256)


@patch("/uploads/{sha256:str}", guards=[guards.citizen], request_max_body_size=pieces.PIECE)
async def own_add(request: Request, sha256: FromPath[str]) -> Response[None]:
    """Of a citizen's."""
    return await add(request, owner_of(request), sha256)


@head("/console/uploads/{sha256:str}", guards=[guards.staff()])
async def staff_reached(request: Request, sha256: FromPath[str]) -> Response[None]:
    """Of a clerk's."""
    return await reached(owner_of(request), sha256)


@patch("/console/uploads/{sha256:str}", guards=[guards.staff()], request_max_body_size=pieces.PIECE)
async def staff_add(request: Request, sha256: FromPath[str]) -> Response[None]:
    """Of a clerk's."""
    return await add(request, owner_of(request), sha256)


routes = [own_reached, own_add, staff_reached, staff_add]

"""What a device speaks: JSON and bytes. `PUT /sync/records/{id}` and the documents are proved by its signature
alone, for a session may be long over when there is a network again.

Signed requests say `Sync-Signature` (base64url of r and s). A record signs its own bytes; everything else signs four
lines: method, path, what is said of the body (`Upload-Offset`, or nothing), SHA-256 of the body in hex.
"""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, head, patch, post, put
from litestar.params import FromPath

from backend import clock
from backend.pieces import PIECE, Elsewhere
from backend.refusal import Denied, NotFound, Refusal
from backend.sync import chain, devices, seal
from backend.sync import take as taking
from backend.web import forms, guards

SIGNED = {"signed": True}
FORGED = Denied("签名不对，请重新打开应用再试")
BAD = 422


def _point(text: str) -> bytes:
    try:
        return seal.known_point(seal.decoded(text))
    except ValueError:
        raise ValueError("手机公钥读不出来，请重新登记") from None


def _role(text: str) -> str:
    if text not in devices.REVIEWERS:
        raise ValueError("登记的用处不对，请重新登记")
    return text


class Registered(forms.Form):
    """A device that is registered; older phones do not say that they are an agent's."""

    name = forms.Field("名称", longest=40)
    role = forms.Field("用来做什么", check=_role, required=False, longest=12)
    key = forms.Field("手机公钥", check=_point, longest=100)


class Report(msgspec.Struct, frozen=True):
    """What a phone says of itself: how many records wait, since when and what its clock shows (ms), whether it is
    erased.
    """

    unsent: int
    since: int
    at: int
    wiped: bool = False


def _signature(request: Request) -> bytes:
    try:
        return seal.decoded(request.headers.get("sync-signature", ""))
    except ValueError:
        return b""


def _json(value: Any, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def _no(refusal: Refusal) -> Response[bytes]:
    return _json({"status": refusal.status, "state": "refused", "reason": refusal.sentence}, refusal.status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


async def _device(request: Request, body: bytes) -> UUID:
    """The phone that signed this request. Refuses: Denied."""
    try:
        device = UUID(request.headers.get("sync-device", ""))
    except ValueError:
        raise FORGED from None
    known = await devices.key_of(device)
    said = [request.method, request.url.path, request.headers.get("upload-offset", "")]
    lines = "\n".join([*said, hashlib.sha256(body).hexdigest()]).encode("utf-8", "surrogateescape")
    if not seal.genuine(known["public_key"], lines, _signature(request)):
        raise FORGED
    return device


@post("/sync/devices", guards=[guards.staff(*devices.REVIEWERS)], status_code=201)
async def register(request: Request) -> Response[bytes]:
    """登记: its id, and our keys. 409 where there are none."""
    form = await forms.sound(request, Registered)
    role = form.role or ("agent" if "agent" in request.user.roles else "desk")
    try:
        device = await devices.register(form.name, form.key, request.user.staff, role)
    except Denied:
        raise
    except Refusal as refusal:
        return _no(refusal)
    keys = {"device": str(device), "agent": request.user.name, "keys": seal.public_keys()}
    return _json({**keys, "now": int((await clock.now()).timestamp() * 1000)}, 201)


@post("/sync/devices/{phone:uuid}/contact", guards=[guards.public], opt=SIGNED, status_code=200)
async def contact(request: Request, phone: FromPath[UUID]) -> Response[bytes]:
    """The phone reports, and hears whether it is revoked, how many of its records never came, and our keys."""
    body = await request.body()
    try:
        told = msgspec.json.decode(body, type=Report)
        if await _device(request, body) != phone:
            raise FORGED
        largest = max(told.unsent, told.since, told.at) < 32_503_680_000_000
        if min(told.unsent, told.since, told.at) < 0 or told.unsent > 1_000_000 or not largest:
            return _json({"status": BAD}, BAD)
        return _json(await devices.heard(phone, told.unsent, told.since, told.at, told.wiped))
    except Refusal as refusal:
        return _no(refusal)
    except msgspec.DecodeError:
        return _json({"status": BAD}, BAD)


@put(
    ["/sync/records/{record:uuid}", "/sync/visits/{record:uuid}"],  # the latter is what older phones know
    guards=[guards.public],
    opt=SIGNED,
    request_max_body_size=chain.LONGEST,
)
async def take(request: Request, record: FromPath[UUID]) -> Response[bytes]:
    """One record. 200 with a receipt; 202: documents are missing, named with their offsets; 403, 409, 422: kept in
    quarantine, with the reason, and with a receipt where it is all here.
    """
    shown = _number(request.headers.get("sync-clock", ""))
    try:
        answer = await taking.take(record, await request.body(), _signature(request), shown)
    except Refusal as refusal:
        return _no(refusal)
    return _json(answer, answer.status)


def _named(text: str) -> bytes:
    if len(text) != 64 or text.strip("0123456789abcdef"):
        raise NotFound("没有这份文件")
    return bytes.fromhex(text)


def _reached(offset: int, size: int | None = None, status: int = 200) -> Response[None]:
    headers = {"upload-offset": str(offset), "cache-control": "no-store"}
    if size is not None:
        headers["upload-length"] = str(size)
    return Response(None, status_code=status, headers=headers)


@head("/sync/attachments/{sha256:str}", guards=[guards.public], opt=SIGNED)
async def reached(request: Request, sha256: FromPath[str]) -> Response[None]:
    """How far a document has come, in `Upload-Offset`."""
    try:
        offset, size = await taking.offset_of(await _device(request, b""), _named(sha256))
    except Refusal as refusal:
        return Response(None, status_code=refusal.status)
    return _reached(offset, size)


@patch(
    "/sync/attachments/{sha256:str}",
    guards=[guards.public],
    opt=SIGNED,
    request_max_body_size=PIECE,
)
async def add(request: Request, sha256: FromPath[str]) -> Response[Any]:
    """One piece, at `Upload-Offset`. 409 with the right offset where it does not follow; 422 where the whole document
    is not what was named, and is thrown away.
    """
    body, at = await request.body(), _number(request.headers.get("upload-offset", ""))
    try:
        device = await _device(request, body)
        if at is None:
            return _json({"status": BAD}, BAD)
        return _reached(await taking.add_piece(device, _named(sha256), at, body))
    except Elsewhere as elsewhere:
        return _reached(elsewhere.offset, status=409)
    except Refusal as refusal:
        return _no(refusal)


routes = [register, contact, take, reached, add]

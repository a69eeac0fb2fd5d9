"""`/console/sync-devices`: the devices, what waits on them, what is wrong; and what one could not send."""

from typing import IO, Any, cast
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.refusal import Denied, NotFound, Refusal
from backend.sync import bring as handed
from backend.sync import devices
from backend.web import forms, guards
from backend.web.pages import page

READERS = guards.staff(*devices.READERS)
BRINGERS = guards.staff(*handed.BRINGERS)
LARGEST = 300_000_000  # bytes of a file that is brought: some hundred visits with their papers
FLAWS = {
    "gap": "没有收到", "fork": "同一位置有两份不同的记录", "reorder": "前后次序对不上", "broken": "和前一条接不上",
    "signature": "签名不对",
}  # fmt: skip
STATES = {
    "waiting": "材料还在传",
    "stored": "已收下",
    "accepted": "已办",
    "quarantined": "待核对",
    "settled": "已核对",
}


class Revoked(forms.Form):
    """Why a phone is revoked."""

    why = forms.Field("停用原因", longest=200)


@get("/console/sync-devices", guards=[READERS])
async def index(request: Request) -> Template:
    """离线设备: those with unsent records first."""
    found = await devices.devices(request.user.staff)
    places = await devices.places(request.user.staff)
    return await page(request, "sync/devices.html", phones=found, places=places, skew=devices.SKEW)


@get("/console/sync-devices/{agent_phone:uuid}", guards=[READERS])
async def show(request: Request, agent_phone: FromPath[UUID]) -> Template:
    """One of them."""
    return await _phone(request, agent_phone, Revoked.blank())


async def _phone(
    request: Request, phone: UUID, form: Revoked, status: int = 200, refusal: Refusal | None = None
) -> Template:
    found: dict[str, Any] = await devices.show(phone, request.user.staff)
    return await page(
        request, "sync/device.html", status=status, phone=found, form=form,
        reviews=bool(request.user.roles & {*devices.REVIEWERS[found["role"]]}),
        refusal=refusal, flaws=FLAWS, states=STATES, skew=devices.SKEW,
        path=f"/console/sync-devices/{phone}",
    )  # fmt: skip


@post("/console/sync-devices/{agent_phone:uuid}/revocation", guards=[READERS])
async def revoke(request: Request, agent_phone: FromPath[UUID]) -> Redirect | Template:
    """停用."""
    await devices.show(agent_phone, request.user.staff)
    form = await forms.read(request, Revoked)
    if form.errors:
        return await _phone(request, agent_phone, form, 422)
    try:
        await devices.revoke(agent_phone, form.why, request.user.staff)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _phone(request, agent_phone, form, 409, refusal)
    return Redirect(f"/console/sync-devices/{agent_phone}", status_code=303)


@get("/console/sync-imports", guards=[BRINGERS])
async def imports(request: Request) -> Template:
    """导入求助文件."""
    return await page(request, "sync/import.html", told=None)


@post("/console/sync-imports", guards=[BRINGERS], status_code=200, request_max_body_size=LARGEST)
async def bring(request: Request) -> Template:
    """Hand over what a file holds, and say what became of it."""
    try:
        told = await handed.bring(cast("IO[bytes]", (await _file(request)).file), request.user.staff)
    except handed.NoFile as refusal:
        return await page(request, "sync/import.html", status=422, told=None, refusal=refusal)
    return await page(request, "sync/import.html", told=told)


async def _file(request: Request) -> UploadFile:
    try:
        found = (await request.form()).get("file")
    except HTTPException:
        raise
    except Exception:  # malformed multipart is the sender's fault, whatever the parser makes of it
        found = None
    if not isinstance(found, UploadFile):
        raise handed.NoFile("请选择求助导出的文件")
    return found


routes = [index, show, revoke, imports, bring]

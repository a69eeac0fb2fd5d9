"""`/sheets/{sheet}`: what the applicant's own phone opens by the code on the desk's screen."""

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, head, patch, post
from litestar.params import FromPath
from litestar.response import Template

from backend import files, pieces
from backend.crossregion import phone
from backend.crossregion.bundles_pages import shown as bundled
from backend.crossregion.forms import Sent
from backend.crossregion.hand_in import Sheet
from backend.crossregion.intake_pages import AT_ONCE, BODY, DESK, shown
from backend.refusal import Denied, NotFound, Refusal
from backend.secrecy import fresh_token
from backend.settings import settings
from backend.web import guards, resumed, uploads
from backend.web.pages import page
from backend.web.qr import picture

# The address is the key: it is kept by no cache, told to no other site, found by no search engine.
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


@post("/console/crossregion/cases/{case:uuid}/phones", guards=[DESK], status_code=200)
async def invite(request: Request, case: FromPath[UUID]) -> Template:
    """A code for the applicant's phone, shown this once; `?bundle`: on the page of the 一件事."""
    token, here = fresh_token(), bundled if "bundle" in request.query_params else shown
    try:
        until = await phone.invite(case, token, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await here(request, case, refusal.status, refusal=refusal)
    address = f"{settings().public_url or str(request.base_url).rstrip('/')}/sheets/{token}"
    return await here(request, case, phone={"address": address, "picture": picture(address), "until": until})


@get("/sheets/{sheet:str}", guards=[guards.public])
async def show(request: Request, sheet: FromPath[str]) -> Template:
    """What is to be sent."""
    return await _shown(request, sheet)


async def _shown(request: Request, sheet: str, status: int = 200, **more: Any) -> Template:
    try:
        found = await phone.invited(sheet)
    except NotFound as over:
        found, status, more = {}, 404, {"over": over}
    values = {"form": None, "refusal": None, "over": None, "sent": 0, "sheet": sheet, **found, **more}
    answer = await page(request, "crossregion/phone.html", status=status, found=bool(found), **values)
    answer.headers.update(HEADERS)
    return answer


@post("/sheets/{sheet:str}", guards=[guards.public], request_max_body_size=BODY, status_code=200)
async def send(request: Request, sheet: FromPath[str]) -> Template:
    """Pages, by paper."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{20,64}", sheet):
        return await _shown(request, sheet)
    owner = await _owner(sheet)  # before a body of any size is read
    form, found = await uploads.read(request, Sent, files.MOST, owner)
    try:
        if not form.errors and len(found) > AT_ONCE:
            form.refuse("name", f"一次最多传 {AT_ONCE} 个文件")
        if form.errors:
            return await _shown(request, sheet, 422, form=form)
        sheets = [
            Sheet(name, tuple((one.name, one.content) for one in found if one.field == f"files-{n}"))
            for n, name in enumerate(form.name)
        ]
        try:
            await phone.send(sheet, sheets)
        except NotFound:
            raise
        except Refusal as refusal:
            return await _shown(request, sheet, refusal.status, refusal=refusal)
        await uploads.taken(found)
        return await _shown(request, sheet, sent=len(found))
    finally:
        uploads.close(found)


async def _owner(sheet: str) -> str:
    """The folder of this code. Refuses: NotFound, one that is over."""
    await phone.invited(sheet)
    return resumed.folder_of(f"sheet {sheet}")


@head("/sheets/{sheet:str}/uploads/{sha256:str}", guards=[guards.public])
async def reached(request: Request, sheet: FromPath[str], sha256: FromPath[str]) -> Response[None]:
    """How far a page has come."""
    return await resumed.reached(await _owner(sheet), sha256)


@patch(
    "/sheets/{sheet:str}/uploads/{sha256:str}",
    guards=[guards.public],
    request_max_body_size=pieces.PIECE,
)
async def add(request: Request, sheet: FromPath[str], sha256: FromPath[str]) -> Response[None]:
    """A piece of a page."""
    return await resumed.add(request, await _owner(sheet), sha256)


@get("/console/crossregion/cases/{case:uuid}/here", guards=[DESK])
async def here(request: Request, case: FromPath[UUID]) -> Template:
    """What is there already, alone, as it comes."""
    return await shown(request, case, template="crossregion/_here.html")


routes = [invite, show, send, reached, add, here]

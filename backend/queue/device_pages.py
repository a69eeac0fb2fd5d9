"""`/console/devices`: a hall's screens, kept by its manager. A pairing address is shown once, by the answer that made
it: no table has its token.
"""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments
from backend.queue import devices, trial
from backend.queue.device_forms import Added, Again, Changed
from backend.refusal import Denied, NotFound, Refusal
from backend.secrecy import fresh_token
from backend.settings import settings
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.qr import picture

MANAGER = guards.staff("manager")
SAID = {
    "added": "添加", "changed": "修改", "paired": "屏幕登记成功", "readdressed": "重新生成登记地址", "revoked": "停用",
    "printed": "试打一张",
}  # fmt: skip


@get("/console/devices", guards=[MANAGER])
async def index(request: Request) -> Template:
    """设备."""
    return await _list(request, Added.blank(kind="kiosk", paper=80))


async def _list(request: Request, form: Added, status: int = 200, refusal: Refusal | None = None) -> Template:
    by = request.user.staff
    return await page(
        request, "queue/devices.html", status=status, form=form, refusal=refusal, path="/console/devices",
        devices=await devices.devices(by), halls=await appointments.halls_for(by, devices.KEEPER),
        kinds=devices.KINDS, papers=devices.PAPERS, token=form.typed["token"] or fresh_token(),
    )  # fmt: skip


@post("/console/devices", guards=[MANAGER], status_code=200)
async def add(request: Request) -> Template:
    """Add one, and show the address that pairs it."""
    form = await forms.read(request, Added)
    if form.errors:
        return await _list(request, form, 422)
    try:
        made = await devices.add_device(
            form.hall,
            form.kind,
            form.name,
            request.user.staff,
            form.token,
            printer=form.printer,
            paper=form.paper,
        )
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _list(request, form, 409, refusal)
    return await _pairing(request, made)


async def _pairing(request: Request, made: devices.Pairing) -> Template:
    home = settings().public_url or str(request.base_url).rstrip("/")
    address = f"{home}/pairings/{made.token}"
    found = await devices.show_device(made.device, request.user.staff)
    return await page(
        request, "queue/pairing_address.html", device=found, address=address, picture=picture(address),
        kinds=devices.KINDS, path=f"/console/devices/{made.device}",
    )  # fmt: skip


@get("/console/devices/{screen:uuid}", guards=[MANAGER])
async def show(request: Request, screen: FromPath[UUID]) -> Template:
    """One of them."""
    found = await devices.show_device(screen, request.user.staff)
    return await _device(request, screen, Changed.blank(**{name: found[name] for name in Changed.fields()}))


async def _device(
    request: Request,
    screen: UUID,
    form: Changed,
    status: int = 200,
    refusal: Refusal | None = None,
    **more: Any,
) -> Template:
    found = await devices.show_device(screen, request.user.staff)
    values = {"again": Again.blank(), "token": fresh_token(), **more}
    return await page(
        request, "queue/device.html", status=status, form=form, refusal=refusal, device=found, said=SAID,
        kinds=devices.KINDS, papers=devices.PAPERS, path=f"/console/devices/{screen}", **values,
    )  # fmt: skip


@post("/console/devices/{screen:uuid}", guards=[MANAGER])
async def change(request: Request, screen: FromPath[UUID]) -> Redirect | Template:
    """Another name, printer or paper."""
    await devices.show_device(screen, request.user.staff)
    form = await forms.read(request, Changed)
    if form.errors:
        return await _device(request, screen, form, 422)
    values = {"name": form.name, "printer": form.printer, "paper": form.paper}
    try:
        await devices.change_device(screen, request.user.staff, **values)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _device(request, screen, form, 409, refusal)
    return Redirect(f"/console/devices/{screen}", status_code=303)


@post("/console/devices/{screen:uuid}/pairing", guards=[MANAGER], status_code=200)
async def readdress(request: Request, screen: FromPath[UUID]) -> Template:
    """A fresh address, shown this once."""
    found = await devices.show_device(screen, request.user.staff)
    form = await forms.read(request, Again)
    kept = Changed.blank(**{name: found[name] for name in Changed.fields()})
    if form.errors:
        return await _device(request, screen, kept, 422, again=form)
    try:
        made = await devices.pair_again(screen, request.user.staff, form.token)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _device(request, screen, kept, 409, refusal)
    return await _pairing(request, made)


@post("/console/devices/{screen:uuid}/trial", guards=[MANAGER])
async def try_printer(request: Request, screen: FromPath[UUID]) -> Redirect | Template:
    """试打一张; what became of it stands in the record."""
    home = settings().public_url or str(request.base_url).rstrip("/")
    try:
        await trial.try_printer(screen, request.user.staff, home)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        found = await devices.show_device(screen, request.user.staff)
        form = Changed.blank(**{name: found[name] for name in Changed.fields()})
        return await _device(request, screen, form, 409, refusal)
    return Redirect(f"/console/devices/{screen}", status_code=303)


@post("/console/devices/{screen:uuid}/revocation", guards=[MANAGER])
async def revoke(request: Request, screen: FromPath[UUID]) -> Redirect:
    """停用."""
    await devices.revoke_device(screen, request.user.staff)
    return Redirect(f"/console/devices/{screen}", status_code=303)


routes = [index, add, show, change, readdress, try_printer, revoke]

"""`/console/phone`: 值守手机: which phone one carries, and whether a ring reaches it by push or only by SMS.

The number travels in the form, never in a URL.
"""

from litestar import Request, get, post
from litestar.response import Redirect, Template

from backend import identity, notify
from backend.handoff.forms import Carried, Proved
from backend.handoff.rules import handoff_rules
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.limits import address
from backend.web.pages import page

PATH = "/console/phone"
GUARD = guards.staff()


@get(PATH, guards=[GUARD])
async def show(request: Request) -> Template:
    """Which it is, and the form for another."""
    return await _shown(request, Carried.blank())


async def _shown(
    request: Request, form: forms.Form, status: int = 200, refusal: Refusal | None = None
) -> Template:
    account = await identity.carried(request.user.staff)
    return await page(
        request, "handoff/phone.html", status=status, form=form, refusal=refusal, path="/console/account",
        phone=await identity.phone_of(account) if account else "",
        pushed=bool(account and await notify.ringable([account])), minutes=handoff_rules().phone_for,
    )  # fmt: skip


@post(f"{PATH}/codes", guards=[GUARD], status_code=200)
async def send(request: Request) -> Template:
    """Send a code to the phone and show where to type it."""
    form = await forms.read(request, Carried)
    if form.errors:
        return await _shown(request, form, 422)
    refusal = None
    try:
        await identity.send_code(form.phone, address(request))
    except identity.TooSoon as soon:
        refusal = soon
    except Refusal as no:
        return await _shown(request, form, no.status, no)
    return await _code(request, Proved.blank(phone=form.phone), refusal.status if refusal else 200, refusal)


async def _code(
    request: Request, form: forms.Form, status: int = 200, refusal: Refusal | None = None
) -> Template:
    shown = await identity.shown_code(identity.mobile_number(form.typed["phone"]))
    return await page(
        request, "handoff/phone_code.html", status=status, form=form, refusal=refusal, shown=shown,
        path="/console/account",
    )  # fmt: skip


@get(f"{PATH}/codes", guards=[GUARD])
async def again(request: Request) -> Redirect:
    """This address stands in the address bar while a code is typed; opened anew, it starts over."""
    return Redirect(PATH, status_code=303)


@post(PATH, guards=[GUARD])
async def link(request: Request) -> Redirect | Template:
    """关联."""
    form = await forms.read(request, Proved)
    if "phone" in form.errors:
        return await _shown(request, Carried(form.given).judged(), 422)
    if form.errors:
        return await _code(request, form, 422)
    try:
        await identity.link_phone(request.user.staff, form.phone, form.code)
    except Refusal as refusal:
        return await _code(request, form, refusal.status, refusal)
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/removal", guards=[GUARD])
async def unlink(request: Request) -> Redirect:
    """取消关联."""
    await identity.unlink_phone(request.user.staff)
    return Redirect(PATH, status_code=303)


routes = [show, send, again, link, unlink]

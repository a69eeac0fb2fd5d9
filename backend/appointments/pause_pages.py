"""A citizen's pause (网上预约暂停): the facts and the appeal; and saying of a missed booking that one was there."""

from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments, clock
from backend.refusal import NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page


class Appealed(forms.Form):
    """What happened, in one's own words."""

    text = forms.Field("说明", longest=300)


@get("/appointments/pauses/{pause:uuid}", guards=[guards.citizen])
async def show(request: Request, pause: FromPath[UUID]) -> Template:
    """网上预约暂停."""
    return await _pause(request, pause, Appealed.blank())


async def _pause(
    request: Request, pause: UUID, form: Appealed, status: int = 200, refusal: Refusal | None = None
) -> Template:
    found = await appointments.show_pause(pause, by=request.user.account)
    runs = found["state"] == "running" and found["until"] > clock.local(await clock.now()).date()
    return await page(
        request, "appointments/pause.html", status=status, pause=found, runs=runs, form=form, refusal=refusal,
        path=f"/appointments/pauses/{pause}",
    )  # fmt: skip


@post("/appointments/pauses/{pause:uuid}/appeal", guards=[guards.citizen])
async def appeal(request: Request, pause: FromPath[UUID]) -> Redirect | Template:
    """申诉 against the pause."""
    form = await forms.read(request, Appealed)
    if form.errors:
        return await _pause(request, pause, form, status=422)
    try:
        await appointments.appeal_pause(pause, request.user.account, form.text)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _pause(request, pause, form, status=409, refusal=refusal)
    return Redirect(f"/appointments/pauses/{pause}", status_code=303)


@post("/no-shows/{missed:uuid}/appeal", guards=[guards.citizen])
async def dispute(request: Request, missed: FromPath[UUID]) -> Redirect:
    """我那天来了; one need not say more."""
    form = await forms.sound(request, Said)
    booking = await appointments.appeal_no_show(missed, request.user.account, form.said)
    return Redirect(f"/appointments/{booking}", status_code=303)


class Said(forms.Form):
    """What one says of a day on which nobody was seen."""

    said = forms.Field("说明", required=False, longest=300)


routes = [show, appeal, dispute]

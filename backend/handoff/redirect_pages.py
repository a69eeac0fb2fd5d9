"""`/console/handoffs/{handoff}/redirection`: 不归我们, and whose it is."""

from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.handoff import redirect, views
from backend.handoff.forms import Redirected
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

PATH = "/console/handoffs"
OFFICER = guards.staff("officer")


@get("/console/handoffs/{handoff:uuid}/redirection/new", guards=[OFFICER])
async def new(request: Request, handoff: FromPath[UUID]) -> Template:
    """Whose is it?"""
    await views.shown(handoff, request.user.staff)  # not of one that they have no more
    was = await redirect.asked_of(handoff, request.user.staff)
    usual = f"这件事不归{was['department_name']}管"
    return await _new(request, handoff, Redirected.blank(cause=usual))


@post("/console/handoffs/{handoff:uuid}/redirection", guards=[OFFICER])
async def create(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """Theirs."""
    form = await forms.read(request, Redirected)
    if form.errors:
        return await _new(request, handoff, form, 422)
    try:
        await redirect.redirect(handoff, form.to, form.cause, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _new(request, handoff, form, refusal.status, refusal)
    return Redirect(PATH, status_code=303)


async def _new(
    request: Request, handoff: UUID, form: Redirected, status: int = 200, refusal: Refusal | None = None
) -> Template:
    was = await redirect.asked_of(handoff, request.user.staff)
    return await page(
        request, "handoff/redirect.html", status=status, path=PATH, was=was, handoff=handoff, form=form,
        refusal=refusal, departments=await redirect.others(handoff),
    )  # fmt: skip


routes = [new, create]

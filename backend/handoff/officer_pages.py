"""`/console/handoffs`: an officer's duty, and what they say to a call from the desk."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.handoff import answer, duty, views
from backend.handoff.forms import Delayed, Passed
from backend.handoff.rules import handoff_rules
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

PATH = "/console/handoffs"
OFFICER = guards.staff("officer")


@get(PATH, guards=[OFFICER])
async def index(request: Request) -> Template:
    """屏对屏: 上线, what rings, what one has, whom one calls back."""
    return await _index(request)


@get("/console/handoffs/calls", guards=[OFFICER])
async def calls(request: Request) -> Template:
    """What rings, alone."""
    return await page(request, "handoff/_calls.html", **await views.calls(request.user.staff))


@get("/console/handoffs/duty/state", guards=[OFFICER])
async def on_duty(request: Request) -> Template:
    """Whether one counts as there, alone."""
    known = await duty.duty_of(request.user.staff)
    return await page(request, "handoff/_duty.html", duty=known, silent=handoff_rules().silent)


@get("/console/handoffs/ring", guards=[OFFICER])
async def ring(request: Request) -> Template:
    """That something rings, on any page."""
    return await page(request, "handoff/_ring.html", **await views.ringing(request.user.staff))


@post("/console/handoffs/duty", guards=[OFFICER])
async def come_on(request: Request) -> Redirect | Template:
    """上线."""
    return await did(request, duty.come_on(request.user.staff))


@post("/console/handoffs/absence", guards=[OFFICER])
async def leave(request: Request) -> Redirect | Template:
    """离开."""
    return await did(request, answer.leave(request.user.staff))


@post("/console/handoffs/{handoff:uuid}/acceptance", guards=[OFFICER])
async def accept(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """接."""
    return await did(request, answer.accept(handoff, request.user.staff), f"{PATH}/{handoff}")


@post("/console/handoffs/{handoff:uuid}/refusal", guards=[OFFICER])
async def decline(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """不接."""
    return await did(request, answer.decline(handoff, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/delay", guards=[OFFICER])
async def put_off(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """3 分钟后、10 分钟后."""
    form = await forms.sound(request, Delayed)
    return await did(request, answer.put_off(handoff, form.minutes, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/passing", guards=[OFFICER])
async def pass_to(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """转给…."""
    form = await forms.sound(request, Passed)
    return await did(request, answer.pass_to(handoff, form.colleague, request.user.staff))


@post("/console/handoffs/{handoff:uuid}/papers", guards=[OFFICER])
async def by_papers(request: Request, handoff: FromPath[UUID]) -> Redirect | Template:
    """看材料即可，不用连线."""
    return await did(request, answer.by_papers(handoff, request.user.staff))


async def did(request: Request, deed: Any, to: str = PATH) -> Redirect | Template:
    """A deed of an officer; a no is said on their page."""
    try:
        await deed
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _index(request, refusal.status, refusal=refusal)
    return Redirect(to, status_code=303)


async def _index(request: Request, status: int = 200, refusal: Refusal | None = None) -> Template:
    return await page(
        request, "handoff/index.html", status=status, path=PATH, refusal=refusal, silent=handoff_rules().silent,
        **await views.calls(request.user.staff),
    )  # fmt: skip


routes = [index, calls, on_duty, ring, come_on, leave, accept, decline, put_off, pass_to, by_papers]

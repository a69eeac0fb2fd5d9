"""`/console/handoffs/running`: what runs now, for who may look on; it stands on the page of what nobody came for."""

from litestar import Request, get
from litestar.response import Template

from backend.handoff.running import running
from backend.web import guards
from backend.web.pages import page


@get("/console/handoffs/running", guards=[guards.staff("supervisor", "manager")])
async def index(request: Request) -> Template:
    """The sessions, alone."""
    return await page(request, "handoff/_running.html", running=await running(request.user.staff))


routes = [index]

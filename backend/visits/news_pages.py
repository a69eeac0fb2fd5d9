"""`/console/visit-news/…`: what was told is read."""

from litestar import Request, post
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from backend.visits import news
from backend.visits.console import ASK
from backend.visits.forms import Heard
from backend.web import forms


@post("/console/visit-news/readings", guards=[ASK])
async def read(request: Request) -> Redirect:
    """知道了: those that stood on the page."""
    form = await forms.read(request, Heard)
    if form.errors:  # nobody types them: the page was not ours
        raise HTTPException(form.errors["news"], status_code=422)
    await news.read(request.user.staff, forms.ids(form.news or []))
    return Redirect("/console/visits", status_code=303)


routes = [read]

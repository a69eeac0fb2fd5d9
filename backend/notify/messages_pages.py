"""`/console/messages`: text messages, for those who answer for the whole city."""

from litestar import Request, get
from litestar.response import Template

from backend.notify.messages import LOOKERS, messages
from backend.web import forms, guards
from backend.web.pages import page

READ = guards.staff(*LOOKERS)


class Which(forms.Form):
    """All messages, or those that will not arrive."""

    lost = forms.Field("只看没送到的", type=bool, required=False)


@get("/console/messages", guards=[READ])
async def index(request: Request) -> Template:
    """短信."""
    wish = forms.read_query(request, Which)
    return await page(request, "notify/messages.html", **await messages(request.user.staff, wish.lost))


@get("/console/messages/list", guards=[READ])
async def listed(request: Request) -> Template:
    """The page's part that changes, a fragment: fetched again when a message moved."""
    wish = forms.read_query(request, Which)
    return await page(request, "notify/_messages.html", **await messages(request.user.staff, wish.lost))


routes = [index, listed]

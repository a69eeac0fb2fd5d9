"""`/console/deliveries`: which notices of the hall's day arrived, and which did not, and why."""

from litestar import Request, get
from litestar.response import Template

from backend.appointments.console import DayOf, place
from backend.appointments.deliveries import deliveries
from backend.appointments.standing import LOOKERS
from backend.web import forms, guards
from backend.web.pages import page


@get("/console/deliveries", guards=[guards.staff(*LOOKERS)])
async def index(request: Request) -> Template:
    """通知送达."""
    wish = forms.read_query(request, DayOf)
    here = await place(request, wish)
    found = await deliveries(here["hall"]["code"], here["day"], by=request.user.staff)
    status = 422 if wish.errors else 200
    return await page(request, "appointments/deliveries.html", status=status, form=wish, **here, **found)


routes = [index]

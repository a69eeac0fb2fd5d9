"""`/console/cases`: the work list, taking a case in, and its receipt."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import catalog, identity, queue, secrecy
from backend.appointments import halls_for
from backend.cases import views
from backend.cases.askers import TAKERS
from backend.cases.custody_places import said, spots_of
from backend.cases.documents import seal_of
from backend.cases.forms import RELATIONS, Received, Search, Sought, judge
from backend.cases.papers import papers_of
from backend.cases.receive import Wanted, receive
from backend.pager import Listed
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

READ = guards.staff(*views.READERS)
TAKE = guards.staff("clerk", "manager")
HOLD = guards.staff(*TAKERS)


@get("/console/cases", guards=[READ])
async def index(request: Request) -> Template:
    """办件, what is due first."""
    wish = forms.read_query(request, Sought)
    group = wish.group if wish.group in views.LISTS else "open"
    found = await views.work(request.user.staff, group, wish.page or 1)
    return await _list(request, Search.blank(), found, group=group)


@post("/console/cases/search", guards=[READ], status_code=200)
async def search(request: Request) -> Template | Redirect:
    """By number, or by the applicant's ID; one that is found alone is opened."""
    form = await forms.read(request, Search)
    found = Listed([], 1, 0) if form.errors else await views.find(form.q, request.user.staff, form.page or 1)
    if found.total == 1:
        return Redirect(f"/console/cases/{found.rows[0]['id']}", status_code=303)
    return await _list(request, form, found, group="", status=422 if form.errors else 200)


async def _list(request: Request, form: Any, found: Listed, **more: Any) -> Template:
    places = await views.places(request.user.staff)
    arrived = await views.arrivals(request.user.staff)
    return await page(
        request, "cases/cases.html", path="/console/cases", form=form, cases=found.rows, found=found, places=places,
        arrivals=arrived, **more,
    )  # fmt: skip


@get("/console/cases/arrivals", guards=[READ])
async def arrivals(request: Request) -> Template:
    """新交来的 alone, as they come."""
    return await page(request, "cases/_arrivals.html", arrivals=await views.arrivals(request.user.staff))


@get("/console/cases/new", guards=[TAKE])
async def new(request: Request) -> Template:
    """收件: first the matter, then who asks."""
    wish = forms.read_query(request, Sought)
    if not wish.item:
        found = [one for one in await catalog.search(wish.q) if one.window] if not wish.errors else []
        return await page(
            request,
            "cases/new_item.html",
            path="/console/cases",
            sought=wish.q or "",
            found=found,
            ticket=wish.ticket or "",
        )
    blank = Received.blank(
        item=wish.item, relation="self", id_type="resident", token=secrecy.fresh_token(), ticket=wish.ticket or "",
    )  # fmt: skip
    return await _new(request, blank, wish.item)


async def _new(request: Request, form: Any, item: UUID, **more: Any) -> Template:
    halls = [(hall["code"], hall["name"]) for hall in await halls_for(request.user.staff, *TAKERS)]
    if not halls:
        raise Denied("你的账号还没有分配大厅，请找管理员")
    served = await _served(request, form)
    return await page(
        request, "cases/new.html", path="/console/cases", form=form, item=await catalog.item(item), halls=halls,
        relations=RELATIONS, id_types=list(identity.ID_TYPES.items()), served=served, **more,
    )  # fmt: skip


async def _served(request: Request, form: Any) -> dict[str, Any] | None:
    """The number that they were called with; none where they came without, or it is none of theirs."""
    try:
        return await queue.served(UUID(str(form.typed["ticket"])), request.user.staff)
    except (ValueError, Denied, NotFound):
        return None


@post("/console/cases", guards=[TAKE])
async def create(request: Request) -> Redirect | Template:
    """Take it in."""
    form = await forms.read(request, Received)
    await judge(form)
    for hidden in {"item", "ticket"} & form.errors.keys():  # nobody types them: the page was not ours
        raise HTTPException(form.errors[hidden], status_code=422)
    if form.errors:
        return await _new(request, form, form.item, status=422)
    who = identity.Typed(form.name, form.relation, form.id_type, form.id_number, agreed=form.agreed)
    wanted = Wanted(
        item=form.item, hall=form.hall, phone=form.phone, who=who, organisation=form.organisation, uscc=form.uscc,
        external_case_no=form.external, note=form.note, ticket=form.ticket,
    )  # fmt: skip
    try:
        made = await receive(wanted, request.user.staff, form.token)
    except Denied:
        raise
    except Refusal as refusal:
        return await _new(request, form, form.item, status=refusal.status, refusal=refusal)
    return Redirect(f"/console/cases/{made}/receipt", status_code=303)


@get("/console/cases/{case:uuid}/receipt", guards=[HOLD])
async def receipt(request: Request, case: FromPath[UUID]) -> Template:
    """收件凭证, with the password with which the applicant looks it up."""
    one = await views.show_to_staff(case, request.user.staff)
    password = secrecy.unseal(one["password_sealed"])
    return await page(
        request,
        "cases/receipt.html",
        path="/console/cases",
        one=one,
        password=password,
        papers=await papers_of(case),
        places=[(spot, said(spot)) for spot in await spots_of(case)],
        seal=seal_of(one, "receipt"),
    )


routes = [index, arrivals, search, new, create, receipt]

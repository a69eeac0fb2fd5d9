"""`/console/visits`: the work list, and asking for who calls."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.response import Redirect, Template

from backend import catalog, identity, secrecy
from backend.refusal import Denied, NotFound, Refusal
from backend.visits import news, views
from backend.visits.ask import Asked, ask_for
from backend.visits.askers import READERS, STAFF
from backend.visits.forms import RELATIONS, AskFor, Sought, judge
from backend.visits.rules import visit_rules
from backend.web import forms, guards
from backend.web.pages import page

READ = guards.staff(*READERS)
ASK = guards.staff(*STAFF)
PATH = "/console/visits"
WAYS = [("phone", "打电话来的"), ("agent", "代办员自己知道的")]


@get(PATH, guards=[READ])
async def index(request: Request) -> Template:
    """上门代办, what is due first."""
    wish = forms.read_query(request, Sought)
    first = "mine" if request.user.roles == {"agent"} else "open"
    group = wish.group if wish.group in views.GROUPS else first
    by = request.user.staff
    return await page(
        request, "visits/visits.html", path=PATH, group=group, found=await views.work(by, group, wish.page or 1),
        waiting=(await views.work(by, "new")).rows if group == "mine" else [], places=await views.places(by),
        news=await news.unread(by),
    )  # fmt: skip


@get("/console/visits/new", guards=[ASK])
async def new(request: Request) -> Template:
    """First the matter, then who and where."""
    wish = forms.read_query(request, Sought)
    if not wish.item:
        return await page(
            request, "visits/new_item.html", path=PATH, items=await catalog.offered("doorstep"),
            places=await views.places(request.user.staff),
        )  # fmt: skip
    way = "agent" if request.user.roles == {"agent"} else "phone"
    token = secrecy.fresh_token()
    blank = AskFor.blank(item=wish.item, relation="self", id_type="resident", asked_by=way, token=token)
    return await _new(request, blank, wish.item)


async def _new(request: Request, form: Any, item: UUID, **more: Any) -> Template:
    towns = await views.villages(request.user.staff)
    if not towns:
        raise Denied("你的账号还没有分配村、社区，请找管理员")
    return await page(
        request, "visits/new_for.html", path=PATH, form=form, item=await catalog.item(item), towns=towns,
        reasons=[(code, reason.name) for code, reason in visit_rules().reasons.items()], relations=RELATIONS,
        id_types=list(identity.ID_TYPES.items()), ways=WAYS, places=await views.places(request.user.staff), **more,
    )  # fmt: skip


@post(PATH, guards=[ASK])
async def create(request: Request) -> Redirect | Template:
    """Ask for them."""
    form = await forms.read(request, AskFor)
    await judge(form)
    if "item" in form.errors:
        raise NotFound("没有找到这件事，请重新选择要办的事")
    if form.errors:
        return await _new(request, form, form.item, status=422)
    try:
        made = await ask_for(_asked(form), request.user.staff, form.token, form.asked_by)
    except Denied:
        raise
    except Refusal as refusal:
        return await _new(request, form, form.item, status=refusal.status, refusal=refusal)
    return Redirect(f"/console/visits/{made}", status_code=303)


def _asked(form: Any) -> Asked:
    who = identity.Typed(form.name, form.relation, form.id_type, form.id_number, agreed=form.agreed)
    return Asked(
        item=form.item, village=form.village, reason=form.reason, address=form.address, phone=form.phone, who=who,
        note=form.note,
    )  # fmt: skip


routes = [index, new, create]

"""`/console/crossregion`: can it be taken in here, and how; else which way there is."""

from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import catalog
from backend.catalog.tables import Department, Hall
from backend.crossregion.ask import asked_for, missing
from backend.crossregion.bundles import bundles
from backend.crossregion.eligible import applicants_of, elsewhere, pace, plan, situations_of
from backend.crossregion.forms import Asking, Sought, Who
from backend.crossregion.waiting import waiting
from backend.web import forms, guards
from backend.web.pages import page

PATH = "/console/crossregion"
READERS = ("desk", "manager", "supervisor")
READ = guards.staff(*READERS)
NOTE = guards.staff("desk")


@get(PATH, guards=[READ])
async def index(request: Request) -> Template:
    """驻沪收办: find the matter; empty lists what the desk takes in."""
    form = forms.read_query(request, Sought)
    found = await catalog.search(form.q, 20) if form.q else await catalog.offered("shanghai")
    return await page(
        request, "crossregion/items.html", path=PATH, form=form, found=found if not form.errors else [],
        missing=[] if form.q else await missing(request.user.staff, *READERS),
        waiting={} if form.q else await waiting(request.user.staff),
        bundles=[] if form.q else await bundles(), status=422 if form.errors else 200,
        home=await Hall.objects().where(Hall.kind == "city").first(),
    )  # fmt: skip


@get("/console/crossregion/waiting", guards=[READ])
async def wait(request: Request) -> Template:
    """What waits here, alone, as it changes."""
    return await page(request, "crossregion/_waiting.html", waiting=await waiting(request.user.staff))


@get("/console/crossregion/items/{item:uuid}", guards=[READ])
async def show(request: Request, item: FromPath[UUID]) -> Template:
    """How this matter goes here, for whom, and in which situation."""
    one, form = await catalog.item(item), forms.read_query(request, Who)
    applicants = applicants_of(one)
    who = form.applicant if form.applicant in applicants else next(iter(applicants), "")
    form.typed["applicant"] = who
    conditions = list(dict.fromkeys(row.condition for row in await catalog.materials(item) if row.condition))
    return await page(
        request, "crossregion/item.html", path=PATH, one=one, form=form,
        applicants=[(code, each.name) for code, each in applicants.items()],
        situations=[("", "一般情形"), *((each.name, each.name) for each in situations_of(one))], conditions=conditions,
        plan=await plan(one, who, form.situation, form.holds) if one.shanghai else None,
        bundles=await bundles(item),
        elsewhere=[] if one.shanghai else await elsewhere(one),
        department=await Department.objects().get(Department.id == one.department), pace=pace,
        asked=request.query_params.get("asked") == "yes",
    )  # fmt: skip


@post("/console/crossregion/askings", guards=[NOTE])
async def note(request: Request) -> Redirect:
    """记一笔: somebody asked for what is not taken in here."""
    form = await forms.sound(request, Asking)
    await asked_for(form.item, form.words, request.user.staff)
    back = f"{PATH}/items/{form.item}?asked=yes" if form.item else PATH
    return Redirect(back, status_code=303)


routes = [index, wait, show, note]

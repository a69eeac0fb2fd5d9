"""`/console/handoffs/skills`: 屏对屏分工, who is rung first for which matter."""

from typing import Any

from litestar import Request, get, post
from litestar.response import Redirect, Template

from backend.handoff import skill_views, skills
from backend.handoff.forms import Skilled, WhichDepartment
from backend.handoff.officer_pages import PATH
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

HERE = "/console/handoffs/skills"
READ, LEAD = guards.staff(*skill_views.READERS), guards.staff(*skills.LEADERS)


@get(HERE, guards=[READ])
async def index(request: Request) -> Template:
    """A department."""
    wish = forms.read_query(request, WhichDepartment)
    return await _index(request, wish.department, Skilled.blank())


@post(HERE, guards=[LEAD])
async def assign(request: Request) -> Redirect | Template:
    """定为先响."""
    return await _did(request, skills.assign)


@post(f"{HERE}/removal", guards=[LEAD])
async def remove(request: Request) -> Redirect | Template:
    """不再先响."""
    return await _did(request, skills.remove)


async def _did(request: Request, verb: Any) -> Redirect | Template:
    form = await forms.read(request, Skilled)
    department = await skill_views.department_of(form.item, form.officer)
    if form.errors:
        return await _index(request, department, form, 422)
    try:
        await verb(form.officer, form.item, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _index(request, department, form, refusal.status, refusal)
    return Redirect(f"{HERE}?department={department}", status_code=303)


async def _index(
    request: Request, department: str, form: Skilled, status: int = 200, refusal: Refusal | None = None
) -> Template:
    found = await skill_views.look(department, request.user.staff)
    return await page(
        request, "handoff/skills.html", status=status, form=form, refusal=refusal, here=HERE, **found,
        path=PATH if "officer" in request.user.roles else f"{PATH}/call-backs",
    )  # fmt: skip


routes = [index, assign, remove]

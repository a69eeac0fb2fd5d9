"""`/console/staff`: who works here, for administrators: add, roles and places, password, out and in again.

A temporary password is shown by the answer to the form that made it, once: it is in no address and no table.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from backend.identity import history, staff, staff_forms, staff_list
from backend.identity.authenticator import remove_totp
from backend.identity.roles import ROLES
from backend.identity.staff_forms import ChangedRoles, Lost, NewStaff, Reset, Roles, Sought
from backend.identity.staff_roles import change_roles
from backend.refusal import NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

GUARD = guards.staff("administrator")


@get("/console/staff", guards=[GUARD])
async def index(request: Request) -> Response:
    """工作人员."""
    return await _list(request, Sought.blank())


@post("/console/staff/search", guards=[GUARD], status_code=200)
async def search(request: Request) -> Response:
    """Those whose name, username, role or place holds the words."""
    form = await forms.read(request, Sought)
    return await _list(request, form, 422 if form.errors else 200)


async def _list(request: Request, form: Sought, status: int = 200) -> Response:
    sought = str(vars(form).get("q") or "")
    found = await staff_list.staff_of(request.user.staff, sought)
    return await page(
        request, "identity/staff.html", status=status, form=form, staff=found, sought=sought, path="/console/staff",
        most=staff_list.MOST,
    )  # fmt: skip


@get("/console/staff/new", guards=[GUARD])
async def new(request: Request) -> Response:
    """添加工作人员."""
    return await _new(request, NewStaff.blank())


@post("/console/staff", guards=[GUARD])
async def create(request: Request) -> Response:
    """Add somebody, and show the password to hand over."""
    form = await forms.read(request, NewStaff)
    grants = staff_forms.chosen(form)
    if form.errors:
        return await _new(request, form, 422)
    try:
        added = await staff.add_staff(form.username, form.name, grants, by=request.user.staff)
    except Refusal as refusal:
        return await _new(request, form, refusal.status, refusal)
    return await _password(request, added.staff, added.password)


async def _new(
    request: Request, form: NewStaff, status: int = 200, refusal: Refusal | None = None
) -> Response:
    return await page(
        request, "identity/staff_new.html", status=status, form=form, refusal=refusal,
        **await _choices(request, form),
    )  # fmt: skip


async def _choices(request: Request, form: Roles) -> dict[str, Any]:
    """What the lines of roles offer."""
    places = await staff_list.places_named(request.user.staff)
    return {"lines": staff_forms.lines(form), "roles": list(ROLES.items()), "places": list(places.items())}


async def _password(request: Request, member: UUID, password: str) -> Response:
    found = await staff_list.member_shown(member, by=request.user.staff)
    return await page(request, "identity/staff_password.html", member=found, password=password)


@get("/console/staff/{member:uuid}", guards=[GUARD])
async def show(request: Request, member: FromPath[UUID]) -> Response:
    """One of them: how they stand, what they may do, what was done."""
    return await _member(request, member)


async def _member(
    request: Request,
    member: UUID,
    form: ChangedRoles | None = None,
    status: int = 200,
    refusal: Refusal | None = None,
    *,
    reset: Reset | None = None,
    lost: Lost | None = None,
) -> Response:
    by = request.user.staff
    found = await staff_list.member_shown(member, by)
    form = form or staff_forms.shown(found["grants"], found["seen"])
    return await page(
        request, "identity/staff_member.html", status=status, form=form, refusal=refusal, member=found,
        path=f"/console/staff/{member}",
        deeds=await staff_list.deeds_of(member, by), sign_ins=await history.sign_ins_of(staff=member),
        password=await staff.last_password(member), reset=reset or Reset.blank(), lost=lost or Lost.blank(),
        **await _choices(request, form),
    )  # fmt: skip


@post("/console/staff/{member:uuid}/roles", guards=[GUARD])
async def update(request: Request, member: FromPath[UUID]) -> Response:
    """Give exactly the chosen roles."""
    username = await _username(request, member)
    form = await forms.read(request, ChangedRoles)
    grants = staff_forms.chosen(form)
    if form.errors:
        return await _member(request, member, form, 422)
    try:
        await change_roles(username, grants, form.seen, by=request.user.staff)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _member(request, member, None, refusal.status, refusal)
    return Redirect(f"/console/staff/{member}", status_code=303)


@post("/console/staff/{member:uuid}/password", guards=[GUARD], status_code=200)
async def give_password(request: Request, member: FromPath[UUID]) -> Response:
    """Give a new temporary password, and show it."""
    username, form = await _username(request, member), await forms.read(request, Reset)
    if form.errors:
        return await _member(request, member, status=422, reset=form)
    try:
        password = await staff.reset_staff(username, by=request.user.staff, why=form.why, seen=form.seen)
    except Refusal as refusal:
        return await _member(request, member, None, refusal.status, refusal, reset=form)
    return await _password(request, member, password)


@post("/console/staff/{member:uuid}/totp/removal", guards=[GUARD])
async def take_off(request: Request, member: FromPath[UUID]) -> Response:
    """取消验证器."""
    username, form = await _username(request, member), await forms.read(request, Lost)
    if form.errors:
        return await _member(request, member, status=422, lost=form)
    try:
        await remove_totp(username, form.lost_why, by=request.user.staff)
    except Refusal as refusal:
        return await _member(request, member, None, refusal.status, refusal, lost=form)
    return Redirect(f"/console/staff/{member}", status_code=303)


@post("/console/staff/{member:uuid}/closure", guards=[GUARD])
async def close(request: Request, member: FromPath[UUID]) -> Response:
    """停用."""
    username = await _username(request, member)
    try:
        await staff.disable_staff(username, by=request.user.staff)
    except Refusal as refusal:
        return await _member(request, member, None, refusal.status, refusal)
    return Redirect(f"/console/staff/{member}", status_code=303)


@post("/console/staff/{member:uuid}/reopening", guards=[GUARD])
async def reopen(request: Request, member: FromPath[UUID]) -> Response:
    """重新启用."""
    username = await _username(request, member)
    try:
        await staff.enable_staff(username, by=request.user.staff)
    except Refusal as refusal:
        return await _member(request, member, None, refusal.status, refusal)
    return Redirect(f"/console/staff/{member}", status_code=303)


async def _username(request: Request, member: UUID) -> str:
    return str((await staff_list.member_shown(member, by=request.user.staff))["username"])


routes = [index, search, new, create, show, update, give_password, take_off, close, reopen]

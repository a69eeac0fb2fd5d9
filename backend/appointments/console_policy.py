"""`/console/policies`: the rules of booking, changed only after one has seen what that would do."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend.appointments import policy_edit, policy_effect
from backend.appointments.console import READ
from backend.appointments.policy_rules import BY_NAME, RULES, VALUES, changes, values_of, wrong
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

EDIT = guards.staff("manager", "administrator")


class NewPolicy(forms.Form):
    """Rules of its own for a group of items."""

    group = forms.Field("事项分组", longest=40)
    name = forms.Field("名称", longest=60)


class _Rules(forms.Form):
    name = forms.Field("名称", longest=60)
    to_confirm = forms.Field("还待主管部门确认", type=bool, required=False)
    seen = forms.Field("看到的规则", longest=16)


# A field for every number of the table, with its bounds.
Rules: type[forms.Form] = type(
    "Rules",
    (_Rules,),
    {rule.name: forms.Field(rule.label, type=int, least=rule.least, most=rule.most) for rule in RULES},
)


class Seen(forms.Form):
    """Whether something was just saved."""

    saved = forms.Field("已保存", required=False, longest=10)


def _values(form: forms.Form) -> dict[str, Any]:
    return {name: getattr(form, name) for name in VALUES}


def _sound(form: forms.Form) -> bool:
    """Also the numbers together make sense; the wrong ones are named."""
    if not form.errors:
        for name, sentence in wrong(_values(form)).items():
            form.refuse(name, sentence)
    return not form.errors


@get("/console/policies", guards=[READ])
async def policies(request: Request) -> Template:
    """预约规则: a card for every group."""
    return await _policies(request, NewPolicy.blank(), saved=forms.read_query(request, Seen).saved)


async def _policies(request: Request, form: forms.Form, status: int = 200, **more: Any) -> Template:
    by = request.user.staff
    found = {
        "policies": await policy_edit.policies(by),
        "groups": await policy_edit.groups_without(by),
        "editor": await policy_edit.may_edit(by),
    }
    values = {"saved": "", **more}
    return await page(
        request, "appointments/policies.html", status=status, form=form, rules=RULES, **found, **values
    )


@post("/console/policies", guards=[EDIT])
async def add(request: Request) -> Redirect | Template:
    """Give a group of items rules of its own."""
    form = await forms.read(request, NewPolicy)
    if form.errors:
        return await _policies(request, form, status=422)
    try:
        policy = await policy_edit.add(form.group, form.name, by=request.user.staff)
    except Denied:
        raise
    except Refusal as refusal:
        return await _policies(request, form, status=refusal.status, refusal=refusal)
    return Redirect(f"/console/policies/{policy}?saved=1", status_code=303)


@get("/console/policies/{policy:uuid}", guards=[READ])
async def edit(request: Request, policy: FromPath[UUID]) -> Template:
    """One group's rules: every number with what it means, and what was changed of them."""
    row = await policy_edit.show(policy, by=request.user.staff)
    form = forms.read_query(request, Rules)
    if form.typed["seen"]:  # come back from the look at what it would do
        form.errors.clear()
    else:
        ticked = "yes" if row["to_confirm"] else ""
        form = Rules.blank(**{**values_of(row), "seen": row["seen"], "to_confirm": ticked})
    return await _edit(request, row, form, saved=forms.read_query(request, Seen).saved)


async def _edit(
    request: Request, row: dict[str, Any], form: forms.Form, status: int = 200, **more: Any
) -> Template:
    by = request.user.staff
    found = {
        "history": await policy_edit.history(row["group"], by),
        "editor": await policy_edit.may_edit(by),
    }
    values = {"saved": "", **more}
    return await page(
        request,
        "appointments/policy.html",
        status=status,
        policy=row,
        form=form,
        rules=BY_NAME,
        **found,
        **values,
    )


@get("/console/policies/{policy:uuid}/effect", guards=[READ])
async def effect(request: Request, policy: FromPath[UUID]) -> Template:
    """看看影响: what the new rules would do, before they are saved."""
    row = await policy_edit.show(policy, by=request.user.staff)
    form = forms.read_query(request, Rules)
    if not _sound(form):
        return await _edit(request, row, form, status=422)
    old, new = values_of(row), _values(form)
    found = await policy_effect.effect(row["group"], old, new, by=request.user.staff)
    return await page(
        request, "appointments/policy_effect.html", policy=row, form=form, effects=found,
        changes=changes(old, new), editor=await policy_edit.may_edit(request.user.staff),
    )  # fmt: skip


@post("/console/policies/{policy:uuid}", guards=[EDIT])
async def change(request: Request, policy: FromPath[UUID]) -> Redirect | Template:
    """Save the new rules."""
    form = await forms.read(request, Rules)
    row = await policy_edit.show(policy, by=request.user.staff)
    if not _sound(form):
        return await _edit(request, row, form, status=422)
    try:
        await policy_edit.change(policy, request.user.staff, **_values(form), seen=form.seen)  # type: ignore[attr-defined]
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        row = await policy_edit.show(policy, by=request.user.staff)
        form.typed["seen"] = row["seen"]
        return await _edit(request, row, form, status=409, refusal=refusal)
    return Redirect(f"/console/policies/{policy}?saved=1", status_code=303)


@post("/console/policy-changes/{policy_change:uuid}/reversal", guards=[EDIT])
async def undo(request: Request, policy_change: FromPath[UUID]) -> Redirect:
    """Take back the latest change."""
    policy = await policy_edit.undo(policy_change, by=request.user.staff)
    return Redirect(f"/console/policies{f'/{policy}' if policy else ''}?saved=1", status_code=303)


routes = [policies, add, edit, effect, change, undo]

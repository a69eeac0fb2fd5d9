"""`/console/queue-rules`: how a hall issues and calls numbers, changed by its manager."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import identity
from backend.appointments import halls_for
from backend.queue import hall_figures, rules_edit
from backend.queue.hall_forms import WhichHall
from backend.queue.rules_words import BY_NAME, GROUPS, MOST_CREDIT, RULES, SWITCHES, TICKED
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

LOOK, EDIT = guards.staff(*rules_edit.LOOK), guards.staff("manager")
HERE = "/console/queue-rules"


def _letters(text: str) -> str:
    letters = "".join(sorted(set(text.upper().replace(" ", ""))))
    if not letters.isascii() or (letters and not letters.isalpha()):
        raise ValueError("综窗请填业务的字母，例如 A")
    return letters


class _Rules(forms.Form):
    classes = forms.Field("优先情形", type=list, longest=20)
    minutes = forms.Field("优先提前的分钟", type=list, longest=4)
    any_lines = forms.Field("综窗", check=_letters, required=False, longest=26)
    seen = forms.Field("看到的规则", longest=16)


# A field for every number of the table, with its bounds, and a box for whatever holds or does not.
_FIELDS = {rule.name: forms.Field(rule.label, type=int, least=rule.least, most=rule.most) for rule in RULES}
_BOXES = {switch.name: forms.Field(switch.label, type=bool) for switch in SWITCHES}
RulesForm: type[forms.Form] = type("RulesForm", (_Rules,), {**_FIELDS, **_BOXES})


def _credits(form: Any) -> dict[str, int]:
    """Minutes by class; the wrong ones are named."""
    if {"classes", "minutes"} & form.errors.keys():
        return {}
    if len(form.classes) != len(form.minutes) or set(form.classes) - identity.priority_classes().keys():
        form.refuse("classes", "优先情形对不上，请重新打开这一页")
        form.refuse("minutes", "优先提前的分钟每一类都要填")
        return {}
    if any(not (text.isascii() and text.isdigit()) or int(text) > MOST_CREDIT for text in form.minutes):
        form.refuse("minutes", f"优先提前的分钟请填 0 到 {MOST_CREDIT} 的数字")
        return {}
    return dict(zip(form.classes, map(int, form.minutes), strict=True))


@get("/console/queue-rules", guards=[LOOK])
async def rules(request: Request) -> Template:
    """叫号规则."""
    wish = forms.read_query(request, WhichHall)
    halls = await halls_for(request.user.staff, *rules_edit.LOOK)
    hall = next((one for one in halls if one["code"] == wish.hall), halls[0])
    return await _rules(request, hall["id"])


async def _rules(
    request: Request, hall: UUID, form: forms.Form | None = None, status: int = 200, **more: Any
) -> Template:
    found = await rules_edit.show(hall, request.user.staff)
    credits = dict.fromkeys(identity.priority_classes(), 0) | found["values"]["credits"]
    if form:
        given = form.given
        credits |= dict(zip(given.get("classes", []), given.get("minutes", []), strict=False))
    ticks = {name: "yes" if found["values"][name] else "" for name in TICKED}
    filled = form or RulesForm.blank(**{**found["values"], **ticks, "seen": found["seen"]})
    return await page(
        request, "queue/rules.html", status=status, path="/console/hall", here=HERE, hall=found, form=filled,
        halls=await halls_for(request.user.staff, *rules_edit.LOOK), rules={**BY_NAME, **TICKED}, switches=TICKED,
        groups=GROUPS,
        credits=[(code, identity.priority_classes()[code], credits[code]) for code in identity.priority_classes()],
        editor="manager" in request.user.roles, **more,
    )  # fmt: skip


@get("/console/halls/{place:uuid}/credits", guards=[LOOK])
async def credits(request: Request, place: FromPath[UUID]) -> Template:
    """提前分钟的影响: worked out when somebody asks, in seconds."""
    found = await hall_figures.credit_outlook(place, request.user.staff)
    return await page(
        request, "queue/credits.html", path="/console/hall", here=HERE, found=found, place=place
    )


@post("/console/halls/{place:uuid}/queue-rules", guards=[EDIT])
async def change(request: Request, place: FromPath[UUID]) -> Redirect | Template:
    """Save them."""
    form, by = await forms.read(request, RulesForm), request.user.staff
    credits = _credits(form)
    if form.errors:
        return await _rules(request, place, form, 422)
    values = {name: getattr(form, name) for name in (*BY_NAME, *TICKED, "any_lines")}
    try:
        await rules_edit.change(place, by, form.seen, {**values, "credits": credits})  # type: ignore[attr-defined]
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _rules(request, place, form, refusal.status, refusal=refusal)
    found = await rules_edit.show(place, by)
    return Redirect(f"{HERE}?hall={found['code']}", status_code=303)


routes = [rules, credits, change]

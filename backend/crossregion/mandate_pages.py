"""`…/cases/{case}/mandate`: the 委托书 as it is printed for the one who entrusts, and its terms as they are noted."""

from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases
from backend.crossregion import mandate
from backend.crossregion.eligible_pages import PATH
from backend.crossregion.forms import Entrusted
from backend.crossregion.intake import intake_of
from backend.crossregion.intake_pages import DESK
from backend.crossregion.rules import desk_rules
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms
from backend.web.pages import page


@get("/console/crossregion/cases/{case:uuid}/mandate", guards=[DESK])
async def show(request: Request, case: FromPath[UUID]) -> Template:
    """To be noted, or printed and signed."""
    form = Entrusted.blank()
    form.given["powers"] = [code for code, one in desk_rules().powers.items() if one.usual]
    if terms := mandate.terms_of(await _intake(request, case)):
        form = Entrusted.blank(proxy=terms.proxy, until=terms.until)
        form.given["powers"] = list(terms.powers)
    return await _shown(request, case, form)


async def _intake(request: Request, case: UUID) -> dict[str, object]:
    await cases.show_to_staff(case, request.user.staff)
    return await intake_of(case)


async def _shown(
    request: Request, case: UUID, form: Entrusted, status: int = 200, refusal: Refusal | None = None
) -> Template:
    one = await cases.show_to_staff(case, request.user.staff)
    intake = await intake_of(case)
    if not mandate.entrusted(intake):
        raise NotFound(mandate.OWN)
    told = cases.since(one, refusal.seen) if isinstance(refusal, cases.Overtaken) else []
    return await page(
        request, "crossregion/mandate.html", status=status, path=PATH, one=one, form=form, refusal=refusal,
        seen=one["seen"], since=told, yours=_typed(form) if told else [], at_desk=True, live=not told,
        ticked=form.given.get("powers", []), powers=[(code, each.name) for code, each in desk_rules().powers.items()],
        noted=mandate.terms_of(intake), more=one["bundle"],
    )  # fmt: skip


def _typed(form: Entrusted) -> list[tuple[str, str]]:
    powers = mandate.named(tuple(form.given.get("powers", [])))
    values = {"proxy": form.typed["proxy"], "powers": powers, "until": form.typed["until"]}
    return [(form.label(name), value) for name, value in values.items() if value]


@post("/console/crossregion/cases/{case:uuid}/mandate", guards=[DESK])
async def note(request: Request, case: FromPath[UUID]) -> Redirect | Template:
    """登记."""
    form = await forms.read(request, Entrusted)
    if form.errors:
        return await _shown(request, case, form, 422)
    terms = mandate.Terms(form.proxy, tuple(form.powers), form.until)
    try:
        with cases.having_seen(case, request.query_params.get("seen", "")):
            await mandate.entrust(case, terms, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, case, form, refusal.status, refusal)
    return Redirect(f"{PATH}/cases/{case}/mandate", status_code=303)


routes = [show, note]

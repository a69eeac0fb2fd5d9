"""`/console/crossregion/cases/{case}/intake`: how a case was taken in far away, for whoever decides it."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Template

from backend import cases, secrecy, signature
from backend.crossregion import intake, mandate
from backend.crossregion.certified import certificate_of
from backend.crossregion.consent import open_signed, text_of
from backend.crossregion.rules import desk_rules
from backend.refusal import Denied, NotFound, Refusal
from backend.web import guards
from backend.web.pages import page

READ = guards.staff(*cases.READERS)
HOLD = guards.staff(*cases.TAKERS)


@get("/console/crossregion/cases/{case:uuid}/intake", guards=[READ])
async def show(request: Request, case: FromPath[UUID]) -> Template:
    """收件情况: who sat there, how it goes, and whether it was signed; nothing of it in full."""
    return await _shown(request, case)


@post("/console/crossregion/cases/{case:uuid}/consent/openings", guards=[HOLD], status_code=200)
async def open_consent(request: Request, case: FromPath[UUID]) -> Template:
    """看同意书, with the name and what was drawn under it."""
    try:
        found = await open_signed(case, request.user.staff)
    except (Denied, NotFound):
        raise
    except Refusal as refusal:
        return await _shown(request, case, status=refusal.status, refusal=refusal)
    drawn = found["consent_way"] == "drawn"
    return await _shown(
        request, case, opened=True, text=text_of(found),
        image=signature.opened(found["consent_sealed"]) if drawn else "", certificate=certificate_of(found),
    )  # fmt: skip


async def _shown(request: Request, case: UUID, status: int = 200, **more: Any) -> Template:
    one, rules = await cases.show_to_staff(case, request.user.staff), desk_rules()
    found = await intake.intake_of(case)
    terms, who = mandate.terms_of(found), rules.applicants.get(found["applicant"])
    return await page(
        request, "crossregion/intake.html", status=status, path="/console/cases", one=one, intake=found, terms=terms,
        applicant=who.name if who else found["applicant"], mode=rules.modes[found["mode"]].name,
        signing=rules.signing[found["signing"]], identified=intake.identified(one),
        proxy=secrecy.mask_name(terms.proxy) if terms else "", powers=mandate.named(terms.powers) if terms else "",
        **{"refusal": None, "opened": False, **more},
    )  # fmt: skip


routes = [show, open_consent]

"""`/console/pauses`: appeals and running pauses of a hall, and the manager's answer."""

from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import appointments
from backend.appointments import standing
from backend.refusal import Denied, NotFound, Refusal
from backend.web import forms, guards
from backend.web.pages import page

LOOK, ANSWER = guards.staff(*standing.LOOKERS), guards.staff("manager")
SAID = {"begun": "暂停开始", "appealed": "本人申诉", "kept": "核对后维持", "lifted": "解除暂停"}


def _outcome(text: str) -> str:
    if text not in ("granted", "kept"):
        raise ValueError("请选择撤销还是维持")
    return text


class Answered(forms.Form):
    """The hall's answer and its reason."""

    outcome = forms.Field("结果", check=_outcome)
    why = forms.Field("原因", longest=200)


class Lifted(forms.Form):
    """Why a pause is lifted."""

    why = forms.Field("原因", longest=200)


@get("/console/pauses", guards=[LOOK])
async def index(request: Request) -> Template:
    """爽约与申诉."""
    found = await standing.hall_pauses(request.user.staff)
    return await page(
        request,
        "appointments/pauses.html",
        halls=found["halls"],
        appeals=found["appeals"],
        pauses=found["pauses"],
    )


@get("/console/appeals/{appeal:uuid}", guards=[LOOK])
async def show_appeal(request: Request, appeal: FromPath[UUID]) -> Template:
    """One appeal."""
    return await _appeal(request, appeal, Answered.blank())


async def _appeal(
    request: Request, appeal: UUID, form: Answered, status: int = 200, refusal: Refusal | None = None
) -> Template:
    found = await standing.hall_appeal(appeal, request.user.staff)
    return await page(
        request, "appointments/appeal.html", status=status, path=f"/console/appeals/{appeal}", appeal=found, form=form,
        refusal=refusal,
    )  # fmt: skip


@post("/console/appeals/{appeal:uuid}/answer", guards=[ANSWER])
async def answer(request: Request, appeal: FromPath[UUID]) -> Redirect | Template:
    """Take back or keep."""
    form, by = await forms.read(request, Answered), request.user.staff
    if form.errors:
        return await _appeal(request, appeal, form, status=422)
    try:
        await appointments.answer_appeal(appeal, by, form.outcome == "granted", form.why)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _appeal(request, appeal, form, status=409, refusal=refusal)
    return Redirect(f"/console/appeals/{appeal}", status_code=303)


@get("/console/pauses/{paused:uuid}", guards=[LOOK])
async def show(request: Request, paused: FromPath[UUID]) -> Template:
    """One pause."""
    return await _pause(request, paused, Lifted.blank())


async def _pause(
    request: Request, paused: UUID, form: Lifted, status: int = 200, refusal: Refusal | None = None
) -> Template:
    found = await standing.hall_pause(paused, request.user.staff)
    return await page(
        request, "appointments/pause_console.html", status=status, path=f"/console/pauses/{paused}", pause=found,
        form=form, said=SAID, refusal=refusal,
    )  # fmt: skip


@post("/console/pauses/{paused:uuid}/lifting", guards=[ANSWER])
async def lift(request: Request, paused: FromPath[UUID]) -> Redirect | Template:
    """解除暂停."""
    form, by = await forms.read(request, Lifted), request.user.staff
    if form.errors:
        return await _pause(request, paused, form, status=422)
    try:
        await appointments.lift_pause(paused, by, form.why)
    except (NotFound, Denied):
        raise
    except Refusal as refusal:
        return await _pause(request, paused, form, status=409, refusal=refusal)
    return Redirect(f"/console/pauses/{paused}", status_code=303)


routes = [index, show_appeal, answer, show, lift]

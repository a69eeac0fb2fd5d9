"""`/cases/{own_case}/supplements`: the applicant answers gaps, with words, photos or PDF."""

from typing import IO
from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from backend import cases, files
from backend.cases.forms import Answered
from backend.cases.own_pages import done, shown, whole
from backend.cases.paper_pages import AT_ONCE, BODY, TOO_MANY
from backend.web import forms, guards, uploads

NOTHING = "请写明怎么补的，或选照片、PDF"
WHICH = "请写明是哪一样"


@post("/cases/{own_case:uuid}/supplements", guards=[guards.citizen], request_max_body_size=BODY)
async def supplement(request: Request, own_case: FromPath[UUID]) -> Redirect | Template:
    """补正: what the applicant says to the gaps, and hands in for them."""
    form, found = await uploads.read_either(request, Answered, files.MOST)
    try:
        _judge(form, found)
        if form.errors:
            return await shown(request, own_case, whole(form), 422)
        answers = _answers(form, found)
        deed = cases.supplement(own_case, answers, request.user.account)
        return await uploads.ended(await done(request, own_case, deed, form), found)
    finally:
        uploads.close(found)


def _judge(form: Answered, found: list[uploads.Upload]) -> None:
    """Something is said or brought, and every file belongs to a gap of the form."""
    if form.errors:
        return
    if len(found) > AT_ONCE:
        form.refuse("files", TOO_MANY)
    elif not {one.field for one in found} <= {f"files-{gap}" for gap in form.gap}:
        form.refuse("gap", WHICH)
    elif not found and not any(form.said):
        form.refuse("said", NOTHING)


def _answers(form: Answered, found: list[uploads.Upload]) -> list[cases.Answer]:
    pairs = zip(forms.ids(form.gap), form.said, strict=True)
    return [cases.Answer(id, said, _brought(found, f"files-{id}")) for id, said in pairs]


def _brought(found: list[uploads.Upload], field: str) -> tuple[tuple[str, IO[bytes]], ...]:
    return tuple((one.name, one.content) for one in found if one.field == field)


routes = [supplement]

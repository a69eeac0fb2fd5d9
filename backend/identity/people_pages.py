"""`/people`: whom I act for. An ID is typed in full, and afterwards shown by its last four only."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from backend import clock
from backend.identity import authorisation, checks, ids, people
from backend.identity.add_person import add_person
from backend.identity.browser import onward, preference
from backend.identity.change_person import change_person
from backend.identity.limits import limits
from backend.identity.people_forms import ChangedPerson, NewPerson, judge_id, judge_term
from backend.identity.tables import Person
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page
from backend.web.session import cookies


def _values(form: Any) -> dict[str, Any]:
    names = (
        "relation",
        "name",
        "id_type",
        "id_number",
        "priority_class",
        "elder",
        "voice",
        "until",
        "agreed",
    )
    return {name: getattr(form, name) for name in names}


async def _form(
    request: Request,
    form: forms.Form,
    person: Person | None = None,
    status: int = 200,
    refusal: Refusal | None = None,
) -> Response:
    today = clock.local(await clock.now()).date()
    return await page(
        request,
        "identity/person.html",
        status=status,
        form=form,
        person=person,
        over=person is not None and authorisation.ended(person, today),
        masked=people.masked_id(person) if person else "",
        id_types=list(ids.ID_TYPES.items()),
        relations=list(checks.RELATIONS.items()),
        classes=[("", "没有"), *limits().priority_classes.items()],
        refusal=refusal,
        path=f"/people/{person.id}" if person else "/people/new",
    )


@get("/people", guards=[guards.citizen])
async def index(request: Request) -> Response:
    """办事人."""
    found = await people.people_of(request.user.account)
    today = clock.local(await clock.now()).date()
    shown = [
        (one, ids.ID_TYPES[one.id_type], people.masked_id(one), authorisation.ended(one, today))
        for one in found
    ]
    return await page(request, "identity/people.html", people=shown, relations=checks.RELATIONS)


@get("/people/new", guards=[guards.citizen])
async def new(request: Request) -> Response:
    """添加办事人: oneself first."""
    known = await people.people_of(request.user.account)
    relation = "family" if any(person.relation == "self" for person in known) else "self"
    to = onward(request.query_params.get("next", ""), "")
    # Who reads in 长辈版 goes on reading in it: saving oneself sets the preference.
    large = {"elder": "yes"} if cookies(request.scope).get("elder") == "1" and relation == "self" else {}
    until = authorisation.usual_until(clock.local(await clock.now()).date())
    form = NewPerson.blank(relation=relation, id_type="resident", next=to, until=until, **large)
    return await _form(request, form)


@post("/people", guards=[guards.citizen])
async def create(request: Request) -> Response:
    """Add the person, and go on to where one was needed."""
    form = await forms.read(request, NewPerson)
    await judge_id(form)
    await judge_term(form)
    if form.errors:
        return await _form(request, form, status=422)
    try:
        added = await add_person(by=request.user.account, **_values(form))
    except Refusal as refusal:
        return await _form(request, form, status=refusal.status, refusal=refusal)
    return _saved(added.relation, added.elder, onward(form.next, "/people"))


@get("/people/{person:uuid}", guards=[guards.citizen])
async def show(request: Request, person: FromPath[UUID]) -> Response:
    """The person as known, in the form that changes them; without the ID number."""
    found = await people.person_of(request.user.account, person)
    ticks = {name: "yes" for name in ("elder", "voice") if getattr(found, name)}
    kept = {name: getattr(found, name) for name in ("relation", "name", "id_type", "priority_class")}
    today = clock.local(await clock.now()).date()
    over = found.relation != "authorised" or authorisation.ended(found, today)
    until = authorisation.usual_until(today) if over else found.authorised_until
    return await _form(request, ChangedPerson.blank(**kept, **ticks, until=until), found)


@post("/people/{person:uuid}", guards=[guards.citizen])
async def update(request: Request, person: FromPath[UUID]) -> Response:
    """Save the changes."""
    found = await people.person_of(request.user.account, person)
    form = await forms.read(request, ChangedPerson)
    await judge_id(form, kept=found.id_type)
    await judge_term(form, found)
    if form.errors:
        return await _form(request, form, found, status=422)
    try:
        await change_person(by=request.user.account, person=person, **_values(form))
    except Refusal as refusal:
        return await _form(request, form, found, status=refusal.status, refusal=refusal)
    return _saved(form.relation, form.elder, "/people")


def _saved(relation: str, elder: bool, to: str) -> Redirect:
    cookies = [preference("elder", "1" if elder else "0")] if relation == "self" else []
    return Redirect(to, status_code=303, cookies=cookies)


@post("/people/{person:uuid}/removal", guards=[guards.citizen])
async def remove(request: Request, person: FromPath[UUID]) -> Redirect:
    """移除."""
    await people.remove_person(by=request.user.account, person=person)
    return Redirect("/people", status_code=303)


routes = [index, new, create, show, update, remove]

"""`/people`: whom I act for. An ID is typed in full, and afterwards shown by its last four only."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from backend import clock
from backend.identity import checks, people
from backend.identity.add_person import add_person
from backend.identity.browser import onward, preference
from backend.identity.change_person import change_person
from backend.identity.limits import limits
from backend.identity.tables import Person
from backend.refusal import Refusal
from backend.web import forms, guards
from backend.web.pages import page


def _class(text: str) -> str:
    if text not in limits().priority_classes:
        raise ValueError("请从列表里选优先情形")
    return text


class NewPerson(forms.Form):
    """One more person."""

    relation = forms.Field("与你的关系", check=checks.relation)
    name = forms.Field("姓名", check=checks.name, longest=60)
    id_type = forms.Field("证件类型", check=checks.id_type)
    id_number = forms.Field("证件号码", longest=60)
    priority_class = forms.Field("可以优先的情形", required=False, check=_class)
    elder = forms.Field("用大字大按钮", type=bool)
    voice = forms.Field("叫号时读出声", type=bool)
    next = forms.Field("去处", required=False, longest=2000)


class ChangedPerson(forms.Form):
    """A person as changed; an empty number keeps the ID."""

    relation = forms.Field("与你的关系", check=checks.relation)
    name = forms.Field("姓名", check=checks.name, longest=60)
    id_type = forms.Field("证件类型", check=checks.id_type)
    id_number = forms.Field("证件号码", required=False, longest=60)
    priority_class = forms.Field("可以优先的情形", required=False, check=_class)
    elder = forms.Field("用大字大按钮", type=bool)
    voice = forms.Field("叫号时读出声", type=bool)


async def _judge_id(form: Any, kept: str = "") -> None:
    """The number is judged by its kind; another kind needs its own number."""
    if {"id_type", "id_number"} & form.errors.keys():
        return
    if not form.id_number:
        if form.id_type != kept:
            form.refuse("id_number", "换了证件类型，请把新的证件号码也填上")
        return
    try:
        today = clock.local(await clock.now()).date()
        form.id_number = checks.id_number(form.id_type, form.id_number, today)
    except ValueError as wrong:
        form.refuse("id_number", str(wrong))


def _values(form: Any) -> dict[str, Any]:
    names = ("relation", "name", "id_type", "id_number", "priority_class", "elder", "voice")
    return {name: getattr(form, name) for name in names}


async def _form(
    request: Request,
    form: forms.Form,
    person: Person | None = None,
    status: int = 200,
    refusal: Refusal | None = None,
) -> Response:
    return await page(
        request,
        "identity/person.html",
        status=status,
        form=form,
        person=person,
        masked=people.masked_id(person) if person else "",
        id_types=list(checks.ID_TYPES.items()),
        relations=list(checks.RELATIONS.items()),
        classes=[("", "没有"), *limits().priority_classes.items()],
        refusal=refusal,
        path=f"/people/{person.id}/edit" if person else "/people/new",
    )


@get("/people", guards=[guards.citizen])
async def index(request: Request) -> Response:
    """办事人."""
    found = await people.people_of(request.user.account)
    shown = [(person, checks.ID_TYPES[person.id_type], people.masked_id(person)) for person in found]
    return await page(request, "identity/people.html", people=shown, relations=checks.RELATIONS)


@get("/people/new", guards=[guards.citizen])
async def new(request: Request) -> Response:
    """添加办事人: oneself first."""
    known = await people.people_of(request.user.account)
    relation = "family" if any(person.relation == "self" for person in known) else "self"
    to = onward(request.query_params.get("next", ""), "")
    return await _form(request, NewPerson.blank(relation=relation, id_type="resident", next=to))


@post("/people", guards=[guards.citizen])
async def create(request: Request) -> Response:
    """Add the person, and go on to where one was needed."""
    form = await forms.read(request, NewPerson)
    await _judge_id(form)
    if form.errors:
        return await _form(request, form, status=422)
    try:
        added = await add_person(by=request.user.account, **_values(form))
    except Refusal as refusal:
        return await _form(request, form, status=refusal.status, refusal=refusal)
    return _saved(added.relation, added.elder, onward(form.next, "/people"))


@get("/people/{person:uuid}/edit", guards=[guards.citizen])
async def edit(request: Request, person: FromPath[UUID]) -> Response:
    """The person as known, without the ID number."""
    found = await people.person_for(request.user.account, person)
    ticks = {name: "yes" for name in ("elder", "voice") if getattr(found, name)}
    kept = {name: getattr(found, name) for name in ("relation", "name", "id_type", "priority_class")}
    return await _form(request, ChangedPerson.blank(**kept, **ticks), found)


@post("/people/{person:uuid}", guards=[guards.citizen])
async def update(request: Request, person: FromPath[UUID]) -> Response:
    """Save the changes."""
    found = await people.person_for(request.user.account, person)
    form = await forms.read(request, ChangedPerson)
    await _judge_id(form, kept=found.id_type)
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


routes = [index, new, create, edit, update, remove]

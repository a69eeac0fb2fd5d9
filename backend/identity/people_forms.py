"""The form of one person: its number is judged by its kind of ID."""

import datetime as dt
from typing import Any

from backend import clock
from backend.identity import authorisation, checks, ids
from backend.identity.limits import limits
from backend.identity.tables import Person
from backend.web import forms


def _class(text: str) -> str:
    if text not in limits().priority_classes:
        raise ValueError("请从列表里选优先情形")
    return text


class NewPerson(forms.Form):
    """One more person."""

    relation = forms.Field("与你的关系", check=checks.relation)
    name = forms.Field("姓名", check=checks.name, longest=60)
    id_type = forms.Field("证件类型", check=ids.id_type)
    id_number = forms.Field("证件号码", longest=60)
    priority_class = forms.Field("可以优先的情形", required=False, check=_class)
    elder = forms.Field("用大字大按钮", type=bool)
    voice = forms.Field("叫号时读出声", type=bool)
    agreed = forms.Field("已得到本人同意，由我代为预约", type=bool)
    until = forms.Field("委托到哪天为止", type=dt.date, required=False)
    next = forms.Field("去处", required=False, longest=2000)


class ChangedPerson(forms.Form):
    """A person as changed; an empty number keeps the ID."""

    relation = forms.Field("与你的关系", check=checks.relation)
    name = forms.Field("姓名", check=checks.name, longest=60)
    id_type = forms.Field("证件类型", check=ids.id_type)
    id_number = forms.Field("证件号码", required=False, longest=60)
    priority_class = forms.Field("可以优先的情形", required=False, check=_class)
    elder = forms.Field("用大字大按钮", type=bool)
    voice = forms.Field("叫号时读出声", type=bool)
    agreed = forms.Field("已得到本人同意，由我代为预约", type=bool)
    until = forms.Field("委托到哪天为止", type=dt.date, required=False)


async def judge_term(form: Any, known: Person | None = None) -> None:
    """Who is not family must have agreed, until a day that can be; what stays as it is needs no new word."""
    if {"relation", "until"} & form.errors.keys():
        return
    if not authorisation.anew(known, form.relation, form.until, bool(form.id_number)):
        return
    if not form.agreed:
        form.refuse("agreed", authorisation.NOT_AGREED)
    try:
        authorisation.judged(form.until, clock.local(await clock.now()).date())
    except ValueError as wrong:
        form.refuse("until", str(wrong))


async def judge_id(form: Any, kept: str = "") -> None:
    """The number is judged by its kind; another kind needs its own number."""
    if {"id_type", "id_number"} & form.errors.keys():
        return
    if not form.id_number:
        if form.id_type != kept:
            form.refuse("id_number", "换了证件类型，请把新的证件号码也填上")
        return
    try:
        today = clock.local(await clock.now()).date()
        form.id_number = ids.id_number(form.id_type, form.id_number, today)
    except ValueError as wrong:
        form.refuse("id_number", str(wrong))

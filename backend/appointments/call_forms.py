"""What the telephone desk types while somebody calls. Posted, also where nothing changes: it is personal."""

import datetime as dt
from uuid import UUID

from backend import clock, identity
from backend.web import forms

AGREED = "问过本人，同意由来电人代为预约"


class Wanted(forms.Form):
    """The matter, in the caller's words or chosen; hall and day. Nothing of it is about a person."""

    q = forms.Field("要办的事", required=False, longest=40)
    item = forms.Field("事项", type=UUID, required=False)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)


class Looking(forms.Form):
    """The call so far: whatever is filled in is kept while another day or the caller's people are looked up.

    `pick` is the day just pressed.
    """

    phone = forms.Field("来电号码", check=identity.mobile_number, required=False, depends=True)
    person = forms.Field("办事人", type=UUID, required=False, depends=True)
    relation = forms.Field("和来电人的关系", check=identity.known_relation, required=False, depends=True)
    agreed = forms.Field(AGREED, type=bool, required=False)
    name = forms.Field("姓名", check=identity.person_name, longest=60, required=False, depends=True)
    id_type = forms.Field("证件类型", check=identity.known_id_type, required=False, depends=True)
    id_number = forms.Field("证件号码", longest=60, required=False, depends=True)
    item = forms.Field("事项", type=UUID)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)
    pick = forms.Field("日期", type=dt.date, required=False)
    slot = forms.Field("时段", type=UUID, required=False)
    note = forms.Field("备注", required=False, longest=100)


class Call(forms.Form):
    """A booking for who calls: one of the people the phone knows, or somebody typed in."""

    phone = forms.Field("来电号码", check=identity.mobile_number)
    person = forms.Field("办事人", type=UUID, required=False, depends=True)
    relation = forms.Field("和来电人的关系", check=identity.known_relation, required=False, depends=True)
    agreed = forms.Field(AGREED, type=bool, required=False)
    name = forms.Field("姓名", check=identity.person_name, longest=60, required=False, depends=True)
    id_type = forms.Field("证件类型", check=identity.known_id_type, required=False, depends=True)
    id_number = forms.Field("证件号码", longest=60, required=False, depends=True)
    item = forms.Field("事项", type=UUID)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)
    slot = forms.Field("时段", type=UUID)
    note = forms.Field("备注", required=False, longest=100)


class Caller(forms.Form):
    """Whose bookings: a whole phone number, or a voucher's."""

    q = forms.Field("手机号或预约号", longest=20)


class Change(forms.Form):
    """Why a booking is changed for who calls."""

    why = forms.Field("原因", longest=100)


class AnotherTime(Change):
    """Another time for who calls; hall and day only bring the same page back."""

    slot = forms.Field("时段", type=UUID)
    hall = forms.Field("大厅", required=False, longest=40)
    day = forms.Field("日期", type=dt.date, required=False)


async def judge_person(form: Call) -> None:
    """Somebody who is not chosen must be typed in whole, and their number is judged by its kind."""
    if form.person or "person" in form.errors:
        return
    for name in ("relation", "name", "id_type", "id_number"):
        if not getattr(form, name) and name not in form.errors:
            form.refuse(name, f"请填写{form.label(name)}")
    if form.relation == "authorised" and not form.agreed:
        form.refuse("agreed", f"请先问过本人，再勾选“{AGREED}”")
    if {"id_type", "id_number"} & form.errors.keys():
        return
    try:
        identity.id_number(form.id_type, form.id_number, clock.local(await clock.now()).date())
    except ValueError as wrong:
        form.refuse("id_number", str(wrong))


def who(form: Call) -> UUID | identity.Typed:
    """The person the form is about."""
    if form.person:
        return UUID(str(form.person))
    return identity.Typed(form.name, form.relation, form.id_type, form.id_number, agreed=form.agreed)

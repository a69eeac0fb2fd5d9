"""What is typed about a visit."""

import datetime as dt
from typing import Self
from uuid import UUID

from backend import clock, identity
from backend.web import forms

RELATIONS = [("self", "本人"), ("family", "家人代办"), ("authorised", "受委托代办")]


class Sought(forms.Form):
    """Which matter is asked for, or which list is looked at."""

    q = forms.Field("要办的事", required=False, longest=40)
    item = forms.Field("事项", type=UUID, required=False)
    group = forms.Field("哪一类", required=False, longest=12)
    page = forms.Field("第几页", type=int, required=False, least=1, most=99_999)


class Where(forms.Form):
    """Where to come, why, and what else should be known."""

    token = forms.Field("页面", longest=40)
    item = forms.Field("事项", type=UUID)
    village = forms.Field("村、社区", longest=40, chosen=True)
    address = forms.Field("门牌或怎么找", longest=80)
    reason = forms.Field("为什么要上门", longest=12, chosen=True)
    note = forms.Field("还要说的", required=False, longest=200)


class Ask(Where):
    """上门代办申请, by an account."""

    person = forms.Field("办事人", type=UUID)
    phone = forms.Field("打哪个电话", check=identity.mobile_number, required=False)


class AskFor(Where):
    """上门代办申请, by a member of staff for who called or whom they know."""

    phone = forms.Field("手机号", check=identity.mobile_number)
    relation = forms.Field("手机号是谁的", check=identity.known_relation)
    agreed = forms.Field("看过委托书，或问过本人", type=bool, required=False)
    name = forms.Field("姓名", check=identity.person_name, longest=60)
    id_type = forms.Field("证件类型", check=identity.known_id_type)
    id_number = forms.Field("证件号码", longest=60)
    asked_by = forms.Field("怎么来的", longest=8, chosen=True)


class Opened(forms.Form):
    """Which dialog stands open."""

    step = forms.Field("步骤", required=False, longest=12)


class Agreed(forms.Form):
    """When the agent comes."""

    day = forms.Field("日期", type=dt.date)
    time = forms.Field("几点", type=dt.time)
    minutes = forms.Field("大约几分钟", type=int, least=10, most=480)
    later = forms.Field("申请人自己要晚一点", type=bool, required=False)


class Why(forms.Form):
    """A deed that needs its reason."""

    why = forms.Field("原因", longest=200)


class Given(Why):
    """Who goes instead."""

    to = forms.Field("改派给谁", type=UUID)


class Heard(forms.Form):
    """知道了: which news."""

    news = forms.Field("消息", type=list, longest=40)

    def judged(self) -> Self:
        """Ids, at least one."""
        super().judged()
        if not self.errors and (not self.news or len(forms.ids(self.news)) != len(self.news)):
            self.refuse("news", "没有选到消息，请在页面上点“知道了”")
        return self


class Withdrawn(forms.Form):
    """Who asked no longer wants it."""

    why = forms.Field("原因", required=False, longest=200)


async def judge(form: AskFor) -> None:
    """An ID is judged by its kind; who acts for somebody shows their authority."""
    if form.asked_by not in ("phone", "agent"):
        form.refuse("asked_by", "请选怎么来的")
    if form.relation == "authorised" and not form.agreed:
        form.refuse("agreed", "请先看过委托书或问过本人，再勾选")
    if {"id_type", "id_number"} & form.errors.keys():
        return
    try:
        identity.id_number(form.id_type, form.id_number, clock.local(await clock.now()).date())
    except ValueError as wrong:
        form.refuse("id_number", str(wrong))

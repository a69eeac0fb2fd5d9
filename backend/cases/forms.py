"""What staff type about a case."""

from typing import Self
from uuid import UUID

from backend import clock, identity
from backend.cases.number import password, tidy
from backend.web import forms

RELATIONS = [("self", "本人"), ("family", "家人代办"), ("authorised", "受委托代办")]


class Sought(forms.Form):
    """Which matter is taken in, or which list is looked at."""

    q = forms.Field("要办的事", required=False, longest=40)
    item = forms.Field("事项", type=UUID, required=False)
    ticket = forms.Field("号", type=UUID, required=False)
    group = forms.Field("哪一类", required=False, longest=12)
    page = forms.Field("第几页", type=int, required=False, least=1, most=99_999)


class Search(forms.Form):
    """Posted: a number or an ID has no place in an address."""

    q = forms.Field("编号或证件号", longest=40)
    page = forms.Field("第几页", type=int, required=False, least=1, most=99_999)


class Applying(forms.Form):
    """收件: who asks. `phone` is where they are told; somebody is typed in as at the telephone desk."""

    token = forms.Field("页面", longest=40)
    hall = forms.Field("大厅", longest=40)
    phone = forms.Field("手机号", check=identity.mobile_number)
    relation = forms.Field("办事人是", check=identity.known_relation)
    agreed = forms.Field("看过委托书", type=bool, required=False)
    name = forms.Field("姓名", check=identity.person_name, longest=60)
    id_type = forms.Field("证件类型", check=identity.known_id_type)
    id_number = forms.Field("证件号码", longest=60)
    organisation = forms.Field("单位名称", required=False, longest=80, depends=True)
    uscc = forms.Field(
        "统一社会信用代码", required=False, longest=18, check=identity.credit_code, depends=True
    )
    external = forms.Field("部门系统里的编号", required=False, longest=40)
    note = forms.Field("备注", required=False, longest=200)


class Received(Applying):
    """收件 of one matter. `ticket` is the number that they were called with."""

    item = forms.Field("事项", type=UUID)
    ticket = forms.Field("号", type=UUID, required=False)


class LookUp(forms.Form):
    """查办件, by what stands on the receipt."""

    number = forms.Field("办件编号", check=tidy, longest=40)
    code = forms.Field("查询码", check=password, longest=12)


class Opened(forms.Form):
    """Which dialog stands open."""

    step = forms.Field("步骤", required=False, longest=12)


class Seen(forms.Form):
    """How much of a case's history a page shows, and whether it is the one of the desk."""

    seen = forms.Field("看到第几步", type=int, required=False, least=0, most=999_999)
    desk = forms.Field("驻沪收办", type=bool, required=False)


class Why(forms.Form):
    """A deed that needs its reason."""

    why = forms.Field("理由和依据", longest=400)


class TakenAway(forms.Form):
    """A paper is taken away again; one with originals needs its reason."""

    removed_why = forms.Field("为什么拿掉", required=False, longest=200, depends=True)


async def judge(form: Applying) -> None:
    """An ID is judged by its kind; a firm is named with its code; who acts for somebody shows their authority."""
    if bool(form.organisation) != bool(form.uscc) and not {"organisation", "uscc"} & form.errors.keys():
        form.refuse("uscc" if form.organisation else "organisation", "单位名称和信用代码要一起填")
    if form.relation == "authorised" and not form.agreed:
        form.refuse("agreed", "请先看过委托书，再勾选")
    if {"id_type", "id_number"} & form.errors.keys():
        return
    try:
        identity.id_number(form.id_type, form.id_number, clock.local(await clock.now()).date())
    except ValueError as wrong:
        form.refuse("id_number", str(wrong))


class Missing(forms.Form):
    """What must be corrected, line by line: `what` is missing, and `how` to put it right."""

    what = forms.Field("缺什么、哪里不对", type=list, longest=120)
    how = forms.Field("怎么补", type=list, required=False, longest=200)

    def judged(self) -> Self:
        """Each line whole, and at least one that says something."""
        super().judged()
        if not self.errors and (len(self.what) != len(self.how) or not any(self.what)):
            self.refuse("what", "请写明要补正什么，一行一样")
        return self


class Filled(forms.Form):
    """Which gaps are filled."""

    gaps = forms.Field("收到的材料", type=list, longest=40)

    def judged(self) -> Self:
        """At least one, each once."""
        super().judged()
        if not self.errors and (not self.gaps or len({*forms.ids(self.gaps)}) != len(self.gaps)):
            self.refuse("gaps", "请勾选收到的材料")
        return self


class Approved(forms.Form):
    """The paper by which the head approved it."""

    reason = forms.Field("理由", longest=400)
    document = forms.Field("文书号", longest=60)
    approver = forms.Field("批准人", longest=30)


class Stopped(Approved):
    """特别程序."""

    procedure = forms.Field("哪一种特别程序", longest=20)
    expected = forms.Field("预计要几个工作日", type=int, least=1, most=365)


class Extended(Approved):
    """延长, in working days."""

    days = forms.Field("延长几个工作日", type=int, least=1, most=365)


class Decided(forms.Form):
    """准予, or 不予 with the reason."""

    decision = forms.Field("决定", longest=8)
    why = forms.Field("理由和依据", required=False, longest=400, depends=True)


class Delivered(forms.Form):
    """How the result came to them."""

    way = forms.Field("怎么送达", longest=12)
    receiver = forms.Field("谁来领的", required=False, longest=60)


class Answered(forms.Form):
    """补正, in words: to each gap what was done about it."""

    gap = forms.Field("哪一样", type=list, longest=40)
    said = forms.Field("怎么补的", type=list, longest=400)

    def judged(self) -> Self:
        """To each gap one answer, be it empty."""
        super().judged()
        known = {*forms.ids(self.gap or [])}
        if not self.errors and not (known and len(known) == len(self.gap) == len(self.said)):
            self.refuse("said" if known else "gap", "请写明怎么补的" if known else "请写明是哪一样")
        return self


class Withdrawn(forms.Form):
    """撤回; nobody has to say why."""

    why = forms.Field("原因", required=False, longest=200)


class Asking(forms.Form):
    """问一问."""

    asking = forms.Field("想问什么", longest=400)


class Replied(forms.Form):
    """The answer to a question."""

    question = forms.Field("问题", type=UUID)
    reply = forms.Field("回答", longest=400)


class Handed(forms.Form):
    """Files that are handed in: of which paper."""

    name = forms.Field("是哪一样材料", longest=80)


class Laid(Handed):
    """Paper that is handed in."""

    originals = forms.Field("原件份数", type=int, required=False, least=0, most=99)
    copies = forms.Field("复印件份数", type=int, required=False, least=0, most=99)

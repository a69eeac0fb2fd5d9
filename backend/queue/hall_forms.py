"""What a guide's pages send: what is looked for, who takes a number and for what, and why a number is moved."""

from typing import Any
from uuid import UUID, uuid4

from backend import identity
from backend.web import forms


class WhichHall(forms.Form):
    """A hall; `line`: only those who wait there, all of them. `beside`: another number of the same visitor."""

    hall = forms.Field("大厅", required=False, longest=40)
    line = forms.Field("业务", type=UUID, required=False)
    beside = forms.Field("同来的号", type=UUID, required=False)


class Sought(forms.Form):
    """A number, a booking, a phone or an ID; posted, for these have no place in an address."""

    hall = forms.Field("大厅", required=False, longest=40)
    q = forms.Field("查找内容", longest=60)


class WhichMatter(forms.Form):
    """Words for a matter, and the field of the form that the answer is for."""

    hall = forms.Field("大厅", required=False, longest=40)
    q = forms.Field("要办的事", required=False, longest=40)
    field = forms.Field("去处", required=False, longest=10)


def _party(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("这一页放得太久了，请重新打开取号页") from None


def _priority(text: str) -> str:
    if text not in identity.priority_classes():
        raise ValueError("请选一种优先情形")
    return text


class WalkIn(forms.Form):
    """取号 for whoever stands there. `party` comes from the page, so that a second press takes no second number."""

    party = forms.Field("来人", check=_party, longest=36)
    matter = forms.Field("要办的事", type=UUID, required=False, depends=True)
    line = forms.Field("只知道办哪类", type=UUID, required=False, depends=True)
    id_type = forms.Field("证件类型", check=identity.known_id_type, longest=20)
    id_number = forms.Field("证件号码", required=False, longest=30)
    priority = forms.Field("优先情形", check=_priority, required=False, longest=20)

    @classmethod
    def fresh(cls, party: UUID | None = None) -> Any:
        """An empty one."""
        return cls.blank(party=party or uuid4(), id_type="resident")


class Moved(forms.Form):
    """Sent to another line or one counter, and why."""

    line = forms.Field("转到哪类业务", type=UUID, required=False, depends=True)
    window = forms.Field("转到哪个窗口", type=UUID, required=False, depends=True)
    why = forms.Field("原因", longest=200)


class Preferred(forms.Form):
    """优先: the class whose proof was seen."""

    priority = forms.Field("优先情形", check=_priority, longest=20)
    seen_why = forms.Field("看了什么", longest=200)


class Voided(forms.Form):
    """作废."""

    void_why = forms.Field("作废的原因", longest=200)


class Returned(forms.Form):
    """Where the page leads afterwards."""

    back = forms.Field("去处", required=False, longest=10)


class Moves(Moved, Preferred, Voided):
    """Everything that can be filled in on a number's page."""

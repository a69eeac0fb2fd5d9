"""What a clerk's page sends: which number is meant, and what is chosen about it."""

from uuid import UUID

from backend.web import forms

STEPS = ("complete", "transfer", "add", "pause", "pick")


class Wish(forms.Form):
    """What the page is asked to show: a dialog that stands open, a hall, the counter with a number."""

    step = forms.Field("步骤", required=False, longest=20)
    hall = forms.Field("大厅", required=False, longest=40)
    n = forms.Field("窗口号", type=int, required=False, least=1, most=9999)


class InHand(forms.Form):
    """The number that the page showed: a second press must not mean the next one."""

    ticket = forms.Field("号", type=UUID)


class Slip(forms.Form):
    """The deed that is taken back."""

    event = forms.Field("哪一步", type=UUID)


class Done(InHand):
    """办结, with the matter; `call`: the next one is called at once."""

    item = forms.Field("办的事", type=UUID, required=False)
    call = forms.Field("叫下一位", type=bool, required=False)


class Added(InHand):
    """加办."""

    matter = forms.Field("加办的事", type=UUID)


class Sent(InHand):
    """转号: to a line, or to one counter."""

    line = forms.Field("转到哪类业务", type=UUID, required=False, depends=True)
    window = forms.Field("转到哪个窗口", type=UUID, required=False, depends=True)
    why = forms.Field("原因", required=False, longest=100)


class Paused(forms.Form):
    """Why nobody is called for a while; `note` says more of 其他."""

    reason = forms.Field("暂停的原因", longest=40)
    note = forms.Field("什么事", required=False, longest=20)


class Deeds(Done, Added, Sent, Paused):
    """Everything that can be filled in on the page; what was typed in one dialog stays."""

"""What the pages of recordings send."""

from backend.handoff.recording import WAYS
from backend.handoff.recording_pause import REASONS
from backend.web import forms


def _way(text: str) -> str:
    if text not in WAYS:
        raise ValueError("请选申请人是听的还是自己看的")
    return text


def _said(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("请选同意还是不同意")
    return text == "yes"


def _reason(text: str) -> str:
    if text not in REASONS:
        raise ValueError("请选为什么暂停")
    return text


class Said(forms.Form):
    """同意 or 不同意; how the applicant was told (the officer's own page sends it too, and it says nothing)."""

    says = forms.Field("同意还是不同意", check=_said, longest=3, chosen=True)
    way = forms.Field("怎么告诉申请人的", check=_way, longest=8, chosen=True)


class Paused(forms.Form):
    """Why nothing is recorded for a while; `itself`: the page saw a paper on it."""

    why = forms.Field("为什么暂停", check=_reason, longest=8, chosen=True)
    itself = forms.Field("页面自己暂停的", type=bool)


class Resumed(forms.Form):
    """On again; `itself`: the page has no paper on it any more."""

    itself = forms.Field("页面自己接着录的", type=bool)


class Shoots(forms.Form):
    """Pages are shot, for one while (`page`); `over`: not any more."""

    page = forms.Field("哪个页面", longest=36, chosen=True)
    over = forms.Field("拍完了", type=bool)


class Looked(forms.Form):
    """Why somebody looks, takes a copy, or keeps it longer."""

    why = forms.Field("理由", longest=200)

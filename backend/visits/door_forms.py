"""What is typed and signed at the door, and after it."""

import datetime as dt
from typing import Self
from uuid import UUID

from backend.refusal import Refusal
from backend.visits.signed import Paper
from backend.web import forms

COUNTS = [str(n) for n in range(100)]


class Listed(forms.Form):
    """Lines of papers: `name`, `originals`, `copies`."""

    name = forms.Field("材料", type=list, required=False, longest=80)
    originals = forms.Field("原件份数", type=list, required=False, longest=2)
    copies = forms.Field("复印件份数", type=list, required=False, longest=2)


class Drafted(Listed):
    """What a 委托书 shall say."""

    powers = forms.Field("委托做什么", type=list, required=False, longest=12)
    until = forms.Field("委托到哪一天", type=dt.date, required=False)


class Signed(Drafted):
    """The same, as it was shown (`hash`), with the drawn name or the word that it is on paper."""

    hash = forms.Field("内容", longest=64)
    signature = forms.Field("签名", required=False, longest=30_000)
    on_paper = forms.Field("在打印的上面签了名或按了手印", type=bool, required=False)


class Done(Listed):
    """What was done at the door."""

    record = forms.Field("记录", type=UUID)
    identity = forms.Field("怎么核对的身份", longest=12, chosen=True)
    ticks = forms.Field("齐了的材料", type=list, required=False, longest=80)
    consent = forms.Field("同意给材料拍照", type=bool, required=False)
    note = forms.Field("备注", required=False, longest=400)
    signature = forms.Field("签名", required=False, longest=30_000)
    on_paper = forms.Field("在打印的上面签了名或按了手印", type=bool, required=False)


class Rated(forms.Form):
    """好差评."""

    level = forms.Field("这次服务", type=int, least=1, most=5, chosen=True)
    words = forms.Field("想说的话", required=False, longest=400)

    def judged(self) -> Self:
        """One of the five."""
        super().judged()
        if "level" in self.errors:
            self.refuse("level", "请选满意还是不满意")
        return self


class Called(forms.Form):
    """回访."""

    outcome = forms.Field("回访结果", longest=12, chosen=True)
    note = forms.Field("说了什么", required=False, longest=400)


def papers(form: Listed) -> list[Paper]:
    """The lines that have a name. Refuses: a count that is none."""
    found = []
    for name, originals, copies in zip(form.name, form.originals, form.copies, strict=False):
        if name:
            if (originals or "0") not in COUNTS or (copies or "0") not in COUNTS:
                raise Refusal("份数请填 0 到 99")
            found.append(Paper(name, int(originals or 0), int(copies or 0)))
    return found


def refuse_unsigned(form: Signed | Done) -> None:
    """It is signed, one way or the other, and the page sent whole lines and each tick once."""
    if not len(form.name) == len(form.originals) == len(form.copies):
        form.refuse("name", "材料、原件份数、复印件份数要一行一样对得上，请重新填写")
    for name in ("powers", "ticks"):
        given = getattr(form, name, [])
        if len(set(given)) != len(given):
            form.refuse(name, f"{form.label(name)}填了不止一次，请重新填写")
    if not form.signature and not form.on_paper:
        form.refuse("signature", "请让本人签名，或勾选在打印的上面签了名")

"""What is sent to the pages of the desk."""

import datetime as dt
from typing import Self
from uuid import UUID

from backend import cases, identity
from backend.web import forms


class Sought(forms.Form):
    """What somebody came for."""

    q = forms.Field("要办的事", required=False, longest=60)
    ticket = forms.Field("号", type=UUID, required=False)


class Who(forms.Form):
    """Who applies, in which situation, which conditions of the papers hold, and with which number they were called."""

    applicant = forms.Field("谁来办", required=False, depends=True, longest=20)
    situation = forms.Field("情形", required=False, depends=True, longest=60)
    holds = forms.Field("哪些对得上", type=list, required=False, longest=120)
    ticket = forms.Field("号", type=UUID, required=False)


class Asking(forms.Form):
    """What was asked for and is missing."""

    item = forms.Field("事项", type=UUID, required=False)
    words = forms.Field("问的事", required=False, longest=60)

    def judged(self) -> Self:
        """One of the two."""
        super().judged()
        if not self.errors and not self.item and not self.words:
            self.refuse("words", "请写明问的是什么事")
        return self


class Days(forms.Form):
    """From which day to which."""

    first = forms.Field("第一天", type=dt.date, required=False)
    last = forms.Field("最后一天", type=dt.date, required=False)


class Seated(forms.Form):
    """Who sits at the desk, whose ID was seen and is theirs, and which conditions of the papers hold."""

    applicant = forms.Field("谁来办", longest=20, chosen=True)
    identified = forms.Field("证件和本人核对过", type=bool)
    holds = forms.Field("哪些对得上", type=list, required=False, longest=120)

    def judged(self) -> Self:
        """Each condition once; nobody is taken in whose ID was not checked."""
        super().judged()
        if "identified" not in self.errors and not self.identified:
            self.refuse("identified", "请先核对来办的人的证件和本人，再勾选")
        if "holds" not in self.errors and len(set(self.holds)) < len(self.holds):
            self.refuse("holds", "哪些对得上勾了不止一次，请重新选择")
        return self


class TakenIn(cases.Received, Seated):
    """收件: as at any counter, for who sits at the desk, in which situation."""

    situation = forms.Field("情形", required=False, longest=60)


class TakenTogether(cases.Applying, Seated):
    """收件 of a 一件事: which of its matters, each once."""

    items = forms.Field("办哪几件", type=list, required=False, longest=40)
    ticket = forms.Field("号", type=UUID, required=False)

    def judged(self) -> Self:
        """At least one: what of it this applicant has done already is left out."""
        super().judged()
        known = set(forms.ids(self.items or []))
        if "items" not in self.errors and not known:
            self.refuse("items", "请勾上这次办哪几件")
        elif "items" not in self.errors and len(known) != len(self.items):
            self.refuse("items", "办哪几件勾了不止一次，请重新选择")
        return self


class SignedTogether(forms.Form):
    """One signature under several consents, each by the hash of its text."""

    hash = forms.Field("同意书", type=list, longest=64)
    signature = forms.Field("签名", required=False, longest=30_000)
    on_paper = forms.Field("在打印的上面签了", type=bool, required=False)

    def judged(self) -> Self:
        """Each text once, and signed one way or the other."""
        super().judged()
        if not self.errors and (not all(self.hash or [""]) or len(set(self.hash)) < len(self.hash)):
            self.refuse("hash", "没有要签的同意书，请重新打开这一页")
        if not self.errors and not self.signature and not self.on_paper:
            self.refuse("signature", "请在框里签名；在纸上签的，勾上下面一格")
        return self


class Entrusted(forms.Form):
    """委托书: who comes, what they may do, until when."""

    proxy = forms.Field("受托人姓名", check=identity.person_name, longest=60)
    powers = forms.Field("委托他做什么", type=list, required=False, longest=12)
    until = forms.Field("委托到哪一天", type=dt.date)

    def judged(self) -> Self:
        """Each power once, and at least one."""
        super().judged()
        if "powers" not in self.errors and (not self.powers or len(set(self.powers)) < len(self.powers)):
            self.refuse("powers", "请勾选委托他做什么，每样一次")
        return self


class Companion(forms.Form):
    """Another matter in the same sitting."""

    token = forms.Field("页面", longest=40)
    item = forms.Field("事项", type=UUID)


class Signed(forms.Form):
    """The consent under the hash of the text that was shown."""

    hash = forms.Field("同意书", longest=64)
    signature = forms.Field("签名", required=False, longest=30_000)
    on_paper = forms.Field("在打印的上面签了", type=bool, required=False)


class Shown(forms.Form):
    """The hash of the text that was shown."""

    hash = forms.Field("同意书", longest=64)


class Checked(forms.Form):
    """Which files were held against their originals."""

    papers = forms.Field("材料", type=list, longest=40)

    def judged(self) -> Self:
        """At least one."""
        super().judged()
        if not self.errors and len(set(forms.ids(self.papers))) < max(len(self.papers), 1):
            self.refuse("papers", "请勾上核对过的材料，每样一次")
        return self


class Sent(forms.Form):
    """Which papers the phone sends; the files come beside."""

    name = forms.Field("材料", type=list, longest=80)


class Laid(forms.Form):
    """What was laid on the table: line by line the paper and how many originals stay; the files come beside."""

    name = forms.Field("材料", type=list, longest=80)
    originals = forms.Field("留下几份原件", type=list, longest=2)
    checked = forms.Field("每一页都和原件核对过", type=bool, required=False)

    def judged(self) -> Self:
        """Each line whole, its count a number."""
        super().judged()
        if self.errors:
            return self
        if not self.name or len(self.name) != len(self.originals) or not all(self.name):
            self.refuse("name", "材料和份数对不上，请重新打开这一页")
        elif not all(text.isascii() and (text.isdigit() or not text) for text in self.originals):
            self.refuse("originals", "留下几份原件请填数字")
        return self

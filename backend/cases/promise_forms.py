"""What staff type where something is promised, verified, handed over or named anew."""

import datetime as dt
from typing import Self
from uuid import UUID

from backend.cases.tolerate import WAYS, Later
from backend.web import forms


class Tolerated(forms.Form):
    """容缺受理: which papers come later, each with the ways (`<paper> <way>`), and until which day."""

    lacking = forms.Field("以后补的材料", type=list, longest=40)
    ways = forms.Field("怎么补来", type=list, required=False, longest=60)
    until = forms.Field("最晚哪天补来", type=dt.date)
    promised = forms.Field("申请人自愿，并书面承诺按期补来", type=bool)

    def judged(self) -> Self:
        """At least one paper, each once; ways that are known, of papers that are named; the promise."""
        super().judged()
        papers = forms.ids(self.lacking)
        if "lacking" not in self.errors and (not papers or len({*papers}) != len(self.lacking)):
            self.refuse("lacking", "请勾选哪几样以后补")
        if not {*self.errors} & {"lacking", "ways"}:
            self._judge_ways()
        if "promised" not in self.errors and not self.promised:
            self.refuse("promised", "申请人自愿并书面承诺了，才能勾这一项往下办")
        return self

    def _judge_ways(self) -> None:
        """A box is there for every paper that may lag, also for those that are not ticked."""
        pairs = [way.partition(" ") for way in self.ways]
        known = all(forms.ids([paper]) and way in WAYS for paper, _, way in pairs)
        if (
            not known
            or len({*self.ways}) != len(self.ways)
            or not {*self.lacking} <= {pair[0] for pair in pairs}
        ):
            self.refuse("ways", "请给每样后补的材料选怎么补来")

    def later(self) -> list[Later]:
        """What was ticked."""
        return [
            Later(UUID(paper), [way for way in WAYS if f"{paper} {way}" in self.ways])
            for paper in self.lacking
        ]


class Committed(forms.Form):
    """告知承诺, as it is signed."""

    text = forms.Field("承诺的内容", longest=2000)
    signed = forms.Field("申请人看过、签了字", type=bool)

    def judged(self) -> Self:
        """It must be signed."""
        super().judged()
        if "signed" not in self.errors and not self.signed:
            self.refuse("signed", "申请人签了字，才能这样受理")
        return self


class Verified(forms.Form):
    """承诺核查."""

    outcome = forms.Field("核查的结果", longest=8)
    note = forms.Field("核查时看到什么", required=False, longest=400, depends=True)
    mend_on = forms.Field("最晚哪天改好", type=dt.date, required=False, depends=True)


class Transferred(forms.Form):
    """转办; the reason is told to the applicant."""

    to = forms.Field("转给哪个部门", longest=32)
    cause = forms.Field("为什么转办", longest=400)


class Renumbered(forms.Form):
    """The number in the department's own system."""

    external = forms.Field("部门系统里的编号", required=False, longest=40)

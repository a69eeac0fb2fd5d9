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
        known = {f"{paper} {way}" for paper in self.lacking for way in WAYS}
        ticked = {way for way in self.ways if way.partition(" ")[0] in self.lacking}
        if not ticked <= known or {way.partition(" ")[0] for way in ticked} != {*self.lacking}:
            self.refuse("ways", "请给每样后补的材料选怎么补来")

    def later(self) -> list[Later]:
        """What was ticked."""
        return [
            Later(UUID(paper), [way for way in WAYS if f"{paper} {way}" in self.ways])
            for paper in self.lacking
        ]

"""What is typed when originals change hands."""

import re
from typing import Self
from uuid import UUID

from backend.cases.custody_receive import Arrived
from backend.cases.mail_forms import waybill
from backend.web import forms

COUNTS = [str(n) for n in range(100)]
LINE = re.compile(r"([0-9a-f-]{36})@((?:hall|department):[\w-]{1,40})")


class Listed(forms.Form):
    """Which list of packages is looked at."""

    group = forms.Field("哪一类", required=False, longest=12)
    page = forms.Field("第几页", type=int, required=False, least=1, most=99_999)


class HandedOn(forms.Form):
    """Originals leave: `line` names a paper and its place, `count` how many of it; `to` whom, and what that needs."""

    token = forms.Field("页面", longest=40)
    line = forms.Field("原件", type=list, required=False, longest=100)
    count = forms.Field("交几份", type=list, required=False, longest=2)
    to = forms.Field("交给谁", longest=60)
    seal = forms.Field("封条号", required=False, longest=40, depends=True)
    receiver = forms.Field("领的人", required=False, longest=60, depends=True)
    signature = forms.Field("签名", required=False, longest=30_000)
    on_paper = forms.Field("在打印的单子上签了名", type=bool, required=False)
    note = forms.Field("原因", required=False, longest=400, depends=True)

    def judged(self) -> Self:
        """Whole lines, each once, of which something leaves, from no more than one place."""
        super().judged()
        if {"line", "count"} & self.errors.keys():
            return self
        known = [LINE.fullmatch(text) for text in self.line]
        if not all(known) or len(set(self.line)) != len(self.line) or len(self.line) != len(self.count):
            self.refuse("line", "原件的清单不对，请重新打开这一页")
        elif any((text or "0") not in COUNTS for text in self.count):
            self.refuse("count", "交几份请填数字")
        elif len({place for _, place in self.given_away}) > 1:
            self.refuse("line", "一次只能交同一个地方的原件，别处的另外交")
        elif not self.given_away:
            self.refuse("count", "还没有选原件，请写明哪一样交几份")
        return self

    @property
    def given_away(self) -> dict[tuple[UUID, str], int]:
        """By paper and place so many, of which there is at least one."""
        found = [LINE.fullmatch(text) for text in self.line]
        pairs = zip(found, self.count, strict=False)
        return {
            (UUID(one[1]), one[2]): int(n) for one, n in pairs if one and forms.ids([one[1]]) and int(n or 0)
        }


class Dispatched(forms.Form):
    """Given to the courier."""

    tracking = forms.Field("快递单号", longest=40, check=waybill)


class Counted(forms.Form):
    """Received: the seal, and every line counted."""

    paper = forms.Field("材料", type=list, longest=40)
    arrived = forms.Field("收到几份", type=list, required=False, longest=2)
    damaged = forms.Field("坏了几份", type=list, required=False, longest=2)
    intact = forms.Field("封条完好", type=bool, required=False)
    note = forms.Field("情况", required=False, longest=400, depends=True)

    def judged(self) -> Self:
        """Of every line a count."""
        super().judged()
        if {"paper", "arrived", "damaged"} & self.errors.keys():
            return self
        counts = {len({*forms.ids(self.paper)}), len(self.paper), len(self.arrived), len(self.damaged)}
        if len(counts) > 1 or not self.paper:
            self.refuse("paper", "清单不对，请重新打开这一页")
        elif any(text not in COUNTS for text in self.arrived):
            self.refuse("arrived", "收到几份请填数字，没有收到填 0")
        elif any((text or "0") not in COUNTS for text in self.damaged):
            self.refuse("damaged", "坏了几份请填数字")
        return self

    @property
    def lines(self) -> dict[UUID, Arrived]:
        """What came, by paper."""
        rows = zip(forms.ids(self.paper), self.arrived, self.damaged, strict=True)
        return {paper: Arrived(int(count), int(damaged or 0)) for paper, count, damaged in rows}


class Said(forms.Form):
    """What happened."""

    why = forms.Field("情况", longest=400)


class SignedFor(forms.Form):
    """Who took the applicant's package, as the courier says."""

    receiver = forms.Field("谁签收的", longest=60)

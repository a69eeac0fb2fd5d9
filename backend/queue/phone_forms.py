"""The forms of taking a number by phone."""

import re
from uuid import UUID

from backend.queue.kiosk_forms import party
from backend.queue.take import MOST_MATTERS, Matter
from backend.web import forms


def code(text: str) -> str:
    """What the hall's code holds."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16}", text):
        raise ValueError("大厅的码不全")
    return text


class Code(forms.Form):
    """The address in the hall's code."""

    hall = forms.Field("大厅", longest=40)
    code = forms.Field("大厅的码", check=code, longest=40)


class Look(forms.Form):
    """What is looked for; and what was chosen already, so that looking loses nothing."""

    q = forms.Field("要办的事", required=False, longest=40)
    person = forms.Field("办事人", type=UUID, required=False)
    items = forms.Field("事项", type=list, required=False, longest=40)
    lines = forms.Field("窗口类别", type=list, required=False, longest=40)


class TakeNumbers(forms.Form):
    """For whom, and for what; `party` is the page's own fresh id."""

    person = forms.Field("办事人", type=UUID)
    items = forms.Field("事项", type=list, required=False, longest=40)
    lines = forms.Field("窗口类别", type=list, required=False, longest=40)
    party = forms.Field("取号的这一页", check=party, longest=40)

    def matters(self) -> list[Matter]:
        """What was ticked; what is wrong with it is named."""
        try:
            found = [Matter(item=UUID(item)) for item in self.items if item]
            found += [Matter(line=UUID(line)) for line in self.lines if line]
        except ValueError:
            self.refuse("items", "事项不对，请重新选择")
            return []
        if not found and not {"items", "lines"} & self.errors.keys():
            self.refuse("items", "请至少选一件要办的事")
        if len(found) > MOST_MATTERS:
            self.refuse("items", f"一次最多选 {MOST_MATTERS} 件事")
        return found

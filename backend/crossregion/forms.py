"""What is sent to the pages of the desk."""

from typing import Self
from uuid import UUID

from backend.web import forms


class Sought(forms.Form):
    """What somebody came for."""

    q = forms.Field("要办的事", required=False, longest=60)


class Who(forms.Form):
    """Who applies, in which situation, and which conditions of the papers hold."""

    applicant = forms.Field("谁来办", required=False, depends=True, longest=20)
    situation = forms.Field("情形", required=False, depends=True, longest=60)
    holds = forms.Field("哪些对得上", type=list, longest=120)


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

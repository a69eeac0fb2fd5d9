"""What is typed about the files of a result."""

from uuid import UUID

from backend.cases.forms import LookUp
from backend.web import forms


class Titled(forms.Form):
    """结果文件: what they are."""

    title = forms.Field("结果的名称", longest=80)


class Fetched(LookUp):
    """Which file of a case is opened by number and password."""

    result = forms.Field("结果文件", type=UUID)

"""What the pages of screen to screen send."""

from uuid import UUID

from backend.web import forms


class Delayed(forms.Form):
    """稍后: after how many minutes."""

    minutes = forms.Field("几分钟后", type=int, least=1, most=60)


class Passed(forms.Form):
    """转给…."""

    colleague = forms.Field("转给谁", type=UUID)

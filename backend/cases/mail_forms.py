"""What is typed about a result that is mailed, and how it is wanted."""

import re

from backend.web import forms


def waybill(text: str) -> str:
    """The number without spaces, in capitals. Refuses: ValueError with the sentence that the person reads."""
    number = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[0-9A-Z]{8,30}", number):
        raise ValueError("单号是 8 到 30 位字母和数字，请照面单上的填写")
    return number


class Posted(forms.Form):
    """寄出."""

    courier = forms.Field("哪家快递", longest=20, chosen=True)
    mail_no = forms.Field("邮件号", longest=40, check=waybill)


class Signed(forms.Form):
    """签收, as the courier says."""

    receiver = forms.Field("谁签收的", longest=60)
    signer = forms.Field("签收的人是", longest=8, chosen=True)
    checked = forms.Field("签收时核对过证件", type=bool, required=False)
    confirmed = forms.Field("代收的，问过申请人了", type=bool, required=False)


class Bounced(forms.Form):
    """退回来了."""

    back = forms.Field("为什么退回", longest=400)
    then = forms.Field("接下来", longest=8, chosen=True)


class Wished(forms.Form):
    """How the result is to come."""

    way = forms.Field("怎么拿结果", longest=12)
    address = forms.Field("寄到哪里", required=False, longest=120, depends=True)
    agreed = forms.Field("同意电子送达", type=bool, required=False)

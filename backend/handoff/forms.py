"""What the pages of screen to screen send."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from backend import identity
from backend.handoff.check_words import KINDS
from backend.web import forms


class Delayed(forms.Form):
    """稍后: after how many minutes."""

    minutes = forms.Field("几分钟后", type=int, least=1, most=60)


class Redirected(forms.Form):
    """不归我们: whose it is; the reason is told to the applicant."""

    to = forms.Field("归哪个部门", longest=32, chosen=True)
    cause = forms.Field("为什么转办", longest=400)


class Passed(forms.Form):
    """转给…."""

    colleague = forms.Field("转给谁", type=UUID)


class Carried(forms.Form):
    """值守手机: its number, to which a code goes."""

    phone = forms.Field("手机号", check=identity.mobile_number)


class Proved(Carried):
    """The code that went there."""

    code = forms.Field("验证码", check=identity.one_time_code)


class Written(forms.Form):
    """文字交流: one line."""

    text = forms.Field("要说的话", longest=500)


class Way(forms.Form):
    """怎么看得见对方."""

    way = forms.Field("怎么连", longest=10)


class BrokenOff(forms.Form):
    """不办了, and why."""

    why = forms.Field("为什么不办了", longest=100)


def _outcome(kind: str) -> Callable[[str], str]:
    def known(code: str) -> str:
        if code not in KINDS[kind].outcomes:
            raise ValueError(f"{KINDS[kind].label}的结果认不出，请重新测")
        return code

    return known


def _result(kind: str) -> Any:
    return forms.Field(KINDS[kind].label, check=_outcome(kind), required=False, longest=12, chosen=True)


def _speed(label: str) -> Any:
    return forms.Field(label, type=int, required=False, least=0, most=10_000_000)


class Checked(forms.Form):
    """设备自检: where, and what came out. Speeds: kbit/s, and milliseconds there and back."""

    place = forms.Field("哪个窗口、哪台电脑", longest=20)
    camera = _result("camera")
    microphone = _result("microphone")
    speaker = _result("speaker")
    screen = _result("screen")
    udp = _result("udp")
    tcp = _result("tcp")
    tls = _result("tls")
    certificate = _result("certificate")
    bandwidth = _result("bandwidth")
    down = _speed("下载速度")
    up = _speed("上传速度")
    rtt = _speed("来回时间")


class Arranged(forms.Form):
    """改约回电: who, and when."""

    officer = forms.Field("谁回电", type=UUID)
    day = forms.Field("哪天", type=dt.date)
    time = forms.Field("几点", type=dt.time)


class Skilled(forms.Form):
    """Who is rung first for which matter."""

    officer = forms.Field("谁先响", type=UUID)
    item = forms.Field("哪件事", type=UUID)


class WhichDepartment(forms.Form):
    """A department, by its code."""

    department = forms.Field("部门", required=False, longest=32)

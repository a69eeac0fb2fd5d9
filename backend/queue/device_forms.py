"""The forms of a hall's screens."""

import re
from ipaddress import IPv4Address

from backend.queue.devices import KINDS, PAPERS
from backend.settings import settings
from backend.web import forms

PORT = 9100  # where network printers listen (raw TCP)


def kind(text: str) -> str:
    """One of KINDS."""
    if text not in KINDS:
        raise ValueError("请选择是取号机还是叫号屏")
    return text


def paper(text: str) -> int:
    """One of PAPERS, in millimetres."""
    if text not in map(str, PAPERS):
        raise ValueError("请选择号票纸的宽度")
    return int(text)


def printer(text: str) -> str:
    """`192.168.1.50:9100`; without a port it is 9100. Never this machine itself, nor no machine at all."""
    host, _, port = text.partition(":")
    try:
        address = IPv4Address(host)
    except ValueError:
        raise ValueError("打印机地址应像 192.168.1.50:9100") from None
    if not re.fullmatch(r"[0-9]{1,5}", port or str(PORT), re.ASCII) or not 0 < int(port or PORT) < 65536:
        raise ValueError("打印机端口应是 1 到 65535 的数字，常用 9100")
    own = address.is_loopback and not settings().playful
    if own or address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        raise ValueError("这个地址不是打印机的，请看打印机自检页上的 IP")
    return f"{address}:{int(port or PORT)}"


def token(text: str) -> str:
    """What `secrecy.fresh_token` made."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{24}", text):
        raise ValueError("这一页放得太久，请重新打开再试")
    return text


class Changed(forms.Form):
    """What may be changed of a screen."""

    name = forms.Field("名称", longest=40)
    printer = forms.Field("号票打印机", check=printer, required=False, longest=40)
    paper = forms.Field("号票纸宽", check=paper, longest=2)


class Added(Changed):
    """A screen that joins."""

    hall = forms.Field("大厅", longest=40)
    kind = forms.Field("设备", check=kind, longest=8)
    token = forms.Field("登记地址", check=token)


class Again(forms.Form):
    """The token that the page brought."""

    token = forms.Field("登记地址", check=token)

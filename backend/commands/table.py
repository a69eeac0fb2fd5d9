"""The one table `up` prints: each audience, its address, its demo sign-in. Chinese counts two columns."""

import io
import unicodedata
from itertools import zip_longest
from typing import Any

import segno


def table(home: str, sign_ins: list[Any]) -> str:
    """Lines of aligned columns; without demo sign-ins the two doors."""
    rows = [("谁", "地址", "演示登录")]
    rows += [(each.who, home + each.path, each.sign_in) for each in sign_ins]
    if not sign_ins:
        rows = [("谁", "地址", ""), ("办事群众", home, ""), ("工作人员", f"{home}/console", "")]
    widths = [max(_width(row[column]) for row in rows) for column in range(2)]
    lines = [
        f"  {_padded(row[0], widths[0])}  {_padded(row[1], widths[1])}  {row[2]}".rstrip() for row in rows
    ]
    return "\n".join(["", *lines, "", "  按 Ctrl-C 停止；数据会保留", ""])


def codes(door: str, home: str) -> str:
    """Two QR codes side by side for a phone: how to trust this machine, and the app."""
    columns = [
        [f"1. 手机第一次用：{door}", *_code(door).splitlines()],
        [f"2. 打开启办：{home}", *_code(home).splitlines()],
    ]
    width = max(map(_width, columns[0])) + 4
    lines = zip_longest(*columns, fillvalue="")
    return "".join(f"  {_padded(left, width)}{right}\n" for left, right in lines)


def _code(address: str) -> str:
    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)

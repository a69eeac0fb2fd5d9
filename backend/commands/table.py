"""The one table `up` prints: each audience, its address, its demo sign-in. Chinese counts two columns."""

import unicodedata
from typing import Any


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


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)

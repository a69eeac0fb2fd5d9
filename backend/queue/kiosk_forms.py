"""The forms of a kiosk. All but the card's are buttons."""

from uuid import UUID

from backend.web import forms

PRINTED = {
    "": "",
    "done": "",
    "here": "",
    "again": "",
    "back": "",
    "away": "打印机没连上",
    "silent": "打印机没有回应",
    "empty": "打印机没纸了",
}


def party(text: str) -> UUID:
    """The fresh id of whoever takes a number, from the page."""
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("取号的这一页放得太久，请回首页再取") from None


def letters(text: str) -> str:
    """What is looked for: letters of pinyin from the screen, or words from a keyboard."""
    return text.strip()


def printed(text: str) -> str:
    """What became of the paper."""
    if text not in PRINTED:
        raise ValueError("打印结果不对，请回首页")
    return text


class Wanted(forms.Form):
    """A matter, or a line, and the fresh id of who wants it; `another`: the number just taken is not theirs."""

    party = forms.Field("取号的这一页", check=party, longest=40)
    item = forms.Field("事项", type=UUID, required=False, depends=True)
    line = forms.Field("窗口类别", type=UUID, required=False, depends=True)
    another = forms.Field("再取一张", type=bool)


class Card(forms.Form):
    """What a reader typed. Never shown again."""

    card = forms.Field("证件或码", longest=200)


class Look(forms.Form):
    """What the page of matters shows: of a line, or what was looked for; and to whose plan one adds."""

    q = forms.Field("拼音首字母", required=False, check=letters, longest=20)
    line = forms.Field("窗口类别", type=UUID, required=False)
    plan = forms.Field("已经取的号", type=UUID, required=False)


class Printed(forms.Form):
    """What became of the paper, for the page of the numbers."""

    printed = forms.Field("打印结果", required=False, check=printed, longest=10)

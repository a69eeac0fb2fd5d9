"""The forms of an item and of a material: lists are typed a line each, questions a block each."""

import re
from collections.abc import Callable
from typing import Any

from backend import catalog
from backend.upkeep.fields import CHANNELS
from backend.web import forms

PHONE = re.compile(r"[0-9][0-9 \-－—()（）、，,转]{3,}")
BLANK = re.compile(r"\n\s*\n")
MOST = 32_000


def lines(text: str) -> list[str]:
    """The lines that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _steps(text: str) -> list[str]:
    found = lines(text)
    if len(found) > 20 or any(len(line) > 300 for line in found):
        raise ValueError("怎么办最多 20 步，每步 300 字以内")
    return found


def _words(text: str) -> list[str]:
    found = list(dict.fromkeys(word for word in re.split(r"[\s、，,；;]+", text) if word))
    if len(found) > 60 or any(len(word) > 40 for word in found):
        raise ValueError("大家的说法最多 60 个，每个 40 字以内，用顿号或换行隔开")
    return found


def _questions(text: str) -> list[dict[str, str]]:
    blocks = [lines(block) for block in BLANK.split(text.replace("\r", "")) if block.strip()]
    if any(len(block) < 2 for block in blocks):
        raise ValueError("常见问题每组先写一行问题，下一行写回答，两组之间空一行")
    return [{"question": block[0], "answer": "".join(block[1:])} for block in blocks]


def _phone(label: str) -> Callable[[str], str]:
    def judged(text: str) -> str:
        if not PHONE.fullmatch(text):
            raise ValueError(f"{label}请填号码，比如 0513-83210000")
        return text

    return judged


def _depth(text: str) -> str:
    if text not in catalog.DEPTHS:
        raise ValueError("网办程度不对，请重新选择")
    return text


class ItemText(forms.Form):
    """What can be changed of an item."""

    seen = forms.Field("打开时的改动次数", type=int, least=0, most=MOST)
    conditions = forms.Field("谁能办", longest=1000)
    steps = forms.Field("怎么办", longest=3000, check=_steps)
    promised_days = forms.Field("承诺时限", type=int, least=0, most=999)
    visits = forms.Field("到现场次数", type=int, least=0, most=9)
    visit_reason = forms.Field("到现场的原因", required=False, longest=120)
    window = forms.Field("窗口", type=bool, required=False)
    online = forms.Field("网上", type=bool, required=False)
    mail = forms.Field("邮寄", type=bool, required=False)
    kiosk = forms.Field("自助机", type=bool, required=False)
    doorstep = forms.Field("上门", type=bool, required=False)
    shanghai = forms.Field("驻沪", type=bool, required=False)
    online_depth = forms.Field("网办程度", longest=1, check=_depth)
    bookable = forms.Field("可以预约", type=bool, required=False)
    assisted = forms.Field("帮办代办", type=bool, required=False)
    delivery = forms.Field("快递送达", type=bool, required=False)
    commitment = forms.Field("告知承诺", type=bool, required=False)
    charged = forms.Field("要收费", type=bool, required=False)
    fee = forms.Field("收费标准", required=False, longest=200)
    consult_phone = forms.Field("咨询电话", longest=40, check=_phone("咨询电话"))
    complaint_phone = forms.Field("监督电话", longest=40, check=_phone("监督电话"))
    questions = forms.Field("常见问题", required=False, longest=6000, check=_questions)
    words = forms.Field("大家的说法", required=False, longest=2500, check=_words)


class MaterialText(forms.Form):
    """What can be changed of a material."""

    seen = forms.Field("打开时的改动次数", type=int, least=0, most=MOST)
    rule = forms.Field("要求", required=False, longest=200)
    condition = forms.Field("什么情况要带", required=False, longest=120)
    copies = forms.Field("份数", type=int, least=1, most=20)
    deferrable = forms.Field("可以后补", type=bool, required=False)
    defer_days = forms.Field("后补期限", type=int, least=0, most=365)
    defer_how = forms.Field("后补方式", required=False, longest=40)


def typed(values: dict[str, Any]) -> dict[str, str]:
    """Values as they stand in the boxes of their form; a box that is not ticked is empty."""
    ways = {way: way in values["channels"] for way in CHANNELS} if "channels" in values else {}
    return {name: _box(name, value) for name, value in {**values, **ways}.items() if name != "channels"}


def _box(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if name == "questions":
        return "\n\n".join(f"{one['question']}\n{one['answer']}" for one in value)
    if name == "words":
        return "、".join(value)
    return "\n".join(value) if isinstance(value, list) else str(value)


def values(form: Any) -> dict[str, Any]:
    """What the form asks for, as the verbs take it."""
    found = {name: getattr(form, name) for name in form.fields() if name != "seen" and name not in CHANNELS}
    if "window" in form.fields():
        found["channels"] = [way for way in CHANNELS if getattr(form, way)]
    return {**found, **{name: found[name] or [] for name in ("questions", "words") if name in found}}

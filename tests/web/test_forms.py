"""Forms judge every field, and whatever is typed into them is never a fault."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.web import forms


def shout(text: str) -> str:
    """A check of a domain's."""
    if "!" not in text:
        raise ValueError("要有感叹号")
    return text.upper()


class Everything(forms.Form):
    """One field of each kind."""

    text = forms.Field("文字", longest=5)
    note = forms.Field("备注", required=False)
    count = forms.Field("数量", type=int, least=0, most=9)
    day = forms.Field("日期", type=dt.date)
    time = forms.Field("时间", type=dt.time, required=False)
    id = forms.Field("编号", type=UUID)
    tick = forms.Field("勾选", type=bool)
    many = forms.Field("多项", type=list, longest=3)
    loud = forms.Field("口号", check=shout)


GOOD = {
    "text": ["  四个字啊 "], "count": ["0"], "day": ["2026-11-25"], "time": ["09:00"], "tick": ["yes"],
    "id": ["00000000-0000-0000-0000-000000000001"], "many": ["a", "b"], "loud": ["hi!"],
}  # fmt: skip


def judged(**changed: list[str]) -> Any:
    """The good form with some fields changed."""
    return Everything({**GOOD, **changed}).judged()


def test_good_values_come_out_stripped_and_typed() -> None:
    form = judged()
    assert form.errors == {}
    assert (form.text, form.note, form.count, form.tick, form.many) == ("四个字啊", "", 0, True, ["a", "b"])
    assert (form.day, form.time, form.id.int) == (dt.date(2026, 11, 25), dt.time(9), 1)
    assert form.loud == "HI!"


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("text", [], "请填写文字"),
        ("text", ["   "], "请填写文字"),
        ("text", ["六个字是太长"], "文字太长了，最多 5 个字"),
        ("text", ["a\x00"], "文字里有无法识别的字符，请重新填写"),
        ("text", ["\ufffd"], "文字里有无法识别的字符，请重新填写"),
        ("text", ["a", "b"], "文字填了不止一次，请重新填写"),
        ("count", ["--5"], "数量请填数字"),
        ("count", ["٣"], "数量请填数字"),
        ("count", ["10"], "数量不能大于 9"),
        ("count", ["-1"], "数量不能小于 0"),
        ("day", ["2026-02-30"], "日期不对，请重新选择"),
        ("day", [""], "请选择日期"),
        ("time", ["09:00+08:00"], "时间不对，请重新选择"),
        ("id", ["x"], "编号不对，请重新选择"),
        ("tick", ["no"], "勾选不对，请重新选择"),
        ("many", ["a", "long"], "多项太长了，最多 3 个字"),
        ("loud", ["hi"], "要有感叹号"),
    ],
)
def test_a_wrong_field_is_named_in_its_own_words(name: str, given: list[str], sentence: str) -> None:
    form = judged(**{name: given})
    assert form.errors == {name: sentence}
    assert not getattr(form, name), "what could not be read is empty"
    assert form.typed[name] == (given[0] if given else "")


def test_every_wrong_field_is_named_at_once() -> None:
    assert list(Everything({}).judged().errors) == ["text", "count", "day", "id", "loud"]


@settings(database=None, deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from(list(Everything.fields())), st.lists(st.text(), max_size=3)))
def test_whatever_is_typed_is_a_value_or_a_named_error(typed: dict[str, list[str]]) -> None:
    form = Everything(typed).judged()
    for name, sentence in form.errors.items():
        assert not sentence.isascii(), (name, sentence)


@settings(database=None, deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_no_bytes_of_a_body_are_a_fault(body: bytes) -> None:
    for values in forms._pairs(body.decode("utf-8", "replace")).values():
        assert all(isinstance(value, str) for value in values)

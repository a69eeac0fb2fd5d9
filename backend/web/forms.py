"""Forms, read once and judged field by field, so that every wrong field is named at once.

Litestar's own form parser keeps raw bodies in a cache of the process (one-time codes and ID numbers
among them) and reports the first error only; hence our own reading of urlencoded bodies.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl

from litestar import Request
from litestar.exceptions import HTTPException

MOST_FIELDS = 200
YEARS = range(1900, 2100)  # of a day: nothing we keep lies beyond, and arithmetic near years 1 and 9999 fails
TYPED = (str, int, dt.time)  # the others are chosen: a day, a row, a tick
UNREADABLE = "里有无法识别的字符，请重新填写"
F = TypeVar("F", bound="Form")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def ids(texts: list[Any]) -> list[uuid.UUID]:
    """Those of the texts that are ids: of what was ticked on a page that is shown again."""
    return [uuid.UUID(text) for text in texts if _ID.fullmatch(str(text))]


class _Field:
    def __init__(
        self,
        label: str,
        *,
        type: type = str,
        check: Callable[[str], Any] | None = None,
        required: bool = True,
        depends: bool = False,
        longest: int = 100,
        least: int | None = None,
        most: int | None = None,
        chosen: bool = False,
    ) -> None:
        self.label, self.type, self.check, self.required = label, type, check, required
        self.longest, self.least, self.most, self.depends = longest, least, most, depends
        self.picked = chosen or type not in TYPED

    def judge(self, given: list[str]) -> Any:
        """The value, or ValueError with the sentence that the person reads."""
        if self.type is list:
            return [self._text(text) for text in given]
        if len(given) > 1:
            raise ValueError(f"{self.label}填了不止一次，请重新填写")
        text = self._text(given[0] if given else "")
        if not text:
            return self._empty()
        value = _CONVERT[self.type](self, text)
        return self.check(value) if self.check else value

    def _empty(self) -> Any:
        if self.required and self.type is not bool:
            raise ValueError(f"请{'选择' if self.picked else '填写'}{self.label}")
        return self.nothing()

    def nothing(self) -> Any:
        """The value where there is none, or none that could be read."""
        return {str: "", bool: False, list: []}.get(self.type)

    def _text(self, text: str) -> str:
        text = text.strip()
        if any(ord(c) < 32 and c not in "\n\r\t" for c in text) or "�" in text:
            raise ValueError(self.label + UNREADABLE)
        if len(text) > self.longest:
            raise ValueError(f"{self.label}太长了，最多 {self.longest} 个字")
        return text

    def _number(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise ValueError(f"{self.label}请填数字")
        if self.least is not None and int(text) < self.least:
            raise ValueError(f"{self.label}不能小于 {self.least}")
        if self.most is not None and int(text) > self.most:
            raise ValueError(f"{self.label}不能大于 {self.most}")
        return int(text)

    def _parsed(self, text: str) -> Any:
        try:
            return _PARSE[self.type](text)
        except ValueError:
            raise ValueError(f"{self.label}不对，请重新选择") from None


def _time(text: str) -> dt.time:
    # Local time only: one with a zone cannot be compared with those of the tables.
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?", text):
        raise ValueError
    return dt.time.fromisoformat(text)


def _ticked(text: str) -> bool:
    if text != "yes":
        raise ValueError
    return True


def _day(text: str) -> dt.date:
    day = dt.date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError
    return day


_PARSE: dict[type, Callable[[str], Any]] = {
    uuid.UUID: uuid.UUID,
    dt.date: _day,
    dt.time: _time,
    bool: _ticked,
}
_CONVERT: dict[type, Callable[[_Field, str], Any]] = {
    str: lambda field, text: text,
    int: _Field._number,
    **dict.fromkeys(_PARSE, _Field._parsed),
}


def Field(label: str, **rules: Any) -> Any:  # it stands where a type would stand
    """A field: its Chinese label, `type` (str, int, bool for a box that sends `yes`, list, UUID, date, time),
    `check`, `required`, `depends` (needed or not by what else is filled in: not marked 选填), `longest`
    (characters), `least` and `most` (numbers), `chosen` (of a list, though it is text). `check`
    takes the text and returns the value or raises ValueError with a sentence.
    """
    return _Field(label, **rules)


class Form:
    """What was typed (`typed`), what is wrong (`errors`, by field) and the checked values as attributes; a wrong
    one is empty ("", False, None).
    """

    def __init__(self, given: dict[str, list[str]]) -> None:
        self.given = given
        self.typed = {name: (given.get(name) or [""])[0] for name in self.fields()}
        self.errors: dict[str, str] = {}

    @classmethod
    def fields(cls) -> dict[str, _Field]:
        """The fields by name, as declared; inherited ones come first."""
        kinds = [vars(kind) for kind in reversed(cls.__mro__)]
        return {name: field for own in kinds for name, field in own.items() if isinstance(field, _Field)}

    @classmethod
    def label(cls, name: str) -> str:
        """The Chinese name of a field."""
        return cls.fields()[name].label

    @classmethod
    def blank(cls, **typed: Any) -> Self:
        """An unread form, with values to start from."""
        return cls({name: [str(value)] for name, value in typed.items()})

    def judged(self) -> Self:
        """Judge every field."""
        for name, field in self.fields().items():
            try:
                setattr(self, name, field.judge(self.given.get(name, [])))
            except ValueError as wrong:
                self.errors[name] = str(wrong)
                setattr(self, name, field.nothing())
        return self

    def filled(self) -> list[tuple[str, str]]:
        """What was typed, field by field, to be read again; not what was chosen from a list."""
        return [
            (field.label, "、".join(text for text in self.given[name] if text.strip()))
            for name, field in self.fields().items()
            if (not field.picked or (field.type is list and not ids(self.given.get(name, []))))
            and any(text.strip() for text in self.given.get(name, []))
        ]

    def refuse(self, name: str, sentence: str) -> None:
        """Name a field as wrong for a reason found later, by a verb."""
        self.errors[name] = sentence


def _pairs(text: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:
        raise HTTPException("填写的内容太多，请减少后再提交", status_code=413) from None
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return given


async def read(request: Request, form: type[F]) -> F:
    """Read and judge a posted form. Refuses (415) a body that is not a plain form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != "application/x-www-form-urlencoded":
        raise HTTPException("这个页面只接受普通表单", status_code=415)
    return form(_pairs(body.decode("utf-8", "replace"))).judged()


async def sound(request: Request, form: type[F]) -> F:
    """As `read`, for a button whose fields nobody types. Refuses (422) a wrong one with its sentence."""
    found = await read(request, form)
    for sentence in found.errors.values():
        raise HTTPException(sentence, status_code=422)
    return found


def read_query(request: Request, form: type[F]) -> F:
    """Read and judge what stands behind the question mark."""
    return form(_pairs(request.scope["query_string"].decode("utf-8", "replace"))).judged()

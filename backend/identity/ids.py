"""ID documents: their kinds, what their numbers look like, what their index is made of.

The 18 digits of 居民身份证 and 港澳台居民居住证 follow GB 11643: date of birth, and a check digit by ISO 7064
MOD 11-2. The other shapes are those of 出入境证件, 外国人永久居留身份证 and 军官证 as printed. Areas and issuers are
never judged: a rule that refuses a real person is worse than a typo.
"""

import datetime as dt
import re

from backend.identity.checks import tidy

ID_TYPES: dict[str, str] = {
    "resident": "居民身份证",
    "residence-permit": "港澳台居民居住证",
    "home-return": "港澳居民来往内地通行证（回乡证）",
    "taiwan": "台湾居民来往大陆通行证（台胞证）",
    "passport": "中国护照",
    "foreign-passport": "外国护照",
    "foreign-residence": "外国人永久居留身份证",
    "officer": "军官证",
}

_SHAPES: dict[str, tuple[str, str]] = {
    "resident": (r"\d{17}[\dX]", "身份证号应是 18 位，最后一位可以是 X"),
    "residence-permit": (r"8[123]0000\d{11}[\dX]", "居住证号应是 18 位，以 810000、820000 或 830000 开头"),
    "home-return": (r"[HM]\d{8}(\d{2})?", "回乡证号应是 H 或 M 加 8 位或 10 位数字"),
    "taiwan": (r"\d{8}", "台胞证号应是 8 位数字"),
    "passport": (r"E\d{8}|E[A-HJ-NP-Z]\d{7}|G\d{8}|[DSP]E?\d{7,8}", "护照号应是字母加数字，例如 E12345678"),
    "foreign-passport": (r"[A-Z0-9]{5,17}", "护照号应是 5 到 17 位字母或数字"),
    "foreign-residence": (
        r"9\d{16}[\dX]|[A-Z]{3}\d{12}",
        "永居证号应是 9 开头的 18 位，或 3 个字母加 12 位数字",
    ),
    "officer": (r"[^\x00-\x1f]{2,30}", "军官证号应是 2 到 30 个字"),
}
_CHECKED = {"resident", "residence-permit"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_type(text: str) -> str:
    """One of ID_TYPES."""
    if text not in ID_TYPES:
        raise ValueError("请选择证件类型")
    return text


def id_number(kind: str, text: str, today: dt.date) -> str:
    """The number of an ID of this kind, tidied. `today` refuses births in the future."""
    number = text.strip() if kind == "officer" else tidy(text)
    shape, said = _SHAPES[id_type(kind)]
    if not re.fullmatch(shape, number, re.ASCII):
        raise ValueError(said)
    if kind in _CHECKED:
        _born(number, today)
        _check_digit(number)
    return number


def _born(number: str, today: dt.date) -> None:
    try:
        born = dt.datetime.strptime(number[6:14], "%Y%m%d").date()
    except ValueError:
        raise ValueError("证件号里的出生日期不对，请核对第 7 到 14 位") from None
    if born > today:
        raise ValueError("证件号里的出生日期还没到，请核对第 7 到 14 位")


def _check_digit(number: str) -> None:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    if "10X98765432"[total % 11] != number[17]:
        raise ValueError("证件号有一位不对，请对照证件再看一遍")


def id_key(kind: str, number: str) -> str:
    """What the blind index is made of: one person's renewed 回乡证 (last two digits) stays one person."""
    if len(number) == 18:
        return number
    return f"{kind}:{number[:9] if kind == 'home-return' else number}"

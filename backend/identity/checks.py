"""What a typed value must look like (domain §9). Each returns it tidied or raises ValueError in Chinese.

Areas, issuers and rare characters are never judged: a rule that refuses a real person is worse than a typo.
"""

import datetime as dt
import re
import unicodedata

from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError

from backend.settings import settings

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
RELATIONS: dict[str, str] = {"self": "本人", "family": "家人", "authorised": "委托我办事的人"}

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
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅･●", "·"))


def _tidy(text: str) -> str:
    """Full-width digits become plain ones; spaces and hyphens that people type between groups go."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def mobile(text: str) -> str:
    """A mainland mobile number; demo and test mode also take 1000000xxxx, to which no SMS can go."""
    number = _tidy(text).removeprefix("+86")
    played = settings().playful and re.fullmatch(r"1000000[0-9]{4}", number)
    if not played and not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise ValueError("手机号应是 11 位数字，以 1 开头")
    return number


def code(text: str) -> str:
    """A six-digit one-time code."""
    digits = _tidy(text)
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise ValueError("验证码是 6 位数字")
    return digits


def tail(text: str) -> str:
    """The last six of an ID number."""
    digits = _tidy(text)
    if not re.fullmatch(r"[0-9A-Z]{6}", digits):
        raise ValueError("请填证件号的最后 6 位")
    return digits


def name(text: str) -> str:
    """2–30 characters, kept as typed: four-byte and private-use characters are people's names too."""
    found = re.sub(r"\s+", " ", text.strip()).translate(_DOTS)
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Nd") for letter in found):
        raise ValueError("姓名里有数字或看不见的符号，请重新填写")
    if not 2 <= len(found) <= 30 or not any(unicodedata.category(letter)[0] in "LC" for letter in found):
        raise ValueError("姓名应是 2 到 30 个字")
    return found


def _known(text: str, choices: dict[str, str], said: str) -> str:
    if text not in choices:
        raise ValueError(said)
    return text


def id_type(text: str) -> str:
    """One of ID_TYPES."""
    return _known(text, ID_TYPES, "请选择证件类型")


def relation(text: str) -> str:
    """One of RELATIONS."""
    return _known(text, RELATIONS, "请选择与你的关系")


def id_number(kind: str, text: str, today: dt.date) -> str:
    """The number of an ID of this kind, tidied. `today` refuses births in the future."""
    number = text.strip() if kind == "officer" else _tidy(text)
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


def uscc(text: str) -> str:
    """A unified social credit code (GB 32100), 18 characters with a check character."""
    try:
        return str(stdnum_uscc.validate(_tidy(text)))
    except ValidationError:
        raise ValueError("统一社会信用代码应是 18 位，请对照营业执照再看一遍") from None


def username(text: str) -> str:
    """A staff username: 2–40 small letters, digits, dots, hyphens; begins with a letter."""
    found = text.strip().lower()
    if not re.fullmatch(r"[a-z][a-z0-9._\-]{1,39}", found):
        raise ValueError("用户名应是 2 到 40 个小写字母、数字、点或横线，以字母开头")
    return found


def password(text: str) -> str:
    """A new password: 10–128 characters of at least two kinds (等保: not letters or digits alone)."""
    kinds = sum(bool(re.search(kind, text)) for kind in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]"))
    if not 10 <= len(text) <= 128 or kinds < 2:
        raise ValueError("密码至少 10 位，要有字母、数字、符号中的两种")
    return text

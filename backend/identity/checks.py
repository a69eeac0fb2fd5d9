"""What a typed value must look like. Each returns it tidied or raises ValueError in Chinese.

Rare characters are never judged: a rule that refuses a real person is worse than a typo.
"""

import re
import unicodedata

from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError

from backend.settings import settings

RELATIONS: dict[str, str] = {"self": "本人", "family": "家人", "authorised": "委托我办事的人"}

_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅･●", "·"))


def tidy(text: str) -> str:
    """Full-width digits become plain ones; spaces and hyphens that people type between groups go."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def mobile(text: str) -> str:
    """A mainland mobile number; demo and test mode also take 1000000xxxx, to which no SMS can go."""
    number = tidy(text).removeprefix("+86")
    played = settings().playful and re.fullmatch(r"1000000[0-9]{4}", number)
    if not played and not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise ValueError("手机号应是 11 位数字，以 1 开头")
    return number


def code(text: str) -> str:
    """A six-digit one-time code."""
    digits = tidy(text)
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise ValueError("验证码是 6 位数字")
    return digits


def second_step(text: str) -> str:
    """A six-digit code of an authenticator, or a recovery code of sixteen letters and digits."""
    found = tidy(text).lower()
    if not re.fullmatch(r"[0-9]{6}|[0-9a-z]{16}", found):
        raise ValueError("请填 6 位动态验证码；手机不在身边就填 16 位恢复码")
    return found


def tail(text: str) -> str:
    """The last six of an ID number."""
    digits = tidy(text)
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


def relation(text: str) -> str:
    """One of RELATIONS."""
    if text not in RELATIONS:
        raise ValueError("请选择与你的关系")
    return text


def uscc(text: str) -> str:
    """A unified social credit code (GB 32100), 18 characters with a check character."""
    try:
        return str(stdnum_uscc.validate(tidy(text)))
    except ValidationError:
        raise ValueError("统一社会信用代码应是 18 位，请对照营业执照再看一遍") from None


def username(text: str) -> str:
    """A staff username: 2–32 small letters, digits, dots, hyphens, underscores; begins with a letter."""
    found = text.strip().lower()
    if not re.fullmatch(r"[a-z][a-z0-9._\-]{1,31}", found):
        raise ValueError("用户名应是 2 到 32 个小写字母、数字、点、横线或下划线，以字母开头")
    return found


def password(text: str) -> str:
    """A new password: 10–128 characters of at least two kinds (GB/T 22239: not too simple)."""
    kinds = sum(bool(re.search(kind, text)) for kind in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]"))
    if not 10 <= len(text) <= 128 or kinds < 2:
        raise ValueError("密码至少 10 位，要有字母、数字、符号中的两种")
    return text

"""A case's number (办件编号) and its query password (查询码).

Twenty digits: 320681 (启东市), year month day, the channel, six of a sequence, a check digit (ISO 7064 MOD 11,10: it
finds every wrong digit and every two that were swapped, but for rare pairs).
"""

import datetime as dt
import re
import secrets

from stdnum.iso7064 import mod_11_10

from backend import db

DIVISION = "320681"
CHANNELS = {"1": "窗口", "2": "网上", "3": "上门", "4": "上海", "5": "电话"}


async def next_number(day: dt.date, channel: str) -> str:
    """The next number of a channel (`CHANNELS`) on a day in Qidong. Refuses: KeyError, an unknown channel."""
    CHANNELS[channel]
    [row] = await db.rows("SELECT nextval('case_number') AS digits")
    digits = f"{DIVISION}{day:%y%m%d}{channel}{row['digits']:06d}"
    return digits + mod_11_10.calc_check_digit(digits)


def tidy(number: str) -> str:
    """The number without spaces and dashes. Refuses: ValueError with the sentence that the person reads."""
    digits = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"[0-9]{20}", digits):
        raise ValueError("办件编号是 20 位数字，请照回执上的填写")
    if not mod_11_10.is_valid(digits):
        raise ValueError("办件编号不对，请照回执再核对一遍")
    return digits


def password(text: str) -> str:
    """The six digits without spaces. Refuses: ValueError with the sentence that the person reads."""
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise ValueError("查询码是 6 位数字，请照回执上的填写")
    return digits


def fresh_password() -> str:
    """Six digits by chance."""
    return f"{secrets.randbelow(1_000_000):06d}"

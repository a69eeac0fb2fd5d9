"""What a browser carries for us for some minutes, in a cookie that nobody but we can read or make."""

import base64
import binascii
import datetime as dt
from typing import TypeVar

import msgspec

from backend import secrecy


class Carried(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something carried; worth nothing after `until`."""

    until: dt.datetime


C = TypeVar("C", bound=Carried)


def carry(what: Carried) -> str:
    """Sealed, as a cookie can hold it."""
    return base64.urlsafe_b64encode(secrecy.seal(msgspec.json.encode(what).decode())).decode()


def carried(text: str, kind: type[C], now: dt.datetime) -> C | None:
    """What was carried; None where it is nothing of ours, something else, or over."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode("ascii"))
        found = msgspec.json.decode(secrecy.unseal(sealed) or "null", type=kind)
    except (binascii.Error, UnicodeError, secrecy.Unreadable, msgspec.MsgspecError):
        return None
    return found if now < found.until else None

"""大厅的码: it changes every minute and hangs in the hall, so that nobody takes a number from home.

The code is an HMAC-SM3 of the hall and the minute. Who scans it while it is shown, or just after, is here: their
browser carries that for some minutes, within which they sign in and take a number.
"""

import base64
import datetime as dt
import hmac
from collections.abc import Iterator

from backend import clock, secrecy
from backend.queue.carried import Carried, carried, carry
from backend.queue.rules import rules_of
from backend.refusal import Refusal

OVER = "这个码已经换了。请看着大厅的屏幕，再扫一次新的"
FIRST = "先扫大厅屏幕或取号机上的码，再取号。人不在大厅不能取，免得叫到没人"


class Here(Carried, frozen=True, kw_only=True):
    """Somebody stands in a hall (its code)."""

    hall: str


def _window(now: dt.datetime, seconds: int) -> int:
    return int(now.timestamp()) // seconds


def _codes(hall: str, window: int) -> Iterator[str]:
    """The code of a minute: 16 characters, under the newest key first."""
    for mac in secrecy.blinds(f"hall-code\0{hall}\0{window}"):
        yield base64.urlsafe_b64encode(mac[1:13]).decode()


async def hall_code(hall: str) -> str:
    """The code to show now. Refuses: NotFound."""
    rules = await rules_of(hall)
    return next(_codes(hall, _window(await clock.now(), rules.code_seconds)))


async def scanned(hall: str, code: str) -> str:
    """What whoever scanned a code carries (see `here`). Refuses: NotFound, a code older than the one before."""
    rules, now = await rules_of(hall), await clock.now()
    window = _window(now, rules.code_seconds)
    right = [each for back in (0, 1) for each in _codes(hall, window - back)]
    if not any(hmac.compare_digest(each, code) for each in right):
        raise Refusal(OVER)
    return carry(Here(hall=hall, until=now + dt.timedelta(minutes=rules.code_minutes)))


async def here(text: str) -> str:
    """The hall in which whoever carries this stands; empty where they carry nothing, or no more."""
    found = carried(text, Here, await clock.now())
    return found.hall if found else ""

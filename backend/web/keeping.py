"""What may lie on the reader's own phone, to be read without a network: the server decides, `pwa/src/sw/` obeys.

A page names the pages of which a copy may be kept, and those whose copy must go. The copy is a page of its own,
at their address and `/offline`, which holds only what may be kept (number, QR, matter, place, time; a list of
materials).
"""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from litestar import Response

Answer = TypeVar("Answer", bound=Response)


def keep(answer: Answer, pages: Iterable[str], gone: Iterable[str] = ()) -> Answer:
    """The answer, saying of which pages (addresses) a copy shall be kept, and of which none."""
    answer.headers["x-keep"] = " ".join(pages)
    answer.headers["x-erase"] = " ".join(gone)
    return answer


def for_so_long(answer: Answer, length: dt.timedelta) -> Answer:
    """The copy, saying how long it may be kept; a length, because phones' clocks differ from ours."""
    answer.headers["x-keep-for"] = str(max(0, int(length.total_seconds())))
    return answer

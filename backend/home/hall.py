"""大厅今天: a hall's hours of today, and whether it is open at this moment."""

import datetime as dt

import msgspec

from backend import appointments
from backend.appointments import Span
from backend.catalog.tables import Hall
from backend.web.words import clock_time


class HallToday(msgspec.Struct, frozen=True):
    """A hall as of a moment. `said` is one sentence; `hours` is empty on a day without any."""

    code: str
    name: str
    address: str
    phone: str
    open: bool
    said: str
    hours: str


async def hall_today(kind: str, now: dt.datetime) -> HallToday | None:
    """The (first) hall of a kind at a local moment, or None where the city has none."""
    hall = await Hall.objects().where(Hall.kind == kind).order_by(Hall.code).first()
    if hall is None:
        return None
    spans = await appointments.open_spans(hall.id, now.date())
    shut = await appointments.shut(hall.id, now)
    is_open, said = (False, f"临时不开放：{shut}") if shut else _state(spans, now.time())
    hours = "、".join(f"{clock_time(opens)}–{clock_time(closes)}" for opens, closes in _joined(spans))
    return HallToday(hall.code, hall.name, hall.address, hall.phone, is_open, said, hours)


def _state(spans: list[Span], time: dt.time) -> tuple[bool, str]:
    for opens, closes, booked_only in spans:
        if time < opens:
            return False, f"{clock_time(opens)} 开门"
        if time < closes:
            return True, f"只接待预约，到 {clock_time(closes)}" if booked_only else "现在开着"
    return False, "今天已经下班" if spans else "今天不开放"


def _joined(spans: list[Span]) -> list[tuple[dt.time, dt.time]]:
    """Spans that touch, as one."""
    joined: list[tuple[dt.time, dt.time]] = []
    for opens, closes, _ in spans:
        if joined and joined[-1][1] == opens:
            joined[-1] = (joined[-1][0], closes)
        else:
            joined.append((opens, closes))
    return joined

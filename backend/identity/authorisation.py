"""Acting for somebody who is not family (受托): they agreed, for booking alone, and until a day.

A term as every written authority names one (民法典 165); how long is `identity.toml`: authorisation. At the counter
a 委托书 is shown where the item asks for it: this is no proof of authority, and none is kept.
"""

import datetime as dt
from typing import Any

from backend import clock, secrecy
from backend.identity.limits import limits
from backend.identity.tables import Person
from backend.refusal import Refusal

NOT_AGREED = "请先得到本人同意，再勾选“已得到本人同意，由我代为预约”"
NOTHING: dict[str, Any] = {"authorised_until": None, "agreed_at": None}


def usual_until(today: dt.date) -> dt.date:
    """The last day of a term that begins today and that nobody changed."""
    return today + dt.timedelta(days=limits().authorisation.days)


def judged(until: dt.date | None, today: dt.date) -> dt.date:
    """The last day of a term; without one the usual. Refuses: ValueError, over already or too far away."""
    latest = today + dt.timedelta(days=limits().authorisation.most_days)
    until = until or usual_until(today)
    if not today <= until <= latest:
        raise ValueError(f"到期日要在今天到 {latest.year} 年 {latest.month} 月 {latest.day} 日之间")
    return until


def anew(known: Person | None, relation: str, until: dt.date | None, another_id: bool = False) -> bool:
    """Whether the person must have agreed (again): somebody new, another ID, or another day."""
    if relation != "authorised":
        return False
    same = known is not None and known.relation == "authorised" and known.authorised_until is not None
    return not same or another_id or (until is not None and until != known.authorised_until)  # type: ignore[union-attr]


def given(until: dt.date | None, agreed: bool, now: dt.datetime) -> dict[str, Any]:
    """The columns of somebody who agreed now. Refuses: who did not agree, a day that cannot be."""
    if not agreed:
        raise Refusal(NOT_AGREED)
    try:
        return {"authorised_until": judged(until, clock.local(now).date()), "agreed_at": now}
    except ValueError as wrong:
        raise Refusal(str(wrong)) from None


def ended(person: Person, today: dt.date) -> bool:
    """The term is over, or was never stated: nothing new can be booked for them."""
    until = person.authorised_until
    return person.relation == "authorised" and (until is None or today > until)


async def refuse_ended(person: Person) -> None:
    """Part. Refuses: an authority whose term is over; what is booked already stays."""
    if person.relation == "authorised" and ended(person, clock.local(await clock.now()).date()):
        name = secrecy.mask_name(person.name)
        raise Refusal(f"{name} 的授权已到期。请先问过本人，再到“我的”里的“办事人”给 {name} 续期")

"""值守手机: a ring, that they are to call back, and that nobody came, goes on to the phone that an officer, or who
supervises the desk, carries, as a notice to its account.
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, hints, identity, notify
from backend.handoff.parties import supervises
from backend.handoff.rules import handoff_rules, seconds

KIND = "handoff-ring"
CALL_BACK = "handoff-callback"
OVERDUE = "handoff-overdue"
FACTS = "SELECT i.name AS item, l.name AS hall FROM item i, hall l WHERE i.id = $1 AND l.id = $2"
WATCH = f"""
SELECT DISTINCT s.account FROM staff_role r JOIN staff s ON s.id = r.staff JOIN hall l ON l.id = $1
WHERE {supervises("l.code")} AND s.account IS NOT NULL
"""  # noqa: S608  # our own words


class Rung(msgspec.Struct, frozen=True):
    """An offer to somebody with a phone: until when it rings, and whether their page is there."""

    offer: UUID
    account: UUID
    until: dt.datetime
    there: bool


async def ring_phones(one: dict[str, Any], rung: list[Rung]) -> None:
    """A part: their phones are told, after their pages had a while. The notice is of no use when the offer is over, for
    what comes after is a ring of its own. Its words say until when somebody is looked for: to come back takes longer
    than one ring, and whoever has come back is rung anew.
    """
    if not rung:
        return
    [known] = await db.rows(FACTS, one["item"], one["hall"])
    facts, now = {**known, "until_at": one["give_up_at"]}, await clock.now()
    pushed = await notify.ringable([each.account for each in rung])
    for each in rung:
        due = now + _after(each, each.account in pushed)
        promise = notify.Promise(KIND, f"{KIND}:{each.offer}", due, each.until)
        await notify.tell(each.account, [promise], about=each.offer, facts=facts)


def _after(each: Rung, pushed: bool) -> dt.timedelta:
    rules = handoff_rules()
    return seconds(0 if not each.there else rules.push_after if pushed else rules.sms_after)


async def tell_caller(one: dict[str, Any], officer: UUID, at: dt.datetime) -> None:
    """A part: who is to call back then reads it at their page, and on the phone they carry; whoever was to before is
    told no more.
    """
    await notify.withdraw(one["id"])
    for each in {officer, one["call_back_by"]} - {None}:
        db.after_commit(partial(hints.publish, f"officer:{each}"))
    if account := await identity.carried(officer):
        [known] = await db.rows(FACTS, one["item"], one["hall"])
        promise = notify.Promise(
            CALL_BACK, f"{CALL_BACK}:{one['id']}:{officer}:{await clock.now():%s}", None, at
        )
        await notify.tell(account, [promise], about=one["id"], facts={**known, "starts_at": at})


async def alert_supervisors(one: dict[str, Any]) -> None:
    """A part: who leads or supervises the desk and carries a phone is told there that nobody came in the whole wait; it
    is of no use once a call-back is booked by itself.
    """
    [known] = await db.rows(FACTS, one["item"], one["hall"])
    facts, until = {**known, "until_at": one["give_up_at"]}, one["give_up_at"]
    for row in await db.rows(WATCH, one["hall"]):
        key = f"{OVERDUE}:{one['id']}:{row['account']}:{one['version']}"
        promise = notify.Promise(OVERDUE, key, None, until)
        await notify.tell(row["account"], [promise], about=one["id"], facts=facts)


async def calm_supervisors(one: dict[str, Any]) -> None:
    """A part: nobody is looked for any more; they need not come."""
    await notify.withdraw(one["id"], kinds=[OVERDUE])

"""值守手机: a ring, and that they are to call back, goes on to the phone that the officer carries, as a notice to its
account.
"""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, hints, identity, notify
from backend.handoff.rules import handoff_rules, seconds

KIND = "handoff-ring"
CALL_BACK = "handoff-callback"
FACTS = "SELECT i.name AS item, l.name AS hall FROM item i, hall l WHERE i.id = $1 AND l.id = $2"


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

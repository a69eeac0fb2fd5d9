"""Text messages as the console shows them (短信): how they fared today, who carries them, the latest."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, identity, sms
from backend.refusal import Denied
from backend.settings import settings

LOOKERS = ("administrator", "manager", "supervisor", "auditor")


async def messages(by: UUID | None, lost: bool = False) -> dict[str, Any]:
    """Counts of today, the providers, and the latest messages (with `lost`, only those that will not arrive), phones
    masked. The demo, where nobody is real, shows texts as well. Refuses: Denied.
    """
    await _may_look(by)
    now, demo = await clock.now(), settings().mode == "demo"
    midnight = clock.at(clock.local(now).date(), dt.time())
    return {
        "tally": await sms.counts(midnight),
        "providers": await sms.providers(midnight, now),
        "messages": await sms.latest(texts=demo, lost=lost),
        "texts": demo,
        "pretending": sms.pretending(),
        "lost": lost,
    }


async def _may_look(by: UUID | None) -> None:
    # A message belongs to no hall, so one hall's staff would see all the city's people.
    grants = [one for role in LOOKERS for one in await identity.scopes_of(by, role)] if by else []
    if not any(one.kind == "all" or settings().mode == "demo" for one in grants):
        raise Denied("短信不分大厅，管全市的岗位才能看")

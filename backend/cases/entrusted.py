"""What a 委托书 lets somebody do who comes for the applicant, as the history of the case has it (民法典 165)."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, secrecy
from backend.refusal import Refusal

COLLECT = "collect"  # the power to take results and originals
OVER = "委托书到期了，只能交给申请人本人，或请委托人重新写一份"
NO_POWER = "委托书没有写代为领取，只能交给申请人本人，或请委托人重新写一份"
WHO = "这件事是受托来办的，请写明谁来领的"
LAST = """
SELECT why, says FROM case_event WHERE "case" = $1 AND kind = 'entrusted' ORDER BY at DESC, id DESC LIMIT 1
"""


async def entrusted_of(case: UUID) -> str:
    """Who may do what until which day, in words; empty where nobody was entrusted."""
    found = await db.rows(LAST, case)
    return str(found[0]["why"]) if found else ""


async def refuse_proxy(case: dict[str, Any], receiver: str) -> None:
    """A part: results and originals go to the applicant, or to who may take them. Refuses: nobody named, another than
    the applicant where the 委托书 is over or does not say so.
    """
    found = await db.rows(LAST, case["id"])
    if found and not receiver:
        raise Refusal(WHO)
    if not found or receiver == secrecy.unseal(case["name_sealed"]):
        return
    says = msgspec.json.decode(found[0]["says"])
    if "last" not in says:  # noted in words alone
        return
    if COLLECT not in says["powers"]:
        raise Refusal(NO_POWER)
    if dt.date.fromisoformat(says["last"]) < clock.local(await clock.now()).date():
        raise Refusal(OVER)

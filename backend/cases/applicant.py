"""What applicants do with their own case: withdraw, and say how the result is to come."""

from typing import Any
from uuid import UUID

from backend import clock, db, secrecy
from backend.cases.askers import MISSING, in_state, takes
from backend.cases.record import Asker, change, locked
from backend.refusal import NotFound, Refusal

WISHES = {"counter": "自己来领", "mail": "寄给我", "online": "网上领（电子送达）"}
UNDECIDED = ("received", "correcting", "accepted", "paused")
TWICE = "已经撤回了，不用再撤一次"
NOT_MAILED = "这件事的结果不能寄，请到窗口领"
UNAGREED = "网上领就是电子送达，要申请人同意，请勾选"
DELIVERS = "SELECT delivery FROM item WHERE id = $1"


async def _own(case: UUID, by: UUID) -> dict[str, Any]:
    """A part: the account's case, locked. Refuses: NotFound, also a stranger's."""
    found = await locked(case)
    if found["account"] != by:
        raise NotFound(MISSING)
    return found


@db.retrying
async def withdraw_own(case: UUID, by: UUID, why: str = "") -> None:
    """撤回 by the applicant, before it is decided; nobody has to say why. Refuses: NotFound, one that is decided."""
    async with db.transaction():
        found = await _own(case, by)
        if found["state"] == "withdrawn":
            raise Refusal(TWICE)
        in_state(found, *UNDECIDED)
        values = {"ended_at": await clock.now(), "correct_by": None, "light": ""}
        await change(found, "withdrawn", "withdrawn", Asker(account=by), values, why)


@db.retrying
async def choose_way(case: UUID, way: str, address: str, asker: Asker, *, agreed: bool = False) -> None:
    """How the result is to come: collected, mailed to an address, or online as the applicant `agreed` (送达); as they
    say themselves, or to staff. May be changed until it is on its way. Refuses: Denied, NotFound, none of WISHES, no
    address to mail to, no agreement, an item whose result is not mailed, a case that is over.
    """
    if way not in WISHES:
        raise Refusal("请选怎么拿结果")
    if way == "mail" and not address:
        raise Refusal("请填写寄到哪里")
    if way == "online" and not agreed:
        raise Refusal(UNAGREED)
    async with db.transaction():
        found = await _theirs(case, asker)
        in_state(found, *UNDECIDED, "decided", "finished")
        if way == "mail" and not (await db.rows(DELIVERS, found["item"]))[0]["delivery"]:
            raise Refusal(NOT_MAILED)
        sealed = secrecy.seal(address) if way == "mail" else None
        values = {"way": way, "mail_sealed": sealed}
        await change(found, "chosen", found["state"], asker, values, way=way)


async def _theirs(case: UUID, asker: Asker) -> dict[str, Any]:
    if asker.account:
        return await _own(case, asker.account)
    found = await locked(case)
    await takes(found, UUID(str(asker.staff)))
    return found

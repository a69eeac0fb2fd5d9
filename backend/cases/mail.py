"""邮寄送达: the result goes to the courier, and is signed for or comes back."""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, secrecy
from backend.cases.askers import MISSING, in_state, takes
from backend.cases.delivery_tables import Mailing
from backend.cases.record import Asker, change, locked
from backend.cases.rules import case_rules
from backend.refusal import NotFound, Refusal

SIGNERS = {"self": "本人", "agent": "代收人"}
NEXT = {"again": "再寄一次", "keep": "留在窗口，请申请人来领"}
NOT_WANTED = "申请人没有要寄。要寄的，先在“怎么拿结果”里写下寄到哪里"
NO_NUMBER = "寄的请填邮件号，申请人要查"
NO_COURIER = "请选哪家快递"
WHO = "请写明是谁签收的"
UNCHECKED = "签收时没有核对证件的，不算送达：请追问快递，或请申请人自己确认收到"
UNCONFIRMED = "代收人签收的，要先问过申请人，再勾选"
NOT_ON_WAY = "没有在寄送中的结果，请看最新的状态"
ON_WAY = "结果还在寄送中，签收或退回以后才能归档"
UNDER_WAY = "SELECT 1 FROM case_mailing WHERE \"case\" = $1 AND state = 'sent'"


@db.retrying
async def mail(case: UUID, courier: str, mail_no: str, by: UUID) -> None:
    """寄出: the courier has the result, with a number that the applicant is told; delivered it is when it was signed
    for. Refuses: Denied, NotFound, an unknown courier, no number, a case that is not finished, one that is not to be
    mailed.
    """
    if courier not in case_rules().couriers:
        raise Refusal(NO_COURIER)
    if not mail_no:
        raise Refusal(NO_NUMBER)
    async with db.transaction():
        found = await locked(case)
        await takes(found, by)
        in_state(found, "finished")
        if found["way"] != "mail":
            raise Refusal(NOT_WANTED)
        sent = Mailing(
            id=uuid4(), case=case, courier=courier, mail_no=mail_no, sent_at=await clock.now(), sent_by=by
        )
        await Mailing.insert(sent)
        await change(found, "mailed", "mailed", Asker(staff=by), None, mail_no, way="mail", courier=courier)


@db.retrying
async def arrive(  # one after the other as the sentence goes
    case: UUID, receiver: str, signer: str, by: UUID, *, checked: bool, confirmed: bool = False
) -> None:
    """签收, as the courier says: by whom, whose ID was `checked`; by somebody else (代收人) only when the applicant
    `confirmed` it, as 邮政 EMS has it for official letters. Refuses: Denied, NotFound, nobody named, an unchecked ID, a
    代收人 nobody asked about, nothing on its way.
    """
    if not receiver or signer not in SIGNERS:
        raise Refusal(WHO)
    if not checked:
        raise Refusal(UNCHECKED)
    if signer == "agent" and not confirmed:
        raise Refusal(UNCONFIRMED)
    async with db.transaction():
        found = await locked(case)
        await takes(found, by)
        who = {"signer": signer, "receiver_sealed": secrecy.seal(receiver)}
        await _end(found["id"], "arrived", by, **who)
        await _go_on(found, "delivered", "delivered", Asker(staff=by), signer=signer)


@db.retrying
async def arrive_own(case: UUID, by: UUID) -> None:
    """收到了, as the applicant says themselves. Refuses: NotFound, also a stranger's; nothing on its way."""
    async with db.transaction():
        found = await locked(case)
        if found["account"] != by:
            raise NotFound(MISSING)
        await _end(found["id"], "arrived")
        await _go_on(found, "delivered", "delivered", Asker(account=by))


@db.retrying
async def come_back(case: UUID, why: str, then: str, by: UUID) -> None:
    """退回、拒收、无人签收, with the reason, which the applicant is told: it is mailed again, or kept to be collected
    (NEXT). Refuses: Denied, NotFound, no reason, neither of NEXT, nothing on its way.
    """
    if not why:
        raise Refusal("请写明为什么退回来")
    if then not in NEXT:
        raise Refusal("请选再寄一次还是留在窗口")
    async with db.transaction():
        found = await locked(case)
        await takes(found, by)
        await _end(case, "back", by, why=why)
        here = {"way": "counter", "mail_sealed": None, "result_here_at": await clock.now()}
        kept: dict[str, Any] = here if then == "keep" else {}
        await _go_on(found, "bounced", "finished", Asker(staff=by), kept, why, then=then)


async def _end(case: UUID, state: str, by: UUID | None = None, **values: Any) -> None:
    ended: dict[Any, Any] = {"state": state, "ended_at": await clock.now(), "ended_by": by, **values}
    moved = Mailing.update(ended).where(Mailing.case == case, Mailing.state == "sent")
    if not await moved.returning(Mailing.id):
        raise Refusal(NOT_ON_WAY)


async def _go_on(  # noqa: PLR0917  # one after the other as the sentence goes
    case: dict[str, Any],
    kind: str,
    to: str,
    asker: Asker,
    values: dict[str, Any] | None = None,
    why: str = "",
    **says: Any,
) -> None:
    """A part: the case goes on with its mailing; one that was revoked meanwhile stays so."""
    to = to if case["state"] == "mailed" else case["state"]
    await change(case, kind, to, asker, values, why, way="mail", **says)


async def refuse_on_way(case: UUID) -> None:
    """A part: nothing of the case is on its way. Refuses: a result that was mailed and neither signed for nor back."""
    if await db.rows(UNDER_WAY, case):
        raise Refusal(ON_WAY)

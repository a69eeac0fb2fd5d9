"""Moving a case: one conditional UPDATE and its event."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, hints
from backend.cases import notices
from backend.cases.overtaken import not_overtaken
from backend.cases.tables import Case, CaseEvent
from backend.refusal import NotFound, Refusal

STALE = "这个办件刚刚被别人动过，请看最新的状态"
CASE = """
SELECT c.*, i.name AS item_name, i.code AS item_code, i.type AS item_type, d.name AS department_name,
       d.code AS department_code, h.name AS hall_name, h.code AS hall_code,
       i.result_name, i.delivery AS mails, i.commitment AS by_commitment,
       h.address AS hall_address, h.phone AS hall_phone
FROM service_case c JOIN item i ON i.id = c.item JOIN department d ON d.id = c.department
JOIN hall h ON h.id = c.hall WHERE c.id = $1
"""


class Asker(msgspec.Struct, frozen=True):
    """Who did it: an account, a member of staff, or nobody (the clock)."""

    account: UUID | None = None
    staff: UUID | None = None


async def seen(case: UUID) -> dict[str, Any]:
    """A case and what stands around it. Refuses: NotFound."""
    found = await db.rows(CASE, case)
    if not found:
        raise NotFound("没有找到这个办件")
    return found[0]


async def locked(case: UUID) -> dict[str, Any]:
    """A part: the case as it stands, until the transaction ends nobody else moves it. Refuses: NotFound, Overtaken."""
    db.inside()
    await db.rows("SELECT id FROM service_case WHERE id = $1 FOR NO KEY UPDATE", case)
    await not_overtaken(case)
    return await seen(case)


async def change(  # noqa: PLR0917  # one after the other as the sentence goes
    case: dict[str, Any],
    kind: str,
    to: str,
    asker: Asker,
    values: dict[str, Any] | None = None,
    why: str = "",
    **says: Any,
) -> UUID:
    """A part: the case goes on to a state with what else changes; returns the event. Refuses: one that is not in the
    state any more in which the caller saw it.
    """
    wanted: dict[Any, Any] = {"state": to, **(values or {})}
    moved = Case.update(wanted).where(Case.id == case["id"], Case.state == case["state"])
    if not await moved.returning(Case.id):
        raise Refusal(STALE)
    return await record(case["id"], kind, case["state"], to, asker, why, **says)


async def record(  # noqa: PLR0917  # one after the other as the sentence goes
    case: UUID,
    kind: str,
    before: str,
    to: str,
    asker: Asker,
    why: str = "",
    useless_after: dt.datetime | None = None,
    **says: Any,
) -> UUID:
    """A part: what was done, and the applicant is told; `useless_after`: of no use to them from then on."""
    event = CaseEvent(
        id=uuid4(), case=case, at=await clock.now(), kind=kind, from_state=before, to_state=to,
        by_account=asker.account, by_staff=asker.staff, why=why, says=msgspec.json.encode(says).decode(),
    )  # fmt: skip
    await CaseEvent.insert(event)
    await notices.tell(case, kind, UUID(str(event.id)), why, useless_after)
    db.after_commit(partial(hints.publish, f"case:{case}"))
    return UUID(str(event.id))

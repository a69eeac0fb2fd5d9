"""承诺核查: whether what an applicant committed to was kept (履约), is being mended (限期整改) or was broken (失信)."""

import datetime as dt
from typing import Any
from uuid import UUID

from backend import clock, db
from backend.cases import legal_clock
from backend.cases.askers import decides, in_state
from backend.cases.commitment_tables import CaseCommitment
from backend.cases.legal_clock import DAY_OFF
from backend.cases.record import Asker, change, locked, record
from backend.cases.results import withdraw_results
from backend.refusal import NotFound, Refusal

FOUND = {"kept": "做到了（履约）", "mending": "限期整改", "broken": "没有做到（失信）"}
REVOCABLE = ("decided", "finished", "mailed", "delivered", "filed")
COMMITTED = ("accepted", "paused", *REVOCABLE)
REVOKED: dict[str, Any] = {"light": ""}


@db.retrying
async def verify(case: UUID, outcome: str, note: str, by: UUID, mend_on: dt.date | None = None) -> None:
    """核查: what the department found (FOUND); for 限期整改 the day until which it is put right. A granted case whose
    commitment was broken is revoked (撤销决定). Refuses: Denied, NotFound, another outcome, a case without a
    commitment, over or refused, one that was verified, no reason, a day that is none to come or off.
    """
    if outcome not in FOUND:
        raise Refusal("请选核查的结果")
    if outcome != "kept" and not note:
        raise Refusal("请写明核查时看到了什么")
    async with db.transaction():
        found = await locked(case)
        await decides(found, by)
        await _open(found)
        values: dict[Any, Any] = {
            "outcome": outcome,
            "note": note,
            "verified_at": await clock.now(),
            "verified_by": by,
        }
        if outcome == "mending":
            values |= {"mend_by": await _mend_by(found, mend_on), "light": "green"}
        else:
            values |= {"light": ""}
        await CaseCommitment.update(values).where(CaseCommitment.case == case)
        await _tell(found, outcome, note, by, values.get("mend_by"))


async def _open(case: dict[str, Any]) -> None:
    sql = 'SELECT outcome FROM case_commitment WHERE "case" = $1 FOR NO KEY UPDATE'
    known = await db.rows(sql, case["id"])
    if not known:
        raise NotFound("这个办件没有用告知承诺")
    in_state(case, *COMMITTED)
    if case["decision"] == "refused":
        raise Refusal("这件事没有准予，不用核查")
    if known[0]["outcome"] in ("kept", "broken"):
        raise Refusal("已经核查过了，结果记在这个办件里")


async def _mend_by(case: dict[str, Any], day: dt.date | None) -> dt.datetime:
    if day is None:
        raise Refusal("限期整改的，请选最晚哪天改好")
    ends = await legal_clock.closing_at_home(case, day)
    if ends <= await clock.now():
        raise Refusal("整改的期限要在往后的日子")
    if not await clock.working(day, day):
        raise Refusal(DAY_OFF)
    return ends


async def _tell(case: dict[str, Any], outcome: str, note: str, by: UUID, until: dt.datetime | None) -> None:
    asker, state = Asker(staff=by), case["state"]
    await record(case["id"], outcome, state, state, asker, note, **({"until": until} if until else {}))
    if outcome == "broken" and case["decision"] == "granted" and state in REVOCABLE:
        await withdraw_results(case["id"])
        await change(case, "revoked", "revoked", asker, REVOKED, note)

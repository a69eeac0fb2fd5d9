"""Sessions of the small world: one that has just begun, one whose record waits to be signed, one that is over."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, secrecy, signature
from backend.handoff import guest, identify, statements
from backend.handoff.record_text import digest, record_text
from backend.handoff.rules import handoff_rules
from backend.handoff.sitting import sitting_of
from backend.handoff.sitting_tables import HandoffSitting
from backend.handoff.tables import Handoff, Skill
from backend.identity.tables import Staff, StaffRole
from tests.world_cases import officer_of
from tests.world_desk import asked_to_sign

HOUR = dt.timedelta(hours=1)


async def sittings_of(found: dict[str, str], desk: UUID) -> dict[str, str]:
    """`greeting`, in which nobody is known yet, with `seat`, the key of the applicant's phone; `meeting`, in which
    everything is said (`statement`: one of it) but the signature to `record_hash`; `concluded`, which was signed;
    `given_up`, for which nobody came, with `caller`, who calls back. Each with an officer of its own. `versed` is rung
    first for the matter of all of them.
    """
    greeting = await _handoff(UUID(found["bundled"]), desk, await _officer(), state="live")
    officer = await _officer()
    meeting = await _handoff(UUID(found["entrusted"]), desk, officer, state="live")
    for by in (desk, officer):
        await identify.identify(meeting, by)
    asked = [one.code for one in handoff_rules().statements if not one.items]
    for code in asked:
        await statements.state_it(meeting, code, "said", officer)
    [one], sat = await db.rows("SELECT * FROM handoff WHERE id = $1", meeting), await sitting_of(meeting)
    assert sat
    record_hash = digest(await record_text(one, sat))
    await asked_to_sign(meeting, record_hash, "handoff")
    caller, token = await officer_of(UUID(found["desk_handed"])), secrecy.fresh_token()
    await guest.invite(greeting, token, desk)
    return {
        "seat": token, "greeting": str(greeting), "meeting": str(meeting), "statement": asked[0],
        "record_hash": record_hash, "concluded": str(await _over(found, desk, officer)),
        "given_up": str(await _given_up(found, desk, caller)), "caller": str(caller),
        "versed": str(await _versed(UUID(found["desk_finished"]))),
    }  # fmt: skip


async def _officer() -> UUID:
    one = Staff(
        username=f"seen-{uuid4().hex[:12]}", name="孙审批", password_hash="", created_at=await clock.now(),
        must_change=False,
    )  # fmt: skip
    await Staff.insert(one)
    return UUID(str(one.id))


async def _versed(case: UUID) -> UUID:
    [row] = await db.rows(
        "SELECT c.item, d.code FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1",
        case,
    )
    one = await _officer()
    await StaffRole.insert(StaffRole(staff=one, role="officer", scope_kind="department", scope=row["code"]))
    await Skill.insert(Skill(staff=one, item=row["item"]))
    return one


async def _handoff(case: UUID, desk: UUID, officer: UUID, **more: Any) -> UUID:
    now = await clock.now()
    [row] = await db.rows("SELECT hall, department, item FROM service_case WHERE id = $1", case)
    timed: dict[str, Any] = {} if "ended_at" in more else {"due_at": now + HOUR}
    one = Handoff(
        id=uuid4(), case=case, clerk=desk, officer=officer, round=1, asked_at=now, connected_at=now, **timed, **row,
        **more,
    )  # fmt: skip
    await Handoff.insert(one)
    return UUID(str(one.id))


async def _given_up(found: dict[str, str], desk: UUID, officer: UUID) -> UUID:
    now = await clock.now()
    of = UUID(found["desk_handed"])
    booked: dict[str, Any] = {"call_back_by": officer, "call_back_at": now + HOUR}
    return await _handoff(of, desk, officer, state="callback_booked", ended_at=now, **booked)


async def _over(found: dict[str, str], desk: UUID, officer: UUID) -> UUID:
    now = await clock.now()
    one = await _handoff(UUID(found["desk_finished"]), desk, officer, state="done", ended_at=now)
    saw: dict[str, Any] = {
        "desk_saw_at": now,
        "desk_saw_by": desk,
        "officer_saw_at": now,
        "officer_saw_by": officer,
    }
    signed: dict[str, Any] = {
        "record_way": "drawn", "record_text_sealed": secrecy.seal("屏对屏办理记录"), "record_hash": "0" * 64,
        "record_sealed": signature.sealed(signature.PNG), "signed_at": now,
    }  # fmt: skip
    await HandoffSitting.insert(
        HandoffSitting(id=uuid4(), handoff=one, outcome="gaps", gaps=["户口簿"], **saw, **signed)
    )
    return one

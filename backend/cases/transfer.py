"""转办: another department decides the case; and the number that a case has in another system."""

from functools import partial
from typing import Any
from uuid import UUID

from backend import db, hints
from backend.cases.applicant import UNDECIDED
from backend.cases.askers import TAKERS, accepts, decides, in_state, may
from backend.cases.record import Asker, change, locked
from backend.refusal import Refusal

# Whoever has the session would be left without the case; `redirect` takes both along.
ON_SCREEN = 'SELECT 1 FROM handoff WHERE "case" = $1 AND ended_at IS NULL'
BY_REDIRECTION = (
    "这个办件正在屏对屏：不归你们的，请在屏对屏那里点“不归我们”，办事点不用重新排；或者等这次结束再转"
)
NEW = "SELECT id, code, name FROM department WHERE code = $1"


@db.retrying
async def transfer(case: UUID, to: str, why: str, by: UUID) -> None:
    """转办, before it is decided, to a department (its code), with the reason, which the applicant is told. The clock
    runs on and everything is kept, but the number that the old department's own system gave it, which stays in the
    history; who acted for the old department does not any more; the new one and the hall are rung. Refuses: Denied,
    NotFound, no reason, a case that is decided or over, an unknown department, the one that has it, while it is on
    screen (屏对屏).
    """
    async with db.transaction():
        found = await locked(case)
        await accepts(found, by)
        if await db.rows(ON_SCREEN, case):
            raise Refusal(BY_REDIRECTION)
        await _send(found, to, why, by)


async def redirect(case: UUID, to: str, why: str, by: UUID, **says: str) -> dict[str, Any]:
    """A part: as `transfer`, by an officer of its department whom the desk asked, also before the hand-over; the
    department that has it from now on. `says`: what else its history says of it. Refuses: as `transfer`.
    """
    found = await locked(case)
    await decides(found, by)
    return await _send(found, to, why, by, **says)


async def _send(found: dict[str, Any], to: str, why: str, by: UUID, **more: str) -> dict[str, Any]:
    if not why:
        raise Refusal("请写明为什么转办")
    in_state(found, *UNDECIDED)
    new = await db.rows(NEW, to)
    if not new:
        raise Refusal("请选转给哪个部门")
    if new[0]["id"] == found["department"]:
        raise Refusal("现在就是这个部门在办，请选别的部门")
    values = {"department": new[0]["id"], "external_case_no": ""}
    says = {"was": found["department_name"], "now": new[0]["name"], "number": found["external_case_no"]}
    await change(found, "transferred", found["state"], Asker(staff=by), values, why, **says, **more)
    for place in (f"case:{new[0]['code']}", f"hall:{found['hall_code']}"):
        db.after_commit(partial(hints.publish, place))
    return new[0]


@db.retrying
async def renumber(case: UUID, number: str, by: UUID) -> None:
    """The number in the department's own system, set or corrected after the receipt; empty: it has none. The same
    again changes nothing. Refuses: Denied, NotFound, a case that is filed.
    """
    async with db.transaction():
        found = await locked(case)
        await may(found, by, *TAKERS)
        if found["state"] == "filed":
            raise Refusal("已经归档，编号不能再改")
        await _number(found, number, Asker(staff=by))


@db.retrying
async def numbered_there(case: UUID, department: UUID, number: str) -> None:
    """The own system of a department said by which number it keeps the case; one that somebody wrote down stays, and
    a case that another department has by now is not numbered by it.
    """
    async with db.transaction():
        found = await locked(case)
        theirs = found["department"] == department and found["state"] != "filed"
        if theirs and not found["external_case_no"]:
            await _number(found, number, Asker())


async def _number(found: dict[str, Any], number: str, asker: Asker) -> None:
    if number == found["external_case_no"]:
        return
    says = {"was": found["external_case_no"], "now": number}
    await change(found, "numbered", found["state"], asker, {"external_case_no": number}, **says)

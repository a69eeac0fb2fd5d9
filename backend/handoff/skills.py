"""先响: which officers of a department are rung first for which matter, said by who leads the department.

Nobody has to be named: without anybody, the department's officers ring by who was idle longest. No file names them,
so that loading reference data leaves them as they are.
"""

from typing import Any
from uuid import UUID, uuid4

from backend import clock, db, identity
from backend.handoff.call_backs import ABLE, NOT_ABLE
from backend.handoff.tables import SkillEvent
from backend.refusal import NotFound, Refusal

LEADERS = ("supervisor", "manager", "administrator")
NO_ITEM = "没有找到这件事，或者驻沪办事点不收"
NOT_FIRST = "这件事现在没有定这位先响，请看最新的"
OF = "SELECT d.id, d.code, i.shanghai FROM item i JOIN department d ON d.id = i.department WHERE i.id = $1"
ASSIGN = """
INSERT INTO handoff_skill (id, staff, item) VALUES (gen_random_uuid(), $1, $2)
ON CONFLICT (staff, item) DO NOTHING RETURNING id
"""
REMOVE = "DELETE FROM handoff_skill WHERE staff = $1 AND item = $2 RETURNING id"


@db.retrying
async def assign(officer: UUID, item: UUID, by: UUID) -> None:
    """定为先响; the second time changes nothing. Refuses: Denied, NotFound, also where the desk does not take the
    matter in; who could not decide it.
    """
    async with db.transaction():
        department = await _led(item, by)
        if not department["shanghai"]:
            raise NotFound(NO_ITEM)
        if officer not in {row["id"] for row in await db.rows(ABLE, department["id"])}:
            raise Refusal(NOT_ABLE)
        if await db.rows(ASSIGN, officer, item):
            await _record("assigned", officer, item, by)


@db.retrying
async def remove(officer: UUID, item: UUID, by: UUID) -> None:
    """不再先响. Refuses: Denied, NotFound, who was not first for it."""
    async with db.transaction():
        await _led(item, by)
        if not await db.rows(REMOVE, officer, item):
            raise Refusal(NOT_FIRST)
        await _record("removed", officer, item, by)


async def _led(item: UUID, by: UUID) -> dict[str, Any]:
    found = await db.rows(OF, item)
    if not found:
        raise NotFound(NO_ITEM)
    await identity.require(by, *LEADERS, department=found[0]["code"], missing=NO_ITEM)
    return found[0]


async def _record(kind: str, officer: UUID, item: UUID, by: UUID) -> None:
    event = SkillEvent(id=uuid4(), staff=officer, item=item, at=await clock.now(), kind=kind, by_staff=by)
    await SkillEvent.insert(event)

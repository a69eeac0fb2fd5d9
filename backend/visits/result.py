"""After the door: the papers become a case (收件), the result is brought, who asked says how it was (好差评)."""

from typing import Any
from uuid import UUID

from backend import cases, clock, db, files, identity, secrecy
from backend.identity.tables import Person
from backend.refusal import NotFound, Refusal
from backend.visits.askers import CENTRE, STAFF, its_own, may
from backend.visits.calls import sample
from backend.visits.done import record_of
from backend.visits.mandate import holds
from backend.visits.photos import photos_of
from backend.visits.record import MISSING, Asker, change, in_state, locked, record, seen
from backend.visits.signed import papers_of
from backend.visits.tables import Visit

CHANNEL = "3"  # 上门
ENDED = (
    "finished", "mailed", "delivered", "filed", "declined", "withdrawn", "terminated", "returned", "revoked",
)  # fmt: skip
LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
RATED = ("done", "submitted", "delivered")


@db.retrying
async def submit(visit: UUID, by: UUID) -> UUID:
    """交件: the town's centre takes the papers in, and in the same transaction they become a case; returns it. Pressing
    again, or two at once, finds the same case.

    Refuses: Denied, NotFound, one that was not done, one whose 委托书 does not give the power, one whose
    account was closed.
    """
    async with db.transaction():
        person = await _person(visit)
        found = await locked(visit)
        await may(found, by, *CENTRE)
        if found["case"]:
            return UUID(str(found["case"]))
        in_state(found, "done")
        if not await holds(found, "submit"):
            raise Refusal("委托书还没签、过了期或者撤销了，不能代为提交")
        case = await _open_case(found, person, by)
        await change(found, "submitted", "submitted", Asker(staff=by), {"case": case})
        return case


async def _person(visit: UUID) -> identity.Person | None:
    """Who it is done for, locked before the visit as everywhere: erasing an account takes both in this order."""
    person = (await seen(visit))["person"]
    return await Person.objects().where(Person.id == person).lock_rows("SHARE").first() if person else None


async def _open_case(visit: dict[str, Any], person: identity.Person | None, by: UUID) -> UUID:
    if person is None or visit["account"] is None:
        raise Refusal("办事人已经注销了账号，请先联系他")
    account, phone = visit["account"], await identity.phone_of(visit["account"])
    note = f"上门代办 {visit['number']}"
    wanted = cases.Wanted(visit["item"], visit["hall_code"], phone, UUID(str(person.id)), note=note)
    asker = cases.Asker(staff=by)
    case = await cases.open_case(wanted, (account, person), asker, secrecy.fresh_token(), CHANNEL)
    await cases.bring_in(case, asker, await _handed(visit["id"]), await _shots(visit["id"]))
    return case


async def _handed(visit: UUID) -> list[tuple[str, int, int]]:
    """材料交接清单: the papers that the agent took along."""
    done = await record_of(visit)
    return [(one.name, one.originals, one.copies) for one in papers_of(done["papers"])] if done else []


async def _shots(visit: UUID) -> list[tuple[str, files.Kept]]:
    rows = await photos_of(visit)
    return [(row["name"], files.Kept(row["sha256"], row["size"], row["type"])) for row in rows]


@db.retrying
async def deliver(visit: UUID, by: UUID) -> None:
    """结果送达, by who goes there or by the centre; a case that waited for it is delivered with it, one that
    came to them in another way does not hold the visit up. Refuses: Denied, NotFound, one whose case has no result yet.
    """
    async with db.transaction():
        found = await locked(visit)
        await (may(found, by, *STAFF) if found["agent"] != by else its_own(found, by))
        in_state(found, "submitted")
        if await cases.bring(found["case"], cases.Asker(staff=by)) not in ENDED:
            raise Refusal("部门还没有办好，办好了再送")
        now = await clock.now()
        await change(found, "delivered", "delivered", Asker(staff=by), {"delivered_at": now})
        await sample(found, now)


@db.retrying
async def rate(visit: UUID, level: int, by: UUID, words: str = "") -> None:
    """好差评, by the account that asked; again whenever they like. Refuses: NotFound, before anybody was there."""
    if level not in LEVELS:
        raise Refusal("请选满意还是不满意")
    async with db.transaction():
        found = await locked(visit)
        if found["account"] != by:
            raise NotFound(MISSING)
        in_state(found, *RATED)
        values: dict[Any, Any] = {
            Visit.rating: level,
            Visit.rating_words: words,
            Visit.rated_at: await clock.now(),
        }
        await Visit.update(values).where(Visit.id == visit)
        await record(visit, "rated", found["state"], found["state"], Asker(account=by), "", level=level)

"""The cases of the demo: a handful at the city's hall, one in each state that somebody can do something about, and a
few at the desk in Shanghai.
"""

from typing import Any
from uuid import UUID

import msgspec

from backend import cases, clock, crossregion, db, identity, secrecy
from backend.cases import Approval, Gap, Later
from backend.crossregion.intake import Seat, take_in

HALL = "city"
HEAD = Approval("图纸要请专家看过", "启审批〔2026〕12 号", "王局长")
FIRM = {"organisation": "启东海风物流有限公司", "uscc": "91350100M000100Y43"}
PLEDGE = "我已知晓办公共场所卫生许可的条件。我承诺：通风、消毒设施已经装好；愿意接受核查，没有做到的，愿意撤销许可。"
GAPS = [
    Gap("体检合格证明", "交县级以上医院半年内出的原件"),
    Gap("普通话等级证书", "补交复印件，原件带来核对"),
]


class Applicant(msgspec.Struct, frozen=True):
    """Who asks: their phone, name and ID."""

    phone: str
    name: str
    number: str


class Desk(msgspec.Struct, frozen=True):
    """Who takes in, and who decides."""

    clerk: UUID
    officer: UUID


async def fill(people: list[Applicant], desk: Desk) -> None:
    """Take them in and bring each where it stands; the first of the people has four of their own."""
    own, *others = people
    await cases.correct(await _take("教师资格认定", own, desk), desk.clerk, GAPS)
    await _decided("身份证异地受理", own, desk, finished=True)
    await _accepted("公积金租房提取", own, desk)
    await _accepted(
        "公司设立", others[0], desk, **FIRM
    )  # one working day: near its end from the first day on
    await cases.stop(
        await _accepted("建筑工程施工许可", others[1], desk, **FIRM), "review", 10, HEAD, desk.officer
    )
    await _lagging("食品经营许可", own, desk, **FIRM)
    await _committed("公共场所卫生许可", others[0], desk, **FIRM)
    await _take("护士注册", others[2], desk)
    await _take("高龄津贴", others[3], desk)
    await _decided("门诊慢特病认定", others[4], desk)


async def fill_desk(people: list[Applicant], by: UUID) -> None:
    """Taken in at the desk in Shanghai: one of each, the last not for there; and what somebody came for in vain."""
    items = ("医药费零星报销", "养老保险关系转移", "异地就医备案")
    taken = [await take_in(await _wanted(item, who, "shanghai"), Seat("self"), by, secrecy.fresh_token())
             for item, who in zip(items, people, strict=True)]  # fmt: skip
    await cases.give_back(taken[-1], by, "已经在上海参保，不用再备案")
    await crossregion.asked_for(None, "补办准考证", by)


async def _take(item: str, who: Applicant, desk: Desk, **more: Any) -> UUID:
    return await cases.receive(await _wanted(item, who, HALL, **more), desk.clerk, secrecy.fresh_token())


async def _wanted(item: str, who: Applicant, hall: str, **more: Any) -> cases.Wanted:
    [found] = await db.rows("SELECT id FROM item WHERE name = $1", item)
    typed = identity.Typed(who.name, "self", "resident", who.number)
    return cases.Wanted(found["id"], hall, who.phone, typed, **more)


async def _accepted(item: str, who: Applicant, desk: Desk, **more: Any) -> UUID:
    case = await _take(item, who, desk, **more)
    await cases.accept(case, desk.clerk)
    return case


async def _lagging(item: str, who: Applicant, desk: Desk, **more: Any) -> None:
    case = await _take(item, who, desk, **more)
    [paper] = await db.rows(
        "SELECT m.id FROM material m JOIN item i ON i.id = m.item WHERE i.name = $1 AND m.necessity = 3", item
    )
    day = await clock.working_day_after(clock.local(await clock.now()).date(), 3)
    later = [Later(paper["id"], ["window", "online"])]
    await cases.tolerate(case, later, day, desk.clerk, promised=True)


async def _committed(item: str, who: Applicant, desk: Desk, **more: Any) -> None:
    case = await _take(item, who, desk, **more)
    await cases.commit(case, PLEDGE, desk.clerk, signed=True)
    await cases.decide(case, "granted", desk.officer)


async def _decided(item: str, who: Applicant, desk: Desk, *, finished: bool = False) -> None:
    case = await _accepted(item, who, desk)
    await cases.decide(case, "granted", desk.officer)
    if finished:
        await cases.finish(case, desk.officer)

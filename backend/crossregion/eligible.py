"""能不能在这里办: how a matter goes at the desk, before anybody sits down for it; or the way that does exist."""

from typing import Any

import msgspec

from backend import catalog, esign
from backend.catalog.tables import Department, Item, Material
from backend.crossregion.rules import Applicant, Mode, Signing, Situation, Way, desk_rules

TODAY = "启东受理当天办结"
DRAWN = "在屏上手写签（没有接入可靠电子签名）"
ANYWHERE = ("nation", "region")  # 全国通办、跨省通办


class Plan(msgspec.Struct, frozen=True):
    """How it goes: `mode` and `signing` (codes of the rules) and what they are called, what the mode means (`says`),
    why somebody has to see the applicant `live` and why that is `recorded` (empty: it is not), whether originals
    travel, the papers of the matter and those for who applies (`more`); what usually comes with it.
    """

    mode: Mode
    mode_name: str
    says: str
    signing: Signing
    signing_name: str
    live: str
    recorded: str
    originals: bool
    note: str
    papers: list[Material]
    more: list[str]
    usual_with: list[Item]


def applicants_of(item: Item) -> dict[str, Applicant]:
    """Who may apply for this matter, by the code of the rules; by a 委托书 only where the matter lets somebody."""
    by_mandate = _of(desk_rules().way_of(item.code).entrusted, item.assisted)
    return {
        code: one
        for code, one in desk_rules().applicants.items()
        if one.audience in item.audience and (by_mandate or not one.mandate)
    }


def pace(days: int | None, unit: str) -> str:
    """As `catalog.term`; what a counter at home decides at once is decided there, not here."""
    return TODAY if days == 0 else catalog.term(days, unit)


def situations_of(item: Item) -> list[Situation]:
    """The cases of this matter that go another way."""
    return desk_rules().way_of(item.code).situations


async def plan(item: Item, applicant: str, situation: str, conditions: list[str]) -> Plan:
    """What the desk has to know of an item that it takes in. `applicant`: a code of the rules; `situation`: the name of
    one of the item's, or none; `conditions`: those of the papers that hold for this applicant. What nobody knows
    counts as none.
    """
    rules, way = desk_rules(), desk_rules().way_of(item.code)
    own = next((one for one in way.situations if one.name == situation), Situation(""))
    mode: Mode = own.mode or way.mode or ("online" if item.online and not item.visits else "proxy")
    signing, signing_name = _signed(own.signing or way.signing)
    department = await Department.objects().get(Department.id == item.department)
    decides = department.name if department else ""
    papers = [one for one in await catalog.materials(item.id) if one.condition in {"", *conditions}]
    who = applicants_of(item).get(applicant)
    return Plan(
        mode=mode, mode_name=rules.modes[mode].name, says=rules.modes[mode].says.format(department=decides),
        signing=signing, signing_name=signing_name, live=_of(own.live, way.live),
        recorded=_of(own.recorded, way.recorded), originals=_of(own.originals, way.originals), note=way.note,
        papers=papers, more=who.papers if who else [], usual_with=await _usual(way),
    )  # fmt: skip


def _signed(wanted: Signing) -> tuple[Signing, str]:
    """How it is signed, and in which words: where no service is configured nobody is promised one."""
    if wanted == "certified" and not esign.offered():
        return "drawn", DRAWN
    return wanted, desk_rules().signing[wanted]


def _of(own: Any, general: Any) -> Any:
    return general if own is None else own


async def _usual(way: Way) -> list[Item]:
    return (
        await Item.objects().where(Item.code.is_in(way.usual_with)).order_by(Item.name)
        if way.usual_with
        else []
    )


async def elsewhere(item: Item) -> list[tuple[str, str]]:
    """The ways that do exist for what the desk does not take in: each a heading and a sentence, the nearest first."""
    portal = (await catalog.texts()).get("online-portal", "")
    windows = [place for place in await catalog.places(item.id) if place["kind"] != "shanghai"]
    ways = [
        ("在上海就近办", "这件事全国通办，上海的社区事务受理中心等窗口就能收。", item.scope in ANYWHERE),
        ("网上办", portal, item.online),
        ("寄材料办", "材料寄给启东的窗口，结果寄回来。", item.mail),
        ("请家里人代办", "写好委托书，启东的家里人带上它和两个人的身份证去窗口。", item.assisted),
        ("代办员上门", "人在启东、出不了门的，代办员到家里来收。", item.doorstep),
    ]
    found = [(name, said) for name, said, there in ways if there]
    if windows:
        first = windows[0]
        hours = "，".join(first["hours"])
        found.append(("回启东办", f"{first['name']}（{first['address']}）{first['line_name']}。{hours}"))
    return found

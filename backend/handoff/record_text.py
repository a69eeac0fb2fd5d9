"""屏对屏办理记录, word for word: the same for the same facts, whenever it is asked; its hash is what is signed."""

import datetime as dt
import hashlib
from typing import Any

from backend import cases, clock, crossregion, db
from backend.handoff.rules import Side, handoff_rules
from backend.handoff.statements import ANSWERS, statements_of
from backend.handoff.views import ONE

NONE = "没有"
SIDES: dict[Side, str] = {"desk": "办事点", "officer": "启东"}


def digest(text: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


async def record_text(one: dict[str, Any], sat: dict[str, Any]) -> str:
    """The record of a session as it stands now; whatever changes in it makes it another."""
    [names] = await db.rows(f"{ONE} WHERE h.id = $1", one["id"])
    party = await crossregion.party_of(one["case"])
    return handoff_rules().record.strip().format(
        applicant=party.name, item=names["item_name"], number=names["case_number"], desk=names["hall_name"],
        clerk=names["clerk_name"], department=names["department_name"], officer=names["officer_name"],
        when=_at(one["connected_at"] or one["asked_at"]), identity=_lines([_saw(sat, side) for side in SIDES]),
        statements=_lines([_stated(each) for each in await statements_of(one)]),
        papers=_lines([_paper(each) for each in await cases.papers_of(one["case"])]),
    )  # fmt: skip


def _lines(lines: list[str]) -> str:
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1)) or NONE


def _saw(sat: dict[str, Any], side: Side) -> str:
    at = sat[f"{side}_saw_at"]
    how = handoff_rules().identity[side]
    return f"{SIDES[side]}，{sat[f'{side}_name']}：{how}（{_at(at)}）" if at else f"{SIDES[side]}：还没有核对"


def _stated(each: dict[str, Any]) -> str:
    given = each["given"]
    return f"{given['text']}——{ANSWERS[given['answer']]}" if given else f"{each['says']}——还没有问"


def _paper(each: dict[str, Any]) -> str:
    if each["form"] == "file":
        return f"{each['name']}（照片或 PDF）\n{each['sha256']}"
    return f"{each['name']}（纸质，原件 {each['originals']} 份，复印件 {each['copies']} 份）"


def _at(moment: dt.datetime) -> str:
    local = clock.local(moment)
    return f"{local.year} 年 {local.month} 月 {local.day} 日 {local:%H:%M}"

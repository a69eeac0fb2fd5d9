"""A package is received: opened on the other side, its seal looked at, every line counted."""

from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.cases.custody_moves import lay, note
from backend.cases.custody_parcel import MOVED, held_parcel, lines_of, move, place_at, side, tell
from backend.cases.custody_places import Place
from backend.cases.custody_tables import ParcelLine
from backend.cases.record import Asker
from backend.refusal import Refusal

NOT_ONESELF = "交出去的人不能自己签收，请对方确认"
NOT_YOU = "这是当面交给别的同事的，要由那位同事确认"
COUNT = "请照清单逐样写明收到几份"
WHAT = "少了、坏了或封条破了的，请写明情况"


class Arrived(msgspec.Struct, frozen=True):
    """Of one paper: how many came, and how many of these are damaged."""

    count: int
    damaged: int = 0


class Seen(msgspec.Struct, frozen=True):
    """What the receiving side found: the seal, the lines counted, and what happened where something is wrong."""

    intact: bool
    lines: dict[UUID, Arrived]
    note: str = ""


@db.retrying
async def receive_parcel(parcel: UUID, seen: Seen, by: UUID) -> None:
    """The other side has counted it; or, of one that was refused, the side that sent it. What is short is missing until
    it is found or known to be lost. Refuses: NotFound, the wrong side, who handed it over, lines that are not all
    counted, a thing that is wrong without a word about it, one that was received.
    """
    async with db.transaction():
        found = await held_parcel(parcel)
        back = found["state"] == "refused"
        await side(found, by, "from" if back else "to")
        if found["state"] not in ("sent", "refused"):
            raise Refusal(MOVED)
        if not back:
            _refuse_oneself(found, by)
        lines = await lines_of(parcel)
        wrong = _judge(lines, seen)
        values = {"ended_at": await clock.now(), "ended_by": by, "intact": seen.intact, "note": seen.note}
        await move(found, "back" if back else "received", **values)
        place = await place_at(found, "from" if back else "to")
        for line in lines:
            await _count(parcel, line, seen, place, by, "back" if back else "arrived")
        if wrong:
            await tell(found, "astray", Asker(staff=by), seen.note)


def _refuse_oneself(parcel: dict[str, Any], by: UUID) -> None:
    if parcel["to_staff"] and parcel["to_staff"] != by:
        raise Refusal(NOT_YOU)
    if by in (parcel["packed_by"], parcel["sent_by"]):
        raise Refusal(NOT_ONESELF)


def _judge(lines: list[dict[str, Any]], seen: Seen) -> bool:
    """Whether something is short or damaged."""
    if seen.lines.keys() != {line["paper"] for line in lines}:
        raise Refusal(COUNT)
    for line in lines:
        one = seen.lines[line["paper"]]
        if not 0 <= one.damaged <= one.count <= line["count"]:
            raise Refusal(f"{line['name']}寄来 {line['count']} 份，收到的和坏了的不能比这多")
    wrong = any(
        seen.lines[line["paper"]].count < line["count"] or seen.lines[line["paper"]].damaged for line in lines
    )
    if (wrong or not seen.intact) and not seen.note:
        raise Refusal(WHAT)
    return wrong


async def _count(  # noqa: PLR0917  # one after the other as the sentence goes
    parcel: UUID, line: dict[str, Any], seen: Seen, place: Place, by: UUID, kind: str
) -> None:
    one, paper = seen.lines[line["paper"]], line["paper"]
    await (
        ParcelLine.update({ParcelLine.arrived: one.count, ParcelLine.damaged: one.damaged})
        .where(ParcelLine.parcel == parcel, ParcelLine.paper == paper)
    )  # fmt: skip
    await lay(parcel, paper, one.damaged, place.kind, place, damaged=True)
    await lay(parcel, paper, one.count - one.damaged, place.kind, place)
    await lay(parcel, paper, line["count"], "missing")
    await note({paper: one.count}, kind, by, parcel, seen.note)
    await note({paper: line["count"] - one.count}, "missing", by, parcel, seen.note)

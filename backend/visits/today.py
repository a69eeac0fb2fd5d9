"""What an agent takes along: the visits of today, for the phone, which keeps it sealed under the agent's PIN."""

import datetime as dt
from uuid import UUID

import msgspec

from backend import catalog, clock, db, secrecy
from backend.visits.mandate import mandate_of
from backend.visits.record import VISIT
from backend.visits.signed import Paper

TODAY = f"""
SELECT o.*, p.id_sealed FROM ({VISIT}) o LEFT JOIN person p ON p.id = o.person
WHERE o.agent = $1 AND o.state = 'agreed' AND o.starts_at < $2 ORDER BY o.starts_at, o.id
"""  # noqa: S608  # our own words
TAIL = 4  # digits of the ID that the 委托书 names


class Planned(msgspec.Struct, frozen=True):
    """One door: when and where, for whom and what; the papers to look for, with the counts to take; whom to call;
    whether a 委托书 is signed; the end of the ID. Earlier ones that nobody closed are among them. The name is whole: it
    stands in what is signed at the door.
    """

    visit: UUID
    number: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    village: str
    village_name: str
    address: str
    who: str
    item: UUID
    item_name: str
    papers: list[Paper]
    phone: str
    hall_name: str
    hall_phone: str
    mandated: bool
    tail: str


async def today(agent: UUID) -> list[Planned]:
    """The doors of this agent until tonight, the first first. Nobody else's."""
    tomorrow = clock.local(await clock.now()).date() + dt.timedelta(days=1)
    rows = await db.rows(TODAY, agent, clock.at(tomorrow, dt.time()))
    return [
        Planned(
            visit=row["id"], number=row["number"], starts_at=row["starts_at"], ends_at=row["ends_at"],
            village=row["village_code"], village_name=row["village_name"],
            address=secrecy.unseal(row["address_sealed"]), who=secrecy.unseal(row["name_sealed"]),
            item=row["item"], item_name=row["item_name"], papers=await papers_to_take(row["item"]),
            phone=secrecy.unseal(row["phone_sealed"]), hall_name=row["hall_name"], hall_phone=row["hall_phone"],
            mandated=await mandate_of(row["id"]) is not None,
            tail=secrecy.unseal(row["id_sealed"])[-TAIL:] if row["id_sealed"] else "",
        )
        for row in rows
    ]  # fmt: skip


async def papers_to_take(item: UUID) -> list[Paper]:
    """The item's materials as a list to hand over: an original where one is seen, copies where some are kept."""
    return [
        Paper(
            one.name,
            originals=int(one.original in ("original", "both")),
            copies=one.copies if one.original in ("copy", "both") else 0,
        )
        for one in await catalog.materials(item)
    ]

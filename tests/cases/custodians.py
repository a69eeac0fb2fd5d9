"""A case with originals, the town's hall to which they travel, and who works there."""

from collections import Counter
from uuid import UUID, uuid4

import msgspec

from backend import cases, db, secrecy
from backend.cases import Arrived, Pile, Seen
from backend.cases.custody_places import spots_of
from tests import factories as make
from tests import world
from tests.cases.office import Office, office, received
from tests.world import ELSEWHERE, HERE, Who

CITY, TOWN = f"hall:{HERE}", f"hall:{ELSEWHERE}"


class Custody(msgspec.Struct):
    """`one`: a case with two originals of `book` and one of `card`; `far`: a clerk of the town's hall."""

    at: Office
    one: UUID
    book: UUID
    card: UUID
    far: UUID

    @property
    def department(self) -> str:
        return f"department:{self.at.department}"

    def pile(self, book: int = 2, card: int = 1, at: str = CITY) -> Pile:
        """So many of each leave."""
        counts = {paper: n for paper, n in ((self.book, book), (self.card, card)) if n}
        return Pile(at, counts, secrecy.fresh_token()[:40])

    async def packed(self, to: str = TOWN, book: int = 2, card: int = 1) -> UUID:
        """A sealed package of the city's clerk, with the next seal."""
        [row] = await db.rows("SELECT count(*) + 1 AS n FROM custody_parcel")
        return await cases.pack(self.one, self.pile(book, card), to, f"F{row['n']:04d}", self.at.clerk)

    async def sent(self, to: str = TOWN, book: int = 2, card: int = 1) -> UUID:
        """One that the courier has."""
        parcel = await self.packed(to, book, card)
        await cases.send_parcel(parcel, "EA123456789CN", self.at.clerk)
        return parcel

    def seen(self, book: int = 2, card: int = 1, note: str = "") -> Seen:
        """What the other side found."""
        return Seen(True, {self.book: Arrived(book), self.card: Arrived(card)}, note)

    async def places(self) -> Counter[str]:
        """How many originals of the case are where."""
        found: Counter[str] = Counter()
        for spot in await spots_of(self.one):
            found[spot.at or spot.row["place"]] += spot.count
        return found


async def custody() -> Custody:
    """Make it."""
    at = await office()
    await make.hall("吕四港镇便民服务中心", ELSEWHERE)
    one = await received(at)
    await cases.add_paper(one, at.clerk, "户口簿", 2, 0)
    await cases.add_paper(one, at.clerk, "残疾人证", 1, 1)
    rows = await db.rows("SELECT id, name FROM case_paper")
    papers = {row["name"]: row["id"] for row in rows}
    far = await world.staff(Who(role="clerk", hall=ELSEWHERE))
    return Custody(at, one, papers["户口簿"], papers["残疾人证"], far)


async def history(paper: UUID) -> list[tuple[str, int]]:
    """What happened to originals of a paper, in order."""
    found = await db.rows("SELECT kind, amount FROM custody_event WHERE paper = $1 ORDER BY at, id", paper)
    return [(row["kind"], row["amount"]) for row in found]


def strange() -> UUID:
    """The id of nothing."""
    return uuid4()

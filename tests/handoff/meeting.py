"""A desk and an officer who see each other over one case."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import cases, clock, db, identity, secrecy
from backend.catalog.tables import Item
from backend.crossregion import consent, hand_in, hand_over, intake
from backend.handoff import answer, ask, identify, sign, sitting_look, statements, views
from tests import factories as make
from tests.handoff.sides import ITEM, Sides
from tests.visits.town import staff


class Meeting(msgspec.Struct, frozen=True):
    """Who sits where, and over what."""

    handoff: UUID
    case: UUID
    desk: UUID
    officer: UUID

    async def steps(self, by: UUID) -> dict[str, Any]:
        """What their page shows."""
        return await sitting_look.look(await views.shown(self.handoff, by), by)

    async def known(self) -> None:
        """Both sides say that it is the applicant."""
        for one in (self.desk, self.officer):
            await identify.identify(self.handoff, one)

    async def stated(self, answer: str = "said") -> None:
        """Everything that is asked is answered."""
        for each in (await self.steps(self.desk))["said"]:
            await statements.state_it(self.handoff, each["code"], answer, self.officer)

    async def signed(self, image: bytes = b"") -> str:
        """Known, asked and signed; the hash of what was shown."""
        await self.known()
        await self.stated()
        shown: str = (await self.steps(self.desk))["hash"]
        await sign.sign(self.handoff, shown, image, self.desk)
        return shown

    async def handed_over(self) -> None:
        """Papers, the consent, and 交给启东."""
        await papers(self.case, self.desk)
        await hand_over.hand_on(self.case, self.desk)


async def papers(case: UUID, desk: UUID) -> None:
    """The consent is signed on paper, and every paper lies there."""
    found = await intake.intake_of(case)
    await consent.consent(case, consent.digest(consent.consent_text(found)), b"", desk)
    for name in hand_in.lacking(await intake.plan_of(found), await cases.papers_of(case)):
        await cases.add_paper(case, desk, name, 1, 0)


async def taken_in(desk: UUID, item: str = ITEM, n: int = 7) -> UUID:
    """A case of the desk."""
    one = await Item.objects().get(Item.name == item)
    assert one
    who = identity.Typed("李四喜", "self", "resident", make.id_number(n))
    wanted = cases.Wanted(UUID(str(one.id)), "shanghai", f"1000000{n:04d}", who)
    return await intake.take_in(wanted, intake.Seat("self"), desk, secrecy.fresh_token())


async def rung(item: str = ITEM) -> Meeting:
    """It rings for the officer."""
    desk = await staff("desk", "hall", "shanghai")
    case = await taken_in(desk, item)
    [row] = await db.rows(
        "SELECT d.code, c.item FROM service_case c JOIN department d ON d.id = c.department WHERE c.id = $1",
        case,
    )
    at = Sides(desk, case, row["item"], row["code"])
    officer = await at.officer(name="孙审批")
    return Meeting(await ask.ask(case, desk), case, desk, officer)


async def meeting(item: str = ITEM) -> Meeting:
    """They see each other."""
    at = await rung(item)
    await answer.accept(at.handoff, at.officer)
    now = await clock.now()
    await db.rows(
        "UPDATE handoff SET state = 'live', connected_at = $2, due_at = $3 WHERE id = $1",
        at.handoff, now, now + dt.timedelta(hours=1),
    )  # fmt: skip
    return at

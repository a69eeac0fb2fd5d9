"""我的办件: an account's matters, with all that is ahead and all that happened; never what another account did."""

import datetime as dt
from uuid import UUID

import msgspec

from backend import appointments, cases, identity, queue, secrecy, visits
from backend.home.together import begun, together, whose
from backend.refusal import NotFound
from backend.timeline import Line, Thing

TELL = {
    "预约": appointments.happened, "取号": queue.happened, "上门": visits.happened, "办件": cases.happened,
}  # fmt: skip
FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


class Matter(msgspec.Struct, frozen=True):
    """One matter of one of the account's people (`who`, masked): its things, in the order in which they began."""

    who: str
    things: list[Thing]

    @property
    def open(self) -> list[Thing]:
        """What is not over, what comes first, first."""
        found = [one for one in self.things if one.over is None]
        return sorted(found, key=lambda one: one.ahead or FAR)

    @property
    def lead(self) -> Thing:
        """The thing that says how it stands: the last that began of what is not over, else the last that ended."""
        if self.open:
            return max(self.open, key=begun)
        return max(self.things, key=lambda one: one.over or FAR)

    @property
    def title(self) -> str:
        """What it is about: what was handed in, not what was asked for at first; of several at once, what all of it is
        called.
        """
        told = (one.bundle or one.title for one in reversed(self.things) if one.of == "办件")
        return next(told, self.lead.title)

    @property
    def several(self) -> bool:
        """Whether it is several cases (一件事), so that each step has to say whose it is."""
        return any(one.bundle for one in self.things)


class Told(msgspec.Struct, frozen=True):
    """A line and the thing that it is of."""

    line: Line
    thing: Thing


async def matters(by: UUID) -> list[Matter]:
    """The account's matters of the people it acts for: those under way, what comes first, first; then what is over, the
    latest first.
    """
    people: dict[UUID | None, str] = {one.id: one.name for one in await identity.people_of(by)}
    mine = [things for things in together(await _things(by)) if whose(things) in people]
    found = [Matter(secrecy.mask_name(people[whose(things)]), things) for things in mine]
    running = sorted((one for one in found if one.open), key=lambda one: one.open[0].ahead or FAR)
    ended = sorted((one for one in found if not one.open), key=lambda one: one.lead.over or FAR, reverse=True)
    return [*running, *ended]


async def matter(thing: UUID, by: UUID) -> tuple[Matter, list[Told]]:
    """The matter to which a thing belongs, and all that happened in it, the latest first. Refuses: NotFound, also a
    stranger's and one of somebody whom the account acts for no more.
    """
    for one in await matters(by):
        if thing in [each.id for each in one.things]:
            return one, await _told(one, by)
    raise NotFound("没有找到这件事")


async def _things(by: UUID) -> list[Thing]:
    taken_in = await cases.things_of(by)
    came_with = [one.belongs for one in taken_in if one.belongs]
    numbers = await queue.things_of(by, came_with)
    return [*await appointments.things_of(by), *numbers, *await visits.things_of(by), *taken_in]


async def _told(one: Matter, by: UUID) -> list[Told]:
    """At one moment the thing that began later tells the later line."""
    found = [Told(line, thing) for thing in one.things for line in await TELL[thing.of]([thing.id], by)]
    return sorted(found, key=lambda told: told.line.at)[::-1]

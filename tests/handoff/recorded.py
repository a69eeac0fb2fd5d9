"""A session that is recorded: both have agreed, and the desk's page sends its chunks."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db
from backend.handoff import answer, ask, recording
from backend.handoff.recording_chunks import WEBM, Piece, take
from tests.handoff.sides import Sides, sides

MATTER = "公证办理"
PAGE = uuid4()


class Sitting(msgspec.Struct, frozen=True):
    """A handoff that is live, between the desk and an officer."""

    at: Sides
    handoff: UUID
    officer: UUID

    @property
    def desk(self) -> UUID:
        """Who sits at the desk."""
        return self.at.desk

    async def its(self) -> dict[str, Any]:
        """Its recording as it stands."""
        return await recording.recording_of(self.handoff)

    async def piece(self, data: bytes, *, source: UUID = PAGE, age: float = 0) -> Piece:
        """The chunk that would go on."""
        its = await self.its()
        return Piece(its["next"], its["head"], source, age, data)

    async def send(self, *some: bytes) -> None:
        """Chunks, one after the other."""
        for data in some:
            await take(self.handoff, await self.piece(data), self.desk)


async def live(matter: str = MATTER, n: int = 7) -> Sitting:
    """Both see each other; nobody asked for a recording."""
    at = await sides(n, matter)
    officer = await at.officer()
    one = await ask.ask(at.case, at.desk)
    await answer.accept(one, officer)
    await to_state(one, "live")
    return Sitting(at, one, officer)


async def to_state(handoff: UUID, state: str) -> None:
    """It moves on, as the session's own verbs do, with the event that says so."""
    now = await clock.now()
    ended = now if state == "done" else None
    due = None if ended else now + dt.timedelta(hours=1)
    await db.rows(
        "WITH before AS (SELECT state FROM handoff WHERE id = $1), said AS ("
        "INSERT INTO handoff_event (id, handoff, at, kind, from_state, to_state, why)"
        " SELECT gen_random_uuid(), $1, $3, 'moved', before.state, $2, '' FROM before)"
        " UPDATE handoff SET state = $2, ended_at = $4, due_at = $5 WHERE id = $1",
        handoff, state, now, ended, due,
    )  # fmt: skip


async def agreed(n: int = 7) -> Sitting:
    """Both said yes."""
    sitting = await live(n=n)
    await recording.ask(sitting.handoff, sitting.desk)
    await recording.answer(sitting.handoff, True, "aloud", sitting.desk)
    await recording.answer(sitting.handoff, True, "window", sitting.officer)
    return sitting


async def recorded(n: int = 7) -> Sitting:
    """Three chunks of two streams have come."""
    sitting = await agreed(n)
    await sitting.send(WEBM + b"one", b"two", WEBM + b"three")
    return sitting


async def kinds(handoff: UUID) -> list[str]:
    """What was done to its recording, in order."""
    rows = await db.rows(
        "SELECT kind FROM handoff_event WHERE handoff = $1 AND kind LIKE 'rec-%' ORDER BY at, id", handoff
    )
    return [row["kind"] for row in rows]

"""Phones of the hall: people with an account who hold a number, and what they were told."""

from uuid import UUID, uuid4

from backend import clock, db, queue
from backend.identity.sessions import open_session
from backend.queue.tables import Ticket
from tests import factories as make
from tests.queue import hall
from tests.queue.hall import Place

TOLD = """
SELECT kind FROM notice WHERE about = $1 AND withdrawn_at IS NULL ORDER BY created_at, kind
"""


async def opened(*numbers: int, **rules: int) -> Place:
    """A hall whose counters are open; the first is the clerk's, the others' have their own."""
    at = await hall.place(**rules)
    for n in numbers:
        await queue.open_desk(at.counters[n], at.clerk if n == numbers[0] else await hall.clerk(n))
    return at


async def phone(at: Place, letter: str = "E", account: UUID | None = None) -> Ticket:
    """Somebody takes a number by phone."""
    who = account or UUID(str((await make.account()).id))
    return await hall.walk_in(at, letter, account=who)


async def signed_in(ticket: Ticket) -> dict[str, str]:
    """The headers of its owner's browser."""
    return {
        "cookie": f"session={await open_session(await clock.now(), '测试', account=UUID(str(ticket.account)))}"
    }


async def paper(ticket: Ticket, kind: str = "paper") -> str:
    """The token of its paper."""
    from backend.queue.tables import TicketLink
    from backend.secrecy import token_hash

    token = uuid4().hex[:24]
    await TicketLink.insert(
        TicketLink(ticket=ticket.id, kind=kind, token_hash=token_hash(token), created_at=await clock.now())
    )
    return token


async def called(at: Place, n: int = 1) -> queue.Called:
    """Counter n's clerk (the first) calls the next."""
    found = await queue.call_next(at.counters[n], at.clerk)
    assert found
    return found


async def next_one(at: Place, n: int = 1) -> queue.Called:
    """Calls the next and is done with it."""
    found = await called(at, n)
    await queue.complete(at.counters[n], at.clerk, found.ticket)
    return found


async def missed(at: Place) -> queue.Called:
    """Calls the next, in vain."""
    found = await called(at)
    for _ in range(2):
        await hall.later(0.5)
        await queue.ring(at.counters[1], at.clerk, found.ticket)
    await hall.later(0.5)
    await queue.miss(at.counters[1], at.clerk, found.ticket)
    return found


async def told(ticket: Ticket) -> list[str]:
    """What its owner was or will be told, without what was taken back."""
    return [row["kind"] for row in await db.rows(TOLD, ticket.id)]

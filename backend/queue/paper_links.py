"""The link on a number's paper (号票上的码): the same whenever it is printed again, for it is made of the number."""

import base64
from uuid import UUID, uuid4

from backend import clock, secrecy
from backend.queue.tables import TicketLink


def paper_token(ticket: UUID) -> str:
    """The token of a number's link, which only we can make: 24 characters, 144 bits."""
    return base64.urlsafe_b64encode(secrecy.blind(f"ticket-paper\0{ticket.hex}")[1:19]).decode()


async def paper_link(ticket: UUID) -> str:
    """A part: let the link on the paper open the number, and return its token. Again, it is the same link."""
    token = paper_token(ticket)
    link = TicketLink(
        id=uuid4(),
        ticket=ticket,
        token_hash=secrecy.token_hash(token),
        kind="paper",
        created_at=await clock.now(),
    )
    await TicketLink.insert(link).on_conflict(action="DO NOTHING", target=TicketLink.token_hash)
    return token

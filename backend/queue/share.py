"""发给家人: a link by which somebody without an account follows a number, and taking it back at will."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db, hints
from backend.queue.follow import own
from backend.queue.tables import LIVE, TicketLink
from backend.refusal import NotFound, Refusal
from backend.secrecy import token_hash

MOST = 10  # links of one number at a time; more are a mistake, not a family
WITHDRAWN = "这个链接已经撤回。还要发的话，重新打开这一页再生成一个"
TAKEN = {"ticket_link_token_hash_key": Refusal(WITHDRAWN)}
LINKS = """
SELECT id, created_at FROM ticket_link WHERE ticket = $1 AND kind = 'family' AND withdrawn_at IS NULL
ORDER BY created_at, id
"""
LOCK = "SELECT id FROM ticket WHERE id = $1 FOR NO KEY UPDATE"
KNOWN = "SELECT id, withdrawn_at FROM ticket_link WHERE ticket = $1 AND token_hash = $2"
WITHDRAW = "UPDATE ticket_link SET withdrawn_at = $3 WHERE id = $1 AND ticket = $2 AND withdrawn_at IS NULL"


class Shared(msgspec.Struct, frozen=True):
    """A new link. Its token is known to who made it this once; afterwards nobody can read it any more."""

    link: UUID
    token: str


async def share(ticket: UUID, by: UUID, token: str) -> Shared:
    """Make a link that lets whoever holds it follow one's number, until the day after. The same `token` again (a page
    sent twice) is the same link.

    Refuses: NotFound, also a stranger's number; one that is over; one link too many; one withdrawn.
    """
    async with db.transaction(refusing=TAKEN):
        await own(ticket, by)
        await db.rows(LOCK, ticket)
        for known in await db.rows(KNOWN, ticket, token_hash(token)):
            return _again(known, token)
        await _check(ticket, by)
        link = TicketLink(
            ticket=ticket, kind="family", token_hash=token_hash(token), created_at=await clock.now()
        )
        await TicketLink.insert(link)
    return Shared(UUID(str(link.id)), token)


def _again(known: dict[str, Any], token: str) -> Shared:
    if known["withdrawn_at"]:
        raise Refusal(WITHDRAWN)
    return Shared(known["id"], token)


async def _check(ticket: UUID, by: UUID) -> None:
    found = await own(ticket, by)
    if not shareable(found, clock.local(await clock.now()).date()):
        raise Refusal("这个号已经办完或取消了，不用再发给别人")
    if len(await db.rows(LINKS, ticket)) >= MOST:
        raise Refusal(f"一个号最多同时有 {MOST} 个链接，请先撤回不用的")


def shareable(found: dict[str, Any], today: dt.date) -> bool:
    """There is still something to follow."""
    return found["state"] in (*LIVE, "missed") and found["day"] >= today


def ended(link: UUID) -> str:
    """The topic that ends the streams of a link."""
    return f"over:{link}"


async def unshare(ticket: UUID, link: UUID, by: UUID) -> None:
    """Withdraw a link: from now on it opens nothing, and a page that is open hears no more. Doing it again changes
    nothing. Refuses: NotFound.
    """
    async with db.transaction():
        await own(ticket, by)
        if not await TicketLink.exists().where(TicketLink.id == link, TicketLink.ticket == ticket):
            raise NotFound("没有找到这个链接")
        await db.rows(WITHDRAW, link, ticket, await clock.now())
        db.after_commit(partial(hints.publish, ended(link)))


async def links(ticket: UUID, by: UUID) -> list[dict[str, Any]]:
    """The family's links to one's number that were not withdrawn. Refuses: NotFound."""
    await own(ticket, by)
    return await db.rows(LINKS, ticket)

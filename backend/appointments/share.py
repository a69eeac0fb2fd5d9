"""Giving one's voucher to somebody without an account (发给家人): a link, and taking it back at will."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, db
from backend.appointments.own import own
from backend.appointments.record import record
from backend.appointments.tables import VoucherLink
from backend.refusal import NotFound, Refusal
from backend.secrecy import fresh_token, token_hash

MOST = 10  # links of one voucher at a time; more are a mistake, not a family

WITHDRAWN = "这个链接已经撤回。还要发的话，重新打开这一页再生成一个"
TAKEN = {"voucher_link_token_hash_key": Refusal(WITHDRAWN)}
LINKS = """
SELECT id, created_at, first_opened_at, last_opened_at FROM voucher_link
WHERE appointment = $1 AND withdrawn_at IS NULL ORDER BY created_at, id
"""
LOCK = "SELECT state, day FROM appointment WHERE id = $1 FOR NO KEY UPDATE"
# Statements of their own: one that waited for the lock would see what was there before it waited.
KNOWN = "SELECT id, withdrawn_at FROM voucher_link WHERE appointment = $1 AND token_hash = $2"
COUNT = "SELECT count(*) AS links FROM voucher_link WHERE appointment = $1 AND withdrawn_at IS NULL"
WITHDRAW = """
UPDATE voucher_link SET withdrawn_at = $3 WHERE id = $1 AND appointment = $2 AND withdrawn_at IS NULL RETURNING id
"""


class Shared(msgspec.Struct, frozen=True):
    """A new link. Its token is known to who made it this once; afterwards nobody can read it any more."""

    link: UUID
    token: str


async def share(appointment: UUID, by: UUID, token: str = "") -> Shared:
    """Make a link that shows one's voucher to whoever holds it, until the day after the slot's has ended. The same
    `token` again (a page sent twice) is the same link.

    Refuses: NotFound, also a stranger's booking; one that is not ahead any more; one link too many; one withdrawn.
    """
    token, now = token or fresh_token(), await clock.now()
    async with db.transaction(refusing=TAKEN):
        booked = await own(appointment, by)
        held = (await db.rows(LOCK, booked.id))[0]
        for known in await db.rows(KNOWN, booked.id, token_hash(token)):
            return _again(known, token)
        await _check(booked.id, held, clock.local(now).date())
        link = VoucherLink(appointment=booked.id, token_hash=token_hash(token), by=by, created_at=now)
        await VoucherLink.insert(link)
        await record(booked.id, "shared", from_state="booked", to_state="booked", by_account=by)
    return Shared(UUID(str(link.id)), token)


def _again(known: dict[str, Any], token: str) -> Shared:
    if known["withdrawn_at"]:
        raise Refusal(WITHDRAWN)
    return Shared(known["id"], token)


async def _check(appointment: UUID, held: dict[str, Any], today: dt.date) -> None:
    if held["state"] != "booked" or held["day"] < today:
        raise Refusal("这个预约已经取消或过了时间，不用再发给别人")
    if (await db.rows(COUNT, appointment))[0]["links"] >= MOST:
        raise Refusal(f"一个预约最多同时有 {MOST} 个链接，请先撤回不用的")


async def unshare(appointment: UUID, link: UUID, by: UUID) -> None:
    """Withdraw a link: from now on it opens nothing. Doing it again changes nothing. Refuses: NotFound."""
    async with db.transaction():
        booked = await own(appointment, by)
        if not await VoucherLink.exists().where(VoucherLink.id == link, VoucherLink.appointment == booked.id):
            raise NotFound("没有找到这个链接")
        if await db.rows(WITHDRAW, link, booked.id, await clock.now()):
            await record(booked.id, "unshared", from_state=booked.state, to_state=booked.state, by_account=by)


async def links(appointment: UUID, by: UUID) -> list[dict[str, Any]]:
    """The links of one's voucher that were not withdrawn, and when each was first and last opened.

    Refuses: NotFound.
    """
    booked = await own(appointment, by)
    return await db.rows(LINKS, booked.id)

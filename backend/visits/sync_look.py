"""A sealed record (上门记录) is opened to be looked at, by a supervisor of its phone; every look is written down."""

import asyncio
import datetime as dt
import io
from typing import IO, Any
from uuid import UUID, uuid4

from backend import clock, db, files, identity, pieces, secrecy, signature
from backend.refusal import NotFound, Refusal
from backend.visits import chain, seal, sync_open, views
from backend.visits.done import IDENTITY
from backend.visits.mandate_term import odd_term
from backend.visits.rules import visit_rules
from backend.visits.signed import digest
from backend.visits.sync_look_tables import SyncOpening
from backend.visits.sync_review import device_of

TICKS = {
    "free": "代办不收钱，该交的费本人自己交", "explained": "讲清了办什么、多久有结果",
    "willing": "本人（或家属）愿意委托", "complaint": "告诉了投诉电话 12345",
}  # fmt: skip
EMPTIED = "这条记录办完已久，内容按规定清掉了"
NOT_HERE = "这张照片还没有传到，或者已经按规定清掉了"
ROW = """
SELECT k.id, k.record, k.visit, k.seq, k.at, k.received_at, k.skew_seconds, k.via, k.state, k.reason, k.genuine, k.body,
       k.settled_at, k.settled_why, t.name AS settled_by, d.id AS phone, d.name AS phone_name, s.name AS agent,
       (SELECT visit FROM visit_record WHERE id = k.record) AS made
FROM sync_record k JOIN sync_device d ON d.id = k.device JOIN staff s ON s.id = d.staff
LEFT JOIN staff t ON t.id = k.settled_by WHERE k.id = $1
"""
LOOKS = """
SELECT o.at, o.what, s.name AS by FROM sync_opening o JOIN staff s ON s.id = o.by
WHERE o."row" = $1 ORDER BY o.at DESC, o.id LIMIT 100
"""
PAPERS = 'SELECT id, sha256, size, held_at FROM sync_attachment WHERE "row" = $1'
VILLAGE = "SELECT name FROM village WHERE code = $1"


async def outside(row: UUID, by: UUID) -> dict[str, Any]:
    """What can be said of a record without opening it, and who opened it. Refuses: Denied, NotFound."""
    await device_of(row, by)
    [found] = await db.rows(ROW, row)
    return {**found, "looks": await db.rows(LOOKS, row), "leads": await _leads(found, by)}


async def _leads(found: dict[str, Any], by: UUID) -> dict[str, Any] | None:
    """The visit that it belongs to, where they may read it."""
    try:
        return await views.show_to_staff(found["made"] or found["visit"], by)
    except NotFound:
        return None


async def inside(row: UUID, by: UUID) -> dict[str, Any]:
    """What was sealed in it; that it was looked at is written down. Refuses: Denied, NotFound, one that cannot be
    opened, in words.
    """
    await device_of(row, by)
    await _note(row, by)
    [found] = await db.rows(ROW, row)
    if not found["body"]:
        raise Refusal(EMPTIED if found["state"] in ("accepted", "settled") else sync_open.UNOPENED)
    facts = _facts(found["body"])
    return {
        "facts": facts, "identity": IDENTITY.get(facts.identity, facts.identity),
        "ticks": [TICKS.get(one, one) for one in facts.ticks], "asked": await _asked(facts),
        "powers": [_power(code) for code in facts.powers], **_term(found, facts), "signature": _drawn(facts.signature),
        "same": digest(facts.text) == facts.document_hash, "photos": await _photos(found, facts),
    }  # fmt: skip


def _facts(body: bytes) -> sync_open.Facts:
    try:
        return sync_open.facts_of(body)
    except chain.Unreadable:
        raise Refusal(sync_open.UNOPENED) from None


def _power(code: str) -> str:
    known = visit_rules().powers.get(code)
    return known.name if known else code


def _term(found: dict[str, Any], facts: sync_open.Facts) -> dict[str, Any]:
    """Until when the 委托书 in it gives its powers (None where there is none), and what is odd about that."""
    try:
        until = dt.date.fromisoformat(facts.until) if facts.powers else None
    except ValueError:
        until = None
    odd = odd_term(until, found["received_at"], found["skew_seconds"]) if until else ""
    return {"until": until, "odd_term": odd}


def _drawn(text: str) -> str:
    """The data address of the drawn name; empty where it is none."""
    try:
        signature.drawn(text)
    except Refusal:
        return ""
    return signature.HEAD + text


async def _asked(facts: sync_open.Facts) -> dict[str, str]:
    """Where nobody had asked before: where to find whom, to be called and asked."""
    told = facts.asked
    if told is None:
        return {}
    village, reason = await db.rows(VILLAGE, told.village), visit_rules().reasons.get(told.reason)
    return {
        "village": village[0]["name"] if village else told.village, "address": told.address, "phone": told.phone,
        "id": f"{identity.ID_TYPES.get(told.id_type, told.id_type)} {secrecy.mask_id(told.id_number)}",
        "reason": reason.name if reason else told.reason,
    }  # fmt: skip


async def _photos(found: dict[str, Any], facts: sync_open.Facts) -> list[dict[str, Any]]:
    """The documents in the order in which the record names them, each with its name."""
    rows = {one["sha256"].hex(): one for one in await db.rows(PAPERS, found["id"])}
    listed = chain.read(found["body"]).attachments
    names = [*facts.documents, *["材料"] * len(listed)]
    pairs = zip(names, listed, strict=False)
    return [{**rows[one.sha256], "name": name} for name, one in pairs if one.sha256 in rows]


async def photo(row: UUID, paper: UUID, by: UUID) -> tuple[IO[bytes], str]:
    """One photograph and its media type, drawn anew and not kept; that it was looked at is written down. Refuses:
    Denied, NotFound, one that cannot be opened.
    """
    await device_of(row, by)
    [found] = await db.rows(ROW, row)
    known = await db.rows(PAPERS + " AND id = $2", row, paper)
    if not known:
        raise NotFound("没有找到这张照片")
    await _note(row, by, _name_of(found, known[0]))
    try:
        sealed = await asyncio.to_thread(pieces.read, pieces.SYNC, known[0]["sha256"])
        plain = seal.opened(sealed, f"attachment {found['record']}")
    except FileNotFoundError:
        raise NotFound(NOT_HERE) from None
    except seal.Unopened:
        raise Refusal(sync_open.UNOPENED) from None
    return await files.passed(io.BytesIO(plain))


def _name_of(found: dict[str, Any], paper: dict[str, Any]) -> str:
    try:
        facts, listed = _facts(found["body"]), chain.read(found["body"]).attachments
        place = [one.sha256 for one in listed].index(paper["sha256"].hex())
        return facts.documents[place][:80]
    except (Refusal, chain.Unreadable, ValueError, IndexError):
        return "材料"


async def _note(row: UUID, by: UUID, what: str = "") -> None:
    await SyncOpening.insert(SyncOpening(id=uuid4(), row=row, at=await clock.now(), by=by, what=what))

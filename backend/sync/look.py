"""A sealed record is opened to be looked at, by who of the office reviews its device; every look is written down."""

import asyncio
import io
from typing import IO, Any
from uuid import UUID, uuid4

from backend import clock, db, files, pieces
from backend.refusal import NotFound, Refusal
from backend.sync import chain, kinds, seal
from backend.sync.review import device_of
from backend.sync.tables import SyncOpening

EMPTIED = "这条记录办完已久，内容按规定清掉了"
NOT_HERE = "这张照片还没有传到，或者已经按规定清掉了"
ROW = """
SELECT k.id, k.record, k.kind, k.visit, k.seq, k.at, k.received_at, k.skew_seconds, k.via, k.state, k.reason, k.genuine,
       k.body, k.settled_at, k.settled_why, t.name AS settled_by, d.id AS phone, d.name AS phone_name, s.name AS agent
FROM sync_record k JOIN sync_device d ON d.id = k.device JOIN staff s ON s.id = d.staff
LEFT JOIN staff t ON t.id = k.settled_by WHERE k.id = $1
"""
LOOKS = """
SELECT o.at, o.what, s.name AS by FROM sync_opening o JOIN staff s ON s.id = o.by
WHERE o."row" = $1 ORDER BY o.at DESC, o.id LIMIT 100
"""
PAPERS = 'SELECT id, sha256, size, held_at FROM sync_attachment WHERE "row" = $1'


async def outside(row: UUID, by: UUID) -> dict[str, Any]:
    """What can be said of a record without opening it, and who opened it. Refuses: Denied, NotFound."""
    await device_of(row, by)
    [found] = await db.rows(ROW, row)
    kind = kinds.kind_of(found["kind"])
    return {
        **found, "looks": await db.rows(LOOKS, row), "leads": await kind.leads(found, by), "name": kind.name,
        "template": kind.template,
    }  # fmt: skip


async def inside(row: UUID, by: UUID) -> dict[str, Any]:
    """What was sealed in it; that it was looked at is written down. Refuses: Denied, NotFound, one that cannot be
    opened, in words.
    """
    await device_of(row, by)
    await _note(row, by)
    [found] = await db.rows(ROW, row)
    if not found["body"]:
        raise Refusal(EMPTIED if found["state"] in ("accepted", "settled") else kinds.UNOPENED)
    facts = _facts(found["body"])
    told = await kinds.kind_of(found["kind"]).inside(found, facts)
    return {**told, "facts": facts, "photos": await _photos(found, facts)}


def _facts(body: bytes) -> Any:
    try:
        return kinds.facts_of(body)
    except chain.Unreadable:
        raise Refusal(kinds.UNOPENED) from None


async def _photos(found: dict[str, Any], facts: Any) -> list[dict[str, Any]]:
    """The documents in the order in which the record names them, each with its name."""
    rows = {one["sha256"].hex(): one for one in await db.rows(PAPERS, found["id"])}
    listed = chain.read(found["body"]).attachments
    pairs = zip(kinds.names_of(facts, len(listed)), listed, strict=True)
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
        raise Refusal(kinds.UNOPENED) from None
    return await files.passed(io.BytesIO(plain))


def _name_of(found: dict[str, Any], paper: dict[str, Any]) -> str:
    try:
        facts, listed = _facts(found["body"]), chain.read(found["body"]).attachments
        place = [one.sha256 for one in listed].index(paper["sha256"].hex())
        return str(facts.documents[place][:80])
    except (Refusal, chain.Unreadable, ValueError, IndexError):
        return "材料"


async def _note(row: UUID, by: UUID, what: str = "") -> None:
    await SyncOpening.insert(SyncOpening(id=uuid4(), row=row, at=await clock.now(), by=by, what=what))

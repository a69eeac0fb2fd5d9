"""What a record holds is opened and becomes a visit that is done; what cannot be is kept, with the reason."""

import asyncio
import base64
import datetime as dt
import io
from typing import Any
from uuid import UUID

import msgspec

from backend import db, files, identity, pieces
from backend.refusal import Refusal
from backend.visits import chain, seal
from backend.visits.done import DoneFacts, Photo, Powers, Unplanned, complete_from_record
from backend.visits.mandate import Terms
from backend.visits.signed import Paper, digest

UNOPENED = "这条记录打不开，可能在手机上损坏了。原件已留存，等办公室处理"
NOT_SIGNED = "签的内容和记录里的不一样。原件已留存，等办公室处理"
UNKNOWN = "这条记录的内容认不出来。原件已留存，等办公室处理"
STORED = """
SELECT k.id, k.body, d.staff FROM sync_record k JOIN sync_device d ON d.id = k.device
WHERE k.state = 'stored' AND ($1::uuid IS NULL OR k.id = $1) ORDER BY k.received_at LIMIT $2
"""
BECOMES = "UPDATE sync_record SET state = $2, reason = $3, answer = $4 WHERE id = $1 AND state = 'stored'"
BATCH = 50


class AskedAtTheDoor(msgspec.Struct, frozen=True):
    """Who asked while the agent was there: for what, where and why (`visits.toml`), and their ID."""

    item: UUID
    village: str
    reason: str
    address: str
    phone: str
    id_type: str
    id_number: str


class Facts(msgspec.Struct, frozen=True):
    """What was done at the door, as the phone writes it. `identity`: how it was checked, one of `done.IDENTITY`;
    `ticks`: what of the check list was done; `handed`: material, originals, copies of each paper; `documents`: what
    each attachment shows; `text`: what was shown and signed, whose SHA-256 is `document_hash`; `powers` and `until`
    (a date): what the 委托书 in it gives, none where it was signed before; `asked`: where nobody had asked before.
    """

    record: str
    who: str
    matter: str
    identity: str
    ticks: list[str]
    handed: list[tuple[str, int, int]]
    documents: list[str]
    consent: bool
    signature: str
    document_hash: str
    at: int
    note: str = ""
    text: str = ""
    powers: list[str] = []
    until: str = ""
    asked: AskedAtTheDoor | None = None


# From the version before to this one: each takes what an older app sealed, and gives what the next one would have.
UPGRADES: dict[int, Any] = {}


def facts_of(body: bytes) -> Facts:
    """Open a record. Refuses: Refusal, in the words that the agent and the office read."""
    record = chain.read(body)
    try:
        told = msgspec.json.decode(seal.opened(seal.decoded(record.payload), f"payload {record.id}"))
        for schema in range(record.schema, chain.SCHEMA):
            told = UPGRADES[schema](told)
        found = msgspec.convert(told, Facts)
    except seal.Unopened:
        raise Refusal(UNOPENED) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(UNKNOWN) from None
    if found.record != str(record.id):
        raise Refusal(UNKNOWN)
    return found


async def complete(
    visit: UUID | None, agent: UUID, facts: Facts, photos: list[Photo], looked_at: bool = False
) -> None:
    """The visit is done; one that nobody had asked for is asked for with it. `looked_at`: by a supervisor, who lets it
    pass although the visit or the village is somebody else's by now.
    """
    done = msgspec.structs.replace(_done(facts), photos=photos)
    await complete_from_record(visit, agent, done, looked_at=looked_at)


async def _photos(record: chain.Record, facts: Facts) -> list[Photo]:
    """What was photographed, opened and kept as the papers of a case are. Refuses: one that is not readable."""
    names = [*facts.documents, *["材料"] * len(record.attachments)]
    return [
        Photo(name, await _kept(record, one)) for name, one in zip(names, record.attachments, strict=False)
    ]


async def _kept(record: chain.Record, one: chain.Attachment) -> files.Kept:
    data = await asyncio.to_thread(pieces.read, pieces.SYNC, bytes.fromhex(one.sha256))
    try:
        return await files.keep(io.BytesIO(seal.opened(data, f"attachment {record.id}")))
    except seal.Unopened:
        raise Refusal(UNOPENED) from None
    except files.BadFile as bad:
        raise Refusal(f"一张材料照片{bad.sentence}") from None


def _done(facts: Facts) -> DoneFacts:
    if digest(facts.text) != facts.document_hash:
        raise Refusal(NOT_SIGNED)
    try:
        drawn = base64.b64decode(facts.signature)
        at = dt.datetime.fromtimestamp(facts.at / 1000, dt.UTC)
        papers = [Paper(*row) for row in facts.handed]
        terms = (
            Terms(tuple(facts.powers), dt.date.fromisoformat(facts.until), tuple(papers))
            if facts.powers
            else None
        )
    except (ValueError, OverflowError, OSError):
        raise Refusal(UNKNOWN) from None
    return DoneFacts(
        record=UUID(facts.record), identity=facts.identity, at=at, ticks=facts.ticks, papers=papers,
        consent=facts.consent, signature=drawn, text_hash=facts.document_hash, note=facts.note,
        unplanned=_unplanned(facts), powers=Powers(terms, facts.text, facts.document_hash, drawn) if terms else None,
    )  # fmt: skip


def _unplanned(facts: Facts) -> Unplanned | None:
    told = facts.asked
    if told is None:
        return None
    who = identity.Typed(facts.who, "self", told.id_type, told.id_number)
    return Unplanned(told.item, told.village, told.reason, told.address, told.phone, who)


async def open_record(row: UUID, *, looked_at: bool = False) -> None:
    """Open one record that is all here. Twice is as once. `looked_at`: see `complete`."""
    for found in await db.rows(STORED, row, 1):
        await _open(found, looked_at=looked_at)


async def sweep() -> int:
    """Those that a killed process left unopened; how many."""
    found = await db.rows(STORED, None, BATCH)
    for one in found:
        await _open(one)
    return len(found)


async def _open(found: dict[str, Any], *, looked_at: bool = False) -> None:
    state = ("accepted", "", 200)
    try:
        record, agent = chain.read(found["body"]), UUID(str(found["staff"]))
        facts = facts_of(found["body"])
        await complete(record.visit_id, agent, facts, await _photos(record, facts), looked_at)
    except Refusal as refusal:
        state = ("quarantined", refusal.sentence[:200], 422)
    await db.rows(BECOMES, found["id"], *state)

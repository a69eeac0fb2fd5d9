"""What a record holds is opened and becomes a visit that is done; what cannot be is kept, with the reason."""

import base64
import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import db
from backend.refusal import Refusal
from backend.visits import chain, seal
from backend.visits.done import DoneFacts, complete_from_record
from backend.visits.signed import Paper

UNOPENED = "这条记录打不开，可能在手机上损坏了。原件已留存，等办公室处理"
UNKNOWN = "这条记录的内容认不出来。原件已留存，等办公室处理"
STORED = """
SELECT k.id, k.body, d.staff FROM sync_record k JOIN sync_device d ON d.id = k.device
WHERE k.state = 'stored' AND ($1::uuid IS NULL OR k.id = $1) ORDER BY k.received_at LIMIT $2
"""
BECOMES = "UPDATE sync_record SET state = $2, reason = $3, answer = $4 WHERE id = $1 AND state = 'stored'"
BATCH = 50


class Facts(msgspec.Struct, frozen=True):
    """What was done at the door, as the phone writes it. `identity`: how it was checked; `ticks`: what of the check
    list was done; `handed`: material, originals, copies of each paper; `documents`: what each attachment shows.
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


async def complete(visit: UUID | None, agent: UUID, facts: Facts) -> None:
    """The visit is done. One that nobody had asked for names no item and no village: the office enters it."""
    await complete_from_record(visit, agent, _done(facts))


def _done(facts: Facts) -> DoneFacts:
    try:
        drawn = base64.b64decode(facts.signature)
        at = dt.datetime.fromtimestamp(facts.at / 1000, dt.UTC)
        papers = [Paper(*row) for row in facts.handed]
    except (ValueError, OverflowError, OSError):
        raise Refusal(UNKNOWN) from None
    return DoneFacts(
        UUID(facts.record), facts.identity, at, facts.ticks, papers, facts.consent, drawn, facts.document_hash,
        facts.note,
    )  # fmt: skip


async def open_record(row: UUID) -> None:
    """Open one record that is all here. Twice is as once."""
    for found in await db.rows(STORED, row, 1):
        await _open(found)


async def sweep() -> int:
    """Those that a killed process left unopened; how many."""
    found = await db.rows(STORED, None, BATCH)
    for one in found:
        await _open(one)
    return len(found)


async def _open(found: dict[str, Any]) -> None:
    state = ("accepted", "", 200)
    try:
        await complete(chain.read(found["body"]).visit_id, UUID(str(found["staff"])), facts_of(found["body"]))
    except Refusal as refusal:
        state = ("quarantined", refusal.sentence[:200], 422)
    await db.rows(BECOMES, found["id"], *state)

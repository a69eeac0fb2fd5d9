"""A record from a phone becomes a visit that is done: what is sealed in it, and how who looks at it reads it."""

import asyncio
import base64
import datetime as dt
from uuid import UUID

import msgspec

from backend import files, identity, sync
from backend.refusal import Refusal
from backend.visits.done import DoneFacts, Photo, Powers, Unplanned, complete_from_record
from backend.visits.mandate import Terms
from backend.visits.signed import Paper, digest

NOT_SIGNED = "签的内容和记录里的不一样。原件已留存，等办公室处理"


class AskedAtTheDoor(msgspec.Struct, frozen=True):
    """Who asked while the agent was there: for what, where and why (`visits.toml`), and their ID."""

    item: UUID
    village: str
    reason: str
    address: str
    phone: str
    id_type: str
    id_number: str


class Facts(sync.Facts, frozen=True):
    """What was done at the door, as the phone writes it. `identity`: how it was checked, one of `done.IDENTITY`;
    `ticks`: what of the check list was done; `handed`: material, originals, copies of each paper; `text`: what was
    shown and signed, whose SHA-256 is `document_hash`; `powers` and `until` (a date): what the 委托书 in it gives, none
    where it was signed before; `asked`: where nobody had asked before.
    """

    who: str
    matter: str
    identity: str
    ticks: list[str]
    handed: list[tuple[str, int, int]]
    consent: bool
    signature: str
    document_hash: str
    at: int
    note: str = ""
    text: str = ""
    powers: tuple[str, ...] = ()
    until: str = ""
    asked: AskedAtTheDoor | None = None


async def complete(opened: sync.Opened) -> None:
    """The visit is done; one that nobody had asked for is asked for with it. One that the office looked at passes
    although the visit or the village is somebody else's by now.
    """
    done = msgspec.structs.replace(_done(opened.facts), photos=await _photos(opened))
    await complete_from_record(opened.record.visit_id, opened.staff, done, looked_at=opened.looked_at)


async def _photos(opened: sync.Opened) -> list[Photo]:
    """What was photographed, kept as the papers of a case are. Refuses: one that is not readable."""
    return [Photo(name, await _kept(opened, n)) for n, name in enumerate(opened.names)]


async def _kept(opened: sync.Opened, n: int) -> files.Kept:
    try:
        return await files.keep(await asyncio.to_thread(opened.document, n))
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
            Terms(facts.powers, dt.date.fromisoformat(facts.until), tuple(papers)) if facts.powers else None
        )
    except (ValueError, OverflowError, OSError):
        raise Refusal(sync.UNKNOWN) from None
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

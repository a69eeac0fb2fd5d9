"""What was done at the door, as the phone sealed it or the page sent it: taken in once, by the id of its record."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, files, identity, secrecy
from backend.refusal import NotFound, Refusal
from backend.visits import mandate
from backend.visits.ask import REFUSALS, Asked, open_visit, place_of, whose
from backend.visits.askers import covers
from backend.visits.record import MISSING, Asker, change, locked
from backend.visits.rules import visit_rules
from backend.visits.signed import Paper, checked, kept, sealed
from backend.visits.stop import go_on
from backend.visits.tables import DoneRecord, VisitPhoto

IDENTITY = {
    "card": "看过身份证原件",
    "book": "看过户口簿",
    "licence": "看过电子证照",
    "known": "村里认得、有人证明",
}
KNOWN = "SELECT visit, facts_hash, agent FROM visit_record WHERE id = $1"
WAITS = "SELECT id FROM visit WHERE person = $1 AND item = $2 AND state IN ('requested', 'taken', 'agreed', 'paused')"
FINAL = {"withdrawn": "申请人已经撤回了", "terminated": "这次上门已经终止了", "delivered": "这件事已经办完了"}
TAKEN_IN = "这次上门已经登记过一次，这一份留着等人核对"
DIFFERENT = "同一条记录先后两份内容不同，都留着等人核对"


class Unplanned(msgspec.Struct, frozen=True):
    """A visit that nobody had asked for: who, what, where and why."""

    item: UUID
    village: str
    reason: str
    address: str
    phone: str
    who: identity.Typed


class Powers(msgspec.Struct, frozen=True):
    """A 委托书 that was signed at the door together with the record: its text as shown, and what it gives."""

    terms: mandate.Terms
    text: str
    text_hash: str
    signature: bytes = b""


class Photo(msgspec.Struct, frozen=True):
    """A document that was photographed: what it is called, and the file that was kept of it."""

    name: str
    kept: files.Kept


class DoneFacts(msgspec.Struct, frozen=True):
    """What was done. `record`: the id that makes it one; `identity`: how the person was known, one of IDENTITY;
    `ticks`: what of the checklist was there; `papers`: 材料交接清单; `consent`: to photographs of documents;
    `signature`: a PNG, empty where it was signed on paper, of the list whose text had the SHA-256 `text_hash`;
    `at`: the phone's clock, which is kept as it is.
    """

    record: UUID
    identity: str
    at: dt.datetime
    ticks: list[str] = []
    papers: list[Paper] = []
    consent: bool = False
    signature: bytes = b""
    text_hash: str = ""
    note: str = ""
    unplanned: Unplanned | None = None
    powers: Powers | None = None
    photos: list[Photo] = []


@db.retrying
async def complete_from_record(
    visit: UUID | None, agent: UUID, facts: DoneFacts, *, looked_at: bool = False
) -> UUID:
    """The visit was made; returns it. Without a `visit`, it is the one that this person already asked for, or one is
    made of what `facts.unplanned` says. The same record again changes nothing. `looked_at`: by a supervisor, who lets
    it pass although the visit or the village is somebody else's by now.

    Refuses: NotFound, a visit that is not this agent's, that is final, or that another record completed; a record
    that came before with other facts; facts that cannot be.
    """
    _possible(facts)
    async with db.transaction(refusing={**REFUSALS, **identity.person_refusals()}):
        await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"visit-record:{facts.record}"))
        if known := await _known(facts, agent):
            return known
        found = await locked(visit) if visit else await _unplanned(facts, agent, looked_at=looked_at)
        await _theirs(found, agent, looked_at=looked_at)
        found = await _taken_by(found, agent)
        await _keep(found, agent, facts)
        asker = Asker(staff=agent)
        if facts.powers and not await mandate.mandate_of(found["id"]):
            given = facts.powers
            text = (given.text, given.text_hash)
            await mandate.keep(found, given.terms, text, given.signature, facts.at)
        await go_on(found["id"], agent)
        papers = [str(paper) for paper in facts.papers]
        values = {"done_at": facts.at, "resumes": "", "agree_by": None}
        await change(found, "done", "done", asker, values, facts.note, papers=papers)
        return UUID(str(found["id"]))


def _possible(facts: DoneFacts) -> None:
    if facts.identity not in IDENTITY:
        raise Refusal("请选怎么核对的身份")
    if facts.powers and not set(facts.powers.terms.powers) <= set(visit_rules().powers):
        raise Refusal("这条记录里有认不出来的委托，请人工核对")
    if facts.photos and not facts.consent:
        raise Refusal("拍了材料，但没有记下本人同意，请人工核对")
    if facts.signature:
        checked(facts.signature)
    if facts.powers and facts.powers.signature:
        checked(facts.powers.signature)
    if facts.at.tzinfo is None or len(facts.note) > 1000 or any(len(tick) > 80 for tick in facts.ticks):
        raise Refusal("这条记录不完整，请人工核对")


def _hash(facts: DoneFacts) -> str:
    """Of all but the photographs, which the library may draw otherwise one day; the record's own hash names these."""
    bare = msgspec.structs.replace(facts, photos=[])
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


async def _known(facts: DoneFacts, agent: UUID) -> UUID | None:
    found = await db.rows(KNOWN, facts.record)
    if not found:
        return None
    if found[0]["agent"] != agent or found[0]["facts_hash"] != _hash(facts):
        raise Refusal(DIFFERENT)
    return UUID(str(found[0]["visit"]))


async def _theirs(visit: dict[str, Any], agent: UUID, *, looked_at: bool) -> None:
    if visit["state"] in FINAL:
        raise Refusal(f"{FINAL[visit['state']]}，这一份留着等人核对")
    if visit["state"] in ("done", "submitted") or visit["resumes"] == "done":
        raise Refusal(TAKEN_IN)
    if visit["agent"] != agent and not looked_at:
        raise Refusal(
            "这次上门已经改派给别人，这一份留着等人核对" if visit["agent"] else "这次上门还没有人接"
        )


async def _taken_by(visit: dict[str, Any], agent: UUID) -> dict[str, Any]:
    """A part: whoever was there is who goes there."""
    if visit["agent"] == agent:
        return visit
    await mandate.lapse(visit["id"], "换人负责")
    to = "taken" if visit["state"] == "requested" else visit["state"]
    values = {"agent": agent, "circle_until": None}
    kind, why = ("reassigned", "按上门记录，是他上的门") if visit["agent"] else ("taken", "")
    await change(visit, kind, to, Asker(staff=agent), values, why, was=visit["agent"])
    return await locked(visit["id"])


async def _unplanned(facts: DoneFacts, agent: UUID, *, looked_at: bool) -> dict[str, Any]:
    """A part: the visit that this person asked for before, or one that is asked for now; taken by who was there."""
    told = facts.unplanned
    if told is None:
        raise NotFound(MISSING)
    place = await place_of(told.village)
    if not looked_at and not await covers(
        agent, told.village, place["hall_code"], "agent", "clerk", "manager"
    ):
        raise Refusal("这个村不归你负责，这一份留着等人核对")
    asked = Asked(told.item, told.village, told.reason, told.address, told.phone, told.who)
    owner = await whose(asked, agent)
    known = await db.rows(WAITS, owner[1].id, told.item)
    made = known[0]["id"] if known else await open_visit(
        asked, owner, Asker(staff=agent), f"visit-record:{facts.record}", "agent"
    )  # fmt: skip
    found = await locked(made)
    return found if found["agent"] else await _taken_by(found, agent)


async def _keep(visit: dict[str, Any], agent: UUID, facts: DoneFacts) -> None:
    row = DoneRecord(
        id=facts.record, visit=visit["id"], agent=agent, happened_at=facts.at, received_at=await clock.now(),
        identity=facts.identity, ticks=facts.ticks, papers=kept(facts.papers), consent=facts.consent,
        way="drawn" if facts.signature else "paper", signature_sealed=sealed(facts.signature),
        text_hash=facts.text_hash[:64], note=facts.note, facts_hash=_hash(facts),
    )  # fmt: skip
    await DoneRecord.insert(row)
    shots = [
        VisitPhoto(
            id=uuid4(), visit=visit["id"], name=one.name[:80], position=n, **msgspec.structs.asdict(one.kept)
        )
        for n, one in enumerate(facts.photos)
    ]
    if shots:
        await VisitPhoto.insert(*shots)


async def record_of(visit: UUID) -> dict[str, Any] | None:
    """What was done at the door; None before."""
    found = await db.rows("SELECT * FROM visit_record WHERE visit = $1 ORDER BY received_at LIMIT 1", visit)
    return found[0] if found else None


def handover_text(visit: dict[str, Any], papers: list[Paper]) -> str:
    """材料交接清单 as it is shown and signed on the page."""
    return "\n".join([f"材料交接清单 {visit['number']}", *map(str, papers)])

"""断网收件: what the desk took in without a network becomes a case with its consent and papers, exactly once.

What was signed is signed: a consent whose text is not the one of today stays in the record, the case is taken in, and
nothing goes home before the applicant has signed the new one. An item that is not taken in any more is quarantined.
"""

import asyncio
import datetime as dt
from typing import Annotated
from uuid import UUID

import msgspec

from backend import cases, clock, db, files, identity, signature, sync
from backend.crossregion import consent, intake
from backend.crossregion.hand_in import these
from backend.crossregion.tables import DeskRecord
from backend.refusal import Refusal

LAST = 32_503_680_000_000  # ms: the year 3000
NOT_SIGNED = "签的同意书和记录里的不一样。原件已留存，等核对"


Short = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[^\x00]*\Z")]
Long = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*\Z")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[^\x00]*\Z")]


class Laid(msgspec.Struct, frozen=True):
    """One of the papers on the table: how many originals stay here, and whether its pages are the same as these."""

    name: Name
    originals: Annotated[int, msgspec.Meta(ge=0, le=99)]
    checked: bool


class Facts(sync.Facts, frozen=True):
    """What was done at the desk, as its computer writes it: as `forms.TakenIn`; `text`: the consent as it was shown,
    whose SHA-256 is `document_hash`, signed by `signature` or `on_paper`, or not yet; `documents`: the paper that each
    attachment is a page of; `at`: ms by the computer's clock.
    """

    documents: list[Name]
    item: UUID
    matter: Long
    hall: Short
    applicant: Short
    situation: Short
    holds: tuple[Annotated[str, msgspec.Meta(max_length=120, pattern=r"^[^\x00]*\Z")], ...]
    phone: Short
    name: Short
    id_type: Short
    id_number: Short
    relation: Short
    agreed: bool
    sheets: list[Laid]
    text: str
    document_hash: str
    signature: str
    on_paper: bool
    at: Annotated[int, msgspec.Meta(ge=0, le=LAST)]
    organisation: Long = ""
    uscc: Short = ""
    note: Long = ""
    identified: bool = False  # not of records before it was asked


async def complete(opened: sync.Opened) -> None:
    """Take the case in, sign, and lay its papers with it. Twice is as once: the record's id is the token. Refuses: as
    `intake.take_in`, what nobody could have typed at the desk, a text that is not the one that was signed.
    """
    facts: Facts = opened.facts
    if consent.digest(facts.text) != facts.document_hash:
        raise Refusal(NOT_SIGNED)
    image, wanted = drawn(facts), _wanted(facts)
    shots = [(name, await _kept(opened, n)) for n, name in enumerate(opened.names)]
    seat = intake.Seat(facts.applicant, facts.situation, facts.holds, facts.identified)
    case = await intake.take_in(wanted, seat, opened.staff, str(opened.record.id))
    stale = await _consent(case, facts, image, opened.staff)
    await _lay(case, opened, shots, stale)


def drawn(facts: Facts) -> bytes:
    """The drawn name; empty where it was signed on paper, or not yet. Refuses: what is no picture of one."""
    return b"" if facts.on_paper or not facts.signature else signature.drawn(facts.signature)


def said_at(facts: Facts) -> dt.datetime:
    """When it was done, by the computer's clock. Refuses: Refusal."""
    try:
        return dt.datetime.fromtimestamp(facts.at / 1000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise Refusal(sync.UNKNOWN) from None


def _wanted(facts: Facts) -> cases.Wanted:
    """Judged as what is typed into a form is. Refuses: Refusal, in the same words."""
    try:
        who = identity.Typed(
            identity.person_name(facts.name), identity.known_relation(facts.relation),
            identity.known_id_type(facts.id_type), facts.id_number, agreed=facts.agreed,
        )  # fmt: skip
        phone = identity.mobile_number(facts.phone)
        uscc = identity.credit_code(facts.uscc) if facts.uscc else ""
    except ValueError as wrong:
        raise Refusal(str(wrong)) from None
    at = clock.local(said_at(facts))
    note = f"断网时收的，{at.month} 月 {at.day} 日 {at:%H:%M}（窗口电脑的时间）。{facts.note}"
    return cases.Wanted(
        item=facts.item, hall=facts.hall, phone=phone, who=who, organisation=facts.organisation[:80], uscc=uscc,
        note=note[:200],
    )  # fmt: skip


async def _kept(opened: sync.Opened, n: int) -> files.Kept:
    page = (f"{opened.names[n]}第 {n + 1} 页", await asyncio.to_thread(opened.document, n))
    return (await cases.kept_of([page]))[0]


async def _consent(case: UUID, facts: Facts, image: bytes, by: UUID) -> bool:
    """Whether what was signed does not hold, and has to be signed anew: the text of another day, one without who came
    for the applicant, a name on the screen where it has to be on paper.
    """
    if not image and not facts.on_paper:
        return False
    found = await intake.intake_of(case)
    if consent.digest(consent.consent_text(found)) != facts.document_hash:
        return True
    try:
        consent.signable(found, await intake.plan_of(found), drawn=bool(image))
    except Refusal:
        return True
    try:
        if not found["consent_way"]:
            await consent.consent(case, facts.document_hash, image, by, said_at(facts))
    except Refusal:  # another process opens the same record, and was first
        if not (await intake.intake_of(case))["consent_way"]:
            raise
    return False


@db.retrying
async def _lay(case: UUID, opened: sync.Opened, shots: list[tuple[str, files.Kept]], stale: bool) -> None:
    """The papers, with the row that says that they lie there: once, whoever opens the record how often."""
    facts, by = opened.facts, opened.staff
    row = DeskRecord(id=opened.record.id, case=case, at=said_at(facts), stale=stale)
    async with db.transaction():
        found = await cases.held(case, by)
        made = DeskRecord.insert(row).on_conflict(target=DeskRecord.id, action="DO NOTHING")
        if not await made.returning(DeskRecord.id):
            return
        papers = [(sheet.name, sheet.originals, 0) for sheet in facts.sheets]
        await cases.bring_in(case, cases.Asker(staff=by), papers, shots)
        same = {sheet.name for sheet in facts.sheets if sheet.checked}
        checked = await these(case, [(name, kept) for name, kept in shots if name in same])
        await cases.mark_checked(found, checked, by)

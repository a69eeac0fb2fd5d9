"""A case, a visit and a package, with something in every column that stands under a key."""

import datetime as dt
from typing import Any
from uuid import uuid4

from backend import clock, secrecy
from backend.cases.custody_tables import Parcel
from backend.cases.delivery_tables import Mailing
from backend.cases.tables import Case
from backend.catalog.tables import Village
from backend.crossregion.tables import DeskIntake
from backend.esign.tables import SigningRequest
from backend.handoff.recording_tables import Recording
from backend.handoff.sitting_tables import HandoffSitting, SignedBefore
from backend.handoff.tables import Handoff, Word
from backend.identity.tables import Person
from backend.visits.tables import DoneRecord, Mandate, Visit


async def filed(person: Person, item: Any, hall: Any, staff: Any) -> None:
    """Write them down as they are; nobody has to have done anything."""
    now, sealed = await clock.now(), secrecy.seal("x")
    case = Case(
        id=uuid4(), number="32068126112310000010", password_sealed=sealed, token_hash=b"c", channel="3", item=item.id,
        department=item.department, hall=hall, person=person.id, account=person.account, name_sealed=sealed,
        id_type="resident", id_sealed=sealed, person_index=person.id_index, phone_sealed=sealed, received_at=now,
        promised_days=3, promised_unit="working", way="mail", mail_sealed=sealed,
    )  # fmt: skip
    await Case.insert(case)
    village = Village(code="keyed", name="城北社区", hall=hall, neighbours=[])
    await Village.insert(village)
    visit = Visit(
        id=uuid4(), number="261123000001", token_hash=b"v", item=item.id, village=village.id, account=person.account,
        person=person.id, name_sealed=sealed, phone_sealed=sealed, address_sealed=sealed, reason="alone",
        asked_by="account", requested_at=now,
    )  # fmt: skip
    await Visit.insert(visit)
    of = {"visit": visit.id, "agent": staff}
    await Mandate.insert(
        Mandate(
            **of, powers=["submit"], until=now.date() + dt.timedelta(days=9), text_sealed=sealed, text_hash="0" * 64,
            way="drawn", signature_sealed=sealed, signed_at=now,
        )
    )  # fmt: skip
    await DoneRecord.insert(
        DoneRecord(
            id=uuid4(), **of, happened_at=now, received_at=now, identity="card", ticks=[], way="drawn",
            signature_sealed=sealed, facts_hash="0" * 64,
        )
    )  # fmt: skip
    await Parcel.insert(
        Parcel(
            number="YJ1", token="p", case=case.id, way="hand", state="packed", from_hall=hall, to_kind="applicant",
            packed_at=now, packed_by=staff, receiver_sealed=sealed, signature_sealed=sealed, signed="drawn",
        )
    )  # fmt: skip
    await Mailing.insert(
        Mailing(
            case=case.id, courier="邮政 EMS", mail_no="EA123456789CN", state="arrived", sent_at=now, sent_by=staff,
            ended_at=now, signer="self", receiver_sealed=sealed,
        )
    )  # fmt: skip
    await DeskIntake.insert(
        DeskIntake(
            case=case.id, applicant="self", situation="", conditions=[], mode="proxy", signing="drawn", live="",
            consent_way="drawn", consent_hash="0" * 64, consent_text_sealed=sealed, consent_sealed=sealed,
            consented_at=now, proxy_sealed=sealed, powers=["submit"], powers_until=now.date(),
        )
    )  # fmt: skip
    called = Handoff(
        id=uuid4(), case=case.id, hall=hall, clerk=staff, department=item.department, item=item.id, asked_at=now,
        due_at=now,
    )  # fmt: skip
    await Handoff.insert(called)
    await Recording.insert(
        Recording(handoff=called.id, text="x", key_sealed=sealed, asked_at=now, asked_by=staff, head="0" * 64)
    )
    await SigningRequest.insert(
        SigningRequest(
            kind="consent", about=case.id, hash="0" * 64, title="同意书", name_sealed=sealed, id_type="resident",
            id_sealed=sealed, address_sealed=sealed, provider="p", asked_at=now, until=now, next_at=now,
        )
    )  # fmt: skip
    handoff = Handoff(
        id=uuid4(), case=case.id, hall=hall, clerk=staff, department=item.department, item=item.id, state="done",
        asked_at=now, ended_at=now,
    )  # fmt: skip
    await Handoff.insert(handoff)
    await Word.insert(Word(handoff=handoff.id, at=now, role="desk", by_staff=staff, text_sealed=sealed))
    await HandoffSitting.insert(
        HandoffSitting(
            handoff=handoff.id, desk_saw_at=now, desk_saw_by=staff, officer_saw_at=now, officer_saw_by=staff,
            record_way="drawn", record_text_sealed=sealed, record_hash="0" * 64, record_sealed=sealed, signed_at=now,
        )
    )  # fmt: skip
    await SignedBefore.insert(
        SignedBefore(
            handoff=handoff.id, officer=staff, record_way="drawn", record_text_sealed=sealed, record_hash="0" * 64,
            record_sealed=sealed, signed_at=now,
        )
    )  # fmt: skip

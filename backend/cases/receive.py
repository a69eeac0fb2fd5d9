"""Taking a case in (收件): the papers are there, the legal clock does not run yet."""

from uuid import UUID, uuid4

import msgspec

from backend import clock, db, identity, queue, secrecy
from backend.cases import legal_clock
from backend.cases.askers import AWAY, TAKERS
from backend.cases.number import CHANNELS, fresh_password, next_number
from backend.cases.record import Asker, record
from backend.cases.tables import Case
from backend.catalog.tables import Item
from backend.refusal import NotFound, Refusal

PLACE = """
SELECT h.id, d.code AS department_code FROM hall h, item i JOIN department d ON d.id = i.department
WHERE h.code = $1 AND i.id = $2
"""
KIND = "SELECT 1 FROM hall WHERE code = $1 AND kind = 'shanghai'"
TOKEN = {"service_case_token_hash_key": Refusal("这一页放得太久，请重新打开再试")}


class Wanted(msgspec.Struct, frozen=True):
    """What is asked for, where, and by whom: the `phone` of the applicant and one of its people (an id), or somebody
    as typed; for a firm its name and 统一社会信用代码, too. `ticket`: the number that is served meanwhile. `bundle`: as
    part of which 一件事, and `lead`: the first of its cases, none for the first itself.
    """

    item: UUID
    hall: str
    phone: str
    who: UUID | identity.Typed
    organisation: str = ""
    uscc: str = ""
    external_case_no: str = ""
    note: str = ""
    ticket: UUID | None = None
    bundle: str = ""
    lead: UUID | None = None


@db.retrying
async def receive(wanted: Wanted, by: UUID, token: str) -> UUID:
    """收件 at a counter by a member of staff; returns the case. Refuses: as `take_in`."""
    async with db.transaction(refusing=receipt_refusals()):
        return (await take_in(wanted, by, token))[0]


def receipt_refusals() -> dict[str, Refusal]:
    """What a transaction around `take_in` may run into."""
    return {**TOKEN, **identity.person_refusals()}


async def take_in(wanted: Wanted, by: UUID, token: str, channel: str = "1") -> tuple[UUID, bool]:
    """A part: 收件 by a member of staff; returns the case, and whether it is new: the same token again (a page sent
    twice) is the same case. Refuses: Denied, NotFound, a number of another hall, an impossible ID, what
    `identity.person_by_id` refuses; in a hall far away any channel but its own, so that the power to decide stays home.
    """
    db.inside()
    await identity.require(by, *TAKERS, hall=wanted.hall, missing="没有找到这个大厅")
    if channel != AWAY and await db.rows(KIND, wanted.hall):
        raise Refusal("驻沪办事点请从“驻沪收办”收件")
    if wanted.ticket and (await queue.served(wanted.ticket, by))["hall_code"] != wanted.hall:
        raise NotFound("没有找到这个号，它不是这个大厅的")
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"case:{token}"))
    known = "SELECT id FROM service_case WHERE token_hash = $1"
    for row in await db.rows(known, secrecy.token_hash(token)):
        return UUID(str(row["id"])), False
    account = await _account(wanted, by)
    return await open_case(wanted, account, Asker(staff=by), token, channel), True


async def _account(wanted: Wanted, by: UUID) -> tuple[UUID, identity.Person]:
    known = None if isinstance(wanted.who, UUID) else wanted.who
    account = await identity.account_for_phone(wanted.phone, known, by_staff=by)
    if known:
        return account, await identity.person_by_id(account, known, by_staff=by)
    return account, await identity.person_for(account, UUID(str(wanted.who)))


async def open_case(
    wanted: Wanted, whose: tuple[UUID, identity.Person], asker: Asker, token: str, channel: str
) -> UUID:
    """A part, whoever asks: the case, its number and its event. Refuses: NotFound."""
    db.inside()
    if channel not in CHANNELS:
        raise ValueError(channel)
    place, item = await db.rows(PLACE, wanted.hall, wanted.item), await _item(wanted.item)
    if not place:
        raise NotFound("没有找到这个大厅")
    account, person = whose
    now = await clock.now()
    today = clock.local(now).date()
    made = Case(
        id=uuid4(), number=await next_number(today, channel), channel=channel,
        password_sealed=secrecy.seal(fresh_password()), token_hash=secrecy.token_hash(token), item=item.id,
        department=item.department, hall=place[0]["id"], account=account, person=person.id, ticket=wanted.ticket,
        name_sealed=secrecy.seal(person.name), id_type=person.id_type, id_sealed=person.id_sealed,
        person_index=person.id_index, phone_sealed=secrecy.seal(wanted.phone),
        organisation=wanted.organisation, uscc=wanted.uscc, external_case_no=wanted.external_case_no,
        bundle=wanted.bundle, lead=wanted.lead,
        # What was taken in far away is not with its department yet: the day for a notice goes by the hand-over.
        received_at=now, correct_by=None if channel == AWAY else await legal_clock.correct_by(item.type, today),
        promised_days=item.promised_days, promised_unit=item.promised_unit,
        statutory_days=item.statutory_days, statutory_unit=item.statutory_unit,
    )  # fmt: skip
    await Case.insert(made)
    await record(UUID(str(made.id)), "received", "", "received", asker, wanted.note)
    return UUID(str(made.id))


async def _item(item: UUID) -> Item:
    found = await Item.objects().where(Item.id == item).first()
    if found is None:
        raise NotFound("没有找到这件事")
    return found

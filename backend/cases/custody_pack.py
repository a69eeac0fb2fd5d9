"""Originals leave a place: sealed into a package, from hand to hand, back to the applicant, into the file."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, secrecy, signature
from backend.cases.askers import TAKERS
from backend.cases.custody_moves import held, next_number, note, take
from backend.cases.custody_places import Place, place_of
from backend.cases.custody_tables import Parcel, ParcelLine
from backend.cases.entrusted import refuse_proxy
from backend.cases.record import Asker, record
from backend.refusal import Refusal

TWICE = {"custody_parcel_token_key": Refusal("这一页放得太久，请重新打开再试")}
ITSELF = "原件已经在这里了，请选别的地方"
NO_SEAL = "请填封条号，对方要核对"
NO_RECEIVER = "请写明还给了谁"
UNSIGNED = "请领的人签名，或勾选在打印的单子上签了名"
NOBODY = "没有找到这位同事，请重新选"
WHY = "请写明原因"
SEAL_TWICE = "这个封条号已经用在另一个没送到的包上"
OUT = """
SELECT 1 FROM custody_parcel WHERE seal = $1 AND coalesce(from_hall, from_department) = $2
AND state IN ('packed', 'sent', 'refused') LIMIT 1
"""
PUT = {"kept": "留在案卷里", "lost": "登记丢失"}
# Where originals are whose package is over as it is made; of any other they are in it.
OPENED = {"received": "returned", "lost": "lost"}
KNOWN = 'SELECT id FROM custody_parcel WHERE token = $1 AND "case" = $2'
# By hand: whom, and the place of the colleague's work to which the originals then belong.
COLLEAGUE = """
SELECT s.id, r.scope_kind AS kind, coalesce(h.id, d.id) AS place, r.scope AS code, coalesce(h.name, d.name) AS name
FROM staff s JOIN staff_role r ON r.staff = s.id
LEFT JOIN hall h ON r.scope_kind = 'hall' AND h.code = r.scope
LEFT JOIN department d ON r.scope_kind = 'department' AND d.code = r.scope
WHERE s.id = $1 AND s.disabled_at IS NULL AND r.role = ANY($2) AND coalesce(h.id, d.id) IS NOT NULL
ORDER BY r.scope_kind, r.scope LIMIT 1
"""


class Pile(msgspec.Struct, frozen=True):
    """Originals of a case that leave together: from where (`hall:city`), so many of each paper; `token`: of the
    page.
    """

    at: str
    counts: dict[UUID, int]
    token: str


@db.retrying
async def pack(case: UUID, pile: Pile, to: str, seal: str, by: UUID) -> UUID:
    """Seal them into a package for another hall or department (`hall:…`), or for the applicant (`applicant`), which is
    sent by courier. The same page again is the same package. Refuses: Denied, NotFound, more than lie there, no
    seal, one that is on another package under way.
    """
    if not seal:
        raise Refusal(NO_SEAL)
    place = await place_of(pile.at)
    aim = None if to == "applicant" else await place_of(to)
    if aim == place:
        raise Refusal(ITSELF)
    columns = {"way": "courier", "state": "packed", "seal": seal, **_to(aim)}
    return await _open(case, pile, place, by, columns, "packed")


def _to(aim: Place | None) -> dict[str, Any]:
    return {"to_kind": aim.kind, **aim.columns("to_")} if aim else {"to_kind": "applicant"}


@db.retrying
async def hand_over(case: UUID, pile: Pile, to: UUID, by: UUID) -> UUID:
    """Hand them to a colleague, who then says that they are there. Refuses: as `pack`; nobody, oneself."""
    place, found = await place_of(pile.at), await db.rows(COLLEAGUE, to, list(TAKERS))
    if not found or to == by:
        raise Refusal(NOBODY)
    [one] = found
    aim = Place(one["kind"], one["place"], one["code"], one["name"])
    columns = {"way": "hand", "state": "sent", "to_staff": to, **_to(aim)}
    return await _open(case, pile, place, by, columns, "handed")


@db.retrying
async def hand_back(case: UUID, pile: Pile, receiver: str, by: UUID, drawn: bytes | None) -> UUID:
    """Give them back to the applicant, or who comes for them (`receiver`): signed on the screen, or (empty) on the
    printed list; None: nobody signed. Refuses: as `pack`; nobody named, no signature, who comes with a 委托书 that is
    over or does not say so.
    """
    if not receiver:
        raise Refusal(NO_RECEIVER)
    if drawn is None:
        raise Refusal(UNSIGNED)
    place = await place_of(pile.at)
    columns = {
        "way": "hand", "state": "received", "to_kind": "applicant", "receiver_sealed": secrecy.seal(receiver),
        "signed": "drawn" if drawn else "paper", "signature_sealed": signature.sealed(drawn),
    }  # fmt: skip
    return await _open(case, pile, place, by, columns, "returned", receiver)


async def _open(  # noqa: PLR0917  # one after the other as the sentence goes
    case: UUID, pile: Pile, place: Place, by: UUID, columns: dict[str, Any], kind: str,
    receiver: str = "",
) -> UUID:  # fmt: skip
    over, lost = columns["state"] == "received", columns["state"] == "lost"
    async with db.transaction(refusing=TWICE):
        found = await held(case, place, by)
        for known in await db.rows(KNOWN, pile.token, case):
            return UUID(str(known["id"]))
        if receiver:
            await refuse_proxy(found, receiver)
        await _refuse_seal(columns.get("seal", ""), place)
        made = await _made(case, pile, place, by, columns)
        await take(
            case, place, pile.counts, OPENED.get(columns["state"], "parcel"), None if over else made.id
        )
        await _list(made.id, pile.counts, over)
        await note(pile.counts, kind, by, made.id, columns["note"] if lost else "")
        if over:
            state, why = found["state"], f"原件交接单 {made.number}"
            await record(case, "restored", state, state, Asker(staff=by), why)
        if lost:
            await record(case, "astray", found["state"], found["state"], Asker(staff=by), columns["note"])
        return made.id


async def _refuse_seal(seal: str, place: Place) -> None:
    if not seal:
        return
    # One at a time, also of two cases.
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(f"seal:{place.id}:{seal}"))
    if await db.rows(OUT, seal, place.id):
        raise Refusal(SEAL_TWICE)


class Made(msgspec.Struct, frozen=True):
    """A package that was just written down."""

    id: UUID
    number: str


async def _made(case: UUID, pile: Pile, place: Place, by: UUID, columns: dict[str, Any]) -> Made:
    now = await clock.now()
    made = Made(uuid4(), await next_number(clock.local(now).date()))
    sent = {"sent_at": now, "sent_by": by} if columns["state"] != "packed" else {}
    ended = {"ended_at": now, "ended_by": by} if columns["state"] in OPENED else {}
    row = {**place.columns("from_"), **columns, **sent, **ended}
    await Parcel.insert(
        Parcel(
            id=made.id, number=made.number, token=pile.token, case=case, packed_at=now, packed_by=by, **row
        )
    )
    return made


async def _list(parcel: UUID, counts: dict[UUID, int], over: bool) -> None:
    lines = [
        ParcelLine(id=uuid4(), parcel=parcel, paper=paper, amount=n, arrived=n if over else None)
        for paper, n in counts.items()
    ]
    await ParcelLine.insert(*lines)


@db.retrying
async def put_away(case: UUID, pile: Pile, kind: str, why: str, by: UUID) -> None:
    """They stay in the file by a rule (`kept`), or cannot be found where they should lie (`lost`): written down as a
    package that is lost and never left, so that it stands on the list and may be found. Refuses: as `pack`; neither of
    PUT, no reason.
    """
    if kind not in PUT or not why:
        raise Refusal(WHY)
    place = await place_of(pile.at)
    if kind == "lost":
        columns = {"way": "hand", "state": "lost", "note": why, **_to(place)}
        await _open(case, pile, place, by, columns, "lost")
        return
    async with db.transaction():
        await held(case, place, by)
        await take(case, place, pile.counts, kind)
        await note(pile.counts, kind, by, None, why)

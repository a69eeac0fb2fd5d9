"""签字: the applicant signs the record of the session as it was shown, on the screen, on paper or by a certificate."""

from typing import Any
from uuid import UUID

import msgspec

from backend import cases, clock, crossregion, db, esign, secrecy, signature
from backend.handoff.record import NONE, locked, record
from backend.handoff.record_text import digest, record_text
from backend.handoff.sitting import BOTH_FIRST, OPEN, at_side, seen_by_both, sitting_of, unsigned
from backend.handoff.sitting_tables import HandoffSitting
from backend.handoff.statements import statements_of
from backend.refusal import NotFound, Refusal

KIND = "handoff"  # of what is signed at the service for electronic signatures
TITLE = "屏对屏办理记录"
CHANGED = "内容变了，请再看一遍再签"
SIGNED = "办理记录已经签过了"
UNSIGNED = "办理记录还没签"
BY_PROXY = "受托来办的，请受托人在屏上签，或者在纸上签"
BEFORE = """
SELECT b.*, s.name AS officer_name FROM handoff_signed_before b JOIN staff s ON s.id = b.officer WHERE b.handoff = $1
ORDER BY b.signed_at DESC
"""
ONE = (
    'SELECT h.*, c.state AS case_state FROM handoff h JOIN service_case c ON c.id = h."case" WHERE h.id = $1'
)


async def _as_shown(one: dict[str, Any], text_hash: str) -> str:
    """The text, if it is the one that was shown. Refuses: one that is signed, before both sides know who signs, what
    the applicant was not asked yet, another text.
    """
    sat = await unsigned(one)
    if not seen_by_both(sat):
        raise Refusal(BOTH_FIRST)
    if silent := [each["says"] for each in await statements_of(one) if not each["given"]]:
        raise Refusal(f"还没有问申请人：{'；'.join(silent)}")
    text = await record_text(one, sat)
    if digest(text) != text_hash:
        raise Refusal(CHANGED)
    return text


@db.retrying
async def sign(handoff: UUID, text_hash: str, image: bytes, by: UUID) -> None:
    """签字 at the desk: drawn on the screen (`image`, a PNG bound to the hash of the text that was shown), or on the
    printed one (no image). Refuses: Denied, NotFound, a text other than the one that was shown, statements that nobody
    asked for, before both sides know who signs, a second signature.
    """
    async with db.transaction():
        one, _ = await at_side(handoff, by, "desk")
        text = await _as_shown(one, text_hash)
        await _keep(one, text, "drawn" if image else "paper", signature.sealed(image), by)
        await esign.cancel(KIND, handoff)


async def _keep(one: dict[str, Any], text: str, way: str, sealed: bytes, by: UUID | None = None) -> None:
    signed: dict[Any, Any] = {
        HandoffSitting.record_way: way, HandoffSitting.record_text_sealed: secrecy.seal(text),
        HandoffSitting.record_hash: digest(text), HandoffSitting.record_sealed: sealed,
        HandoffSitting.signed_at: await clock.now(),
    }  # fmt: skip
    kept = HandoffSitting.update(signed).where(
        HandoffSitting.handoff == one["id"], HandoffSitting.record_way == ""
    )
    if not await kept.returning(HandoffSitting.id):
        raise Refusal(SIGNED)
    await record(one["id"], "signed", one["state"], one["state"], by, f"{way} {digest(text)}")


@db.retrying
async def ask_to_sign(handoff: UUID, text_hash: str, by: UUID) -> UUID:
    """请申请人用手机签; returns the request. A second tap is the same one. Refuses: as `sign`, who comes by a 委托书
    (the certificate names the applicant, who is far away), where no service is configured.
    """
    async with db.transaction():
        one, _ = await at_side(handoff, by, "desk")
        await _as_shown(one, text_hash)
        if (await crossregion.party_of(one["case"])).entrusted:
            raise Refusal(BY_PROXY)
        case = await cases.seen(one["case"])
        name, number = (secrecy.unseal(case[column]) for column in ("name_sealed", "id_sealed"))
        title = f"{TITLE}（{case['item_name']}）"[:120]
        return await esign.ask(
            esign.Wanted(KIND, handoff, text_hash, title, name, case["id_type"], number), by
        )


@db.retrying
async def sign_otherwise(handoff: UUID, by: UUID) -> None:
    """改在屏上或纸上签. Refuses: Denied, NotFound."""
    async with db.transaction():
        await at_side(handoff, by, "desk")
        await esign.cancel(KIND, handoff)


async def _take(handoff: UUID, found: esign.Certified) -> str:
    """A part: the signature is kept with the text that it is over; else why not."""
    rows = await db.rows('SELECT "case" FROM handoff WHERE id = $1', handoff)
    if not rows:
        return "over"
    await cases.locked(rows[0]["case"])
    one, sat = await locked(handoff), await sitting_of(handoff)
    if sat is None or sat["record_way"] or one["state"] not in OPEN:
        return "over"
    text = await record_text(one, sat)
    if digest(text) != found.hash:
        return "changed"
    await _keep(one, text, "certified", secrecy.seal(msgspec.json.encode(found).decode()))
    return ""


def certificate_of(sat: dict[str, Any]) -> esign.Certified | None:
    """What a record that was signed so rests on."""
    if sat["record_way"] != "certified":
        return None
    return msgspec.json.decode(secrecy.unseal(sat["record_sealed"]), type=esign.Certified)


@db.retrying
async def open_record(handoff: UUID, by: UUID) -> list[dict[str, Any]]:
    """看办理记录: what was signed, for who holds the case or decides it, the one that counts first, then those of
    before; that they looked is written down. Refuses: Denied, NotFound, one that nobody signed.
    """
    async with db.transaction():
        one, sat = await held(handoff, by), await sitting_of(handoff)
        signed = [row for row in (sat, *await signed_before(handoff)) if row and row["record_way"]]
        if not signed:
            raise Refusal(UNSIGNED)
        state = one["case_state"]
        await cases.record(one["case"], "looked", state, state, cases.Asker(staff=by), TITLE)
        return signed


async def signed_before(handoff: UUID) -> list[dict[str, Any]]:
    """What was signed before another department had it, for a caller who has asked whose it is: evidence of what was;
    nobody decides by it.
    """
    return await db.rows(BEFORE, handoff)


async def held(handoff: UUID, by: UUID) -> dict[str, Any]:
    """A part: the handoff, for who holds its case or decides it. Refuses: Denied, NotFound."""
    found = await db.rows(ONE, handoff)
    if not found:
        raise NotFound(NONE)
    await cases.held(found[0]["case"], by)
    return found[0]


def text_of(sat: dict[str, Any]) -> str:
    """What was signed, word for word; of a sitting, or of one before."""
    return secrecy.unseal(sat["record_text_sealed"])


esign.serve(KIND, _take, "handoff")

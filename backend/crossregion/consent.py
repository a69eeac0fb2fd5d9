"""《服务同意书》: what the applicant agrees to before anything goes to a department at home, and how it is signed."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

from backend import cases, clock, db, esign, secrecy, signature
from backend.crossregion.eligible import Plan
from backend.crossregion.intake import intake_of, plan_of
from backend.crossregion.mandate import NONE, entrusted, terms_of
from backend.crossregion.rules import desk_rules
from backend.crossregion.tables import DeskIntake
from backend.refusal import Refusal

KIND = "consent"  # of what is signed at the service for electronic signatures
CHANGED = "同意书的内容变了，请重新给申请人看一遍再签"
SIGNED = "同意书已经签过了"
ON_PAPER = "这件事要在纸上签名，不能在屏上签：请打印出来签"
OVER = "这个办件已经结束，不用再签同意书"
OPEN = ("received", "correcting", "accepted", "paused")


def consent_text(intake: dict[str, Any]) -> str:
    """《服务同意书》: the same for the same row, whenever it is asked; its hash is what is signed. Who signs by a
    委托书 is named beside the applicant, once that is written down.
    """
    return desk_rules().consent.strip().format(
        applicant=signer(intake), item=intake["item_name"], desk=intake["hall_name"],
        department=intake["department_name"],
    )  # fmt: skip


def signer(intake: dict[str, Any]) -> str:
    """Who applies, and who signs for them, as it stands in what is signed."""
    name, terms = secrecy.unseal(intake["name_sealed"]), terms_of(intake)
    who = f"{intake['organisation']}（{name}）" if intake["organisation"] else name
    return f"{who}，受托人{terms.proxy}代签" if terms else who


def text_of(intake: dict[str, Any]) -> str:
    """What was signed, word for word; or what is to be signed."""
    signed = intake["consent_text_sealed"]
    return secrecy.unseal(signed) if signed else consent_text(intake)


def digest(text: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def signable(intake: dict[str, Any], planned: Plan, *, drawn: bool) -> None:
    """Refuses: who comes for another before their 委托书 is written down, for the text has to name them; a name drawn
    on the screen where the matter asks for one on paper.
    """
    if entrusted(intake) and not terms_of(intake):
        raise Refusal(NONE)
    if drawn and planned.signing == "paper":
        raise Refusal(ON_PAPER)


async def as_shown(case: UUID, text_hash: str, *, drawn: bool = False) -> str:
    """A part: the text, if it is the one that was shown and nobody signed yet. Refuses: NotFound, another, one
    that is signed, a case that is over, as `signable`.
    """
    intake = await intake_of(case)
    signable(intake, await plan_of(intake), drawn=drawn)
    text = consent_text(intake)
    if intake["consent_way"]:
        raise Refusal(SIGNED)
    if intake["state"] not in OPEN:
        raise Refusal(OVER)
    if digest(text) != text_hash:
        raise Refusal(CHANGED)
    return text


@db.retrying
async def consent(case: UUID, text_hash: str, image: bytes, by: UUID, at: dt.datetime | None = None) -> None:
    """签同意书: drawn on the screen (`image`, a PNG bound to the hash of the text that was shown), or on the printed
    one (no image); `at`: when that was, where there was no network. Refuses: Denied, NotFound, as `as_shown`.
    """
    async with db.transaction():
        found = await cases.held(case, by)
        text = await as_shown(case, text_hash, drawn=bool(image))
        way = "drawn" if image else "paper"
        await keep(found, text, way, signature.sealed(image), cases.Asker(staff=by), at)
        await esign.cancel(KIND, case)


async def keep(  # noqa: PLR0917  # one after the other as the sentence goes
    found: dict[str, Any],
    text: str,
    way: str,
    sealed: bytes,
    asker: cases.Asker,
    at: dt.datetime | None = None,
) -> None:
    """A part: what was signed, in which way and when (a clock that runs ahead is not believed), of a case that is
    locked.
    """
    now = await clock.now()
    signed: dict[Any, Any] = {
        DeskIntake.consent_way: way, DeskIntake.consent_text_sealed: secrecy.seal(text),
        DeskIntake.consent_hash: digest(text), DeskIntake.consent_sealed: sealed,
        DeskIntake.consented_at: min(at or now, now),
    }  # fmt: skip
    done = DeskIntake.update(signed).where(DeskIntake.case == found["id"], DeskIntake.consent_way == "")
    if not await done.returning(DeskIntake.id):
        raise Refusal(SIGNED)
    state = found["state"]
    await cases.record(found["id"], "consented", state, state, asker, hash=digest(text), way=way)


@db.retrying
async def open_signed(case: UUID, by: UUID) -> dict[str, Any]:
    """看同意书: the row of the intake, for who holds the case or decides it; that they looked is written down. Refuses:
    Denied, NotFound, one that nobody signed yet.
    """
    async with db.transaction():
        found = await cases.held(case, by)
        intake = await intake_of(case)
        if not intake["consent_way"]:
            raise Refusal("同意书还没签")
        state = found["state"]
        await cases.record(case, "looked", state, state, cases.Asker(staff=by), "同意书")
        return intake

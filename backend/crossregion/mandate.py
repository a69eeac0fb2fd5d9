"""委托书: somebody comes to the desk for another; what they may do, and until which day, is written down (民法典 165).

The paper itself is one of the materials (`papers` of who applies); here its terms are, for whoever decides.
"""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from backend import cases, clock, db, secrecy
from backend.crossregion.intake import intake_of
from backend.crossregion.rules import desk_rules
from backend.crossregion.tables import DeskIntake
from backend.refusal import Refusal

OWN = "这个办件是本人来办的，不用登记委托书"
GONE = "已经交给启东，委托书不能再改"
NONE = "先登记委托书：委托谁、能办什么、到哪天"
OVER = "委托书到期了，请委托人重新写一份"
UNSIGNED: dict[Any, Any] = {
    DeskIntake.consent_way: "", DeskIntake.consent_text_sealed: None, DeskIntake.consent_hash: "",
    DeskIntake.consent_sealed: None, DeskIntake.consented_at: None,
}  # fmt: skip
# What was taken in by one form was entrusted by one paper.
SAME = """
SELECT o.id FROM service_case c JOIN service_case o ON o.id = c.id OR c.bundle <> ''
  AND (o.id = coalesce(c.lead, c.id) OR o.lead = coalesce(c.lead, c.id))
WHERE c.id = $1 AND o.state = 'received' AND o.handed_at IS NULL ORDER BY o.id
"""


class Terms(msgspec.Struct, frozen=True):
    """Who comes, what they may do (codes of the rules), until and with which day."""

    proxy: str
    powers: tuple[str, ...]
    until: dt.date


def entrusted(intake: dict[str, Any]) -> bool:
    """Whether who sits there needs one."""
    who = desk_rules().applicants.get(intake["applicant"])
    return bool(who and who.mandate)


def terms_of(intake: dict[str, Any]) -> Terms | None:
    """Those that were written down; None where none were."""
    if intake["powers_until"] is None:
        return None
    return Terms(secrecy.unseal(intake["proxy_sealed"]), tuple(intake["powers"]), intake["powers_until"])


def named(powers: tuple[str, ...]) -> str:
    """What the powers are called."""
    known = desk_rules().powers
    return "、".join(known[code].name for code in powers if code in known)


@db.retrying
async def entrust(case: UUID, terms: Terms, by: UUID) -> None:
    """登记委托书, anew where one was: of the case, and of those that one form took in with it. Where it names somebody
    else than who signed the consent, that has to be signed anew. Refuses: Denied,
    NotFound, a case of one's own, no power or an unknown one, a day that is over or too far off, one that was handed
    on.
    """
    await _possible(terms)
    async with db.transaction():
        await cases.held(case, by)
        if not entrusted(await intake_of(case)):
            raise Refusal(OWN)
        same = await db.rows(SAME, case)
        if case not in [row["id"] for row in same]:
            raise Refusal(GONE)
        for row in same:
            await _write(row["id"], terms, by)


async def _possible(terms: Terms) -> None:
    rules, today = desk_rules(), clock.local(await clock.now()).date()
    if not terms.powers or not set(terms.powers) <= set(rules.powers):
        raise Refusal("请勾选委托他做什么")
    if not today <= terms.until <= today + dt.timedelta(days=rules.mandate_days):
        raise Refusal(f"委托书的期限请填今天起 {rules.mandate_days} 天以内的日子")


async def _write(case: UUID, terms: Terms, by: UUID) -> None:
    found, before = await cases.held(case, by), await intake_of(case)
    kept: dict[Any, Any] = {
        DeskIntake.proxy_sealed: secrecy.seal(terms.proxy), DeskIntake.powers: list(terms.powers),
        DeskIntake.powers_until: terms.until,
    }  # fmt: skip
    known = terms_of(before)
    if before["consent_way"] and not (known and known.proxy == terms.proxy):
        kept |= UNSIGNED
    await DeskIntake.update(kept).where(DeskIntake.case == case)
    until = f"到 {terms.until.year} 年 {terms.until.month} 月 {terms.until.day} 日"
    said = f"{secrecy.mask_name(terms.proxy)}：{named(terms.powers)}，{until}"
    await cases.record(
        case, "entrusted", found["state"], found["state"], cases.Asker(staff=by), said, powers=terms.powers,
        last=terms.until.isoformat(),
    )  # fmt: skip


async def require_mandate(intake: dict[str, Any]) -> None:
    """A part of the hand-over. Refuses: none where one is needed, one that is over."""
    if not entrusted(intake):
        return
    terms = terms_of(intake)
    if terms is None:
        raise Refusal(NONE)
    if terms.until < clock.local(await clock.now()).date():
        raise Refusal(OVER)

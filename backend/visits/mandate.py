"""代办服务委托书: shown as text, signed under its hash, and taken back by who gave it whenever they want."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, secrecy
from backend.refusal import NotFound, Refusal
from backend.visits.askers import STAFF, its_own, may
from backend.visits.record import MISSING, Asker, in_state, locked, record, seen
from backend.visits.rules import visit_rules
from backend.visits.signed import Paper, digest, kept, sealed
from backend.visits.tables import Mandate

STATES = ("taken", "agreed", "done")
LIVE = "SELECT * FROM visit_mandate WHERE visit = $1 AND revoked_at IS NULL"
LAST = "SELECT * FROM visit_mandate WHERE visit = $1 ORDER BY signed_at DESC, id LIMIT 1"
TWICE = {"visit_mandate_once": Refusal("委托书已经签过了。要改内容，请先撤销原来的")}
CHANGED = "委托书的内容和给委托人看的不一样了，请重新给他看一遍再签"


class Terms(msgspec.Struct, frozen=True):
    """What is allowed (codes of `visits.toml`), until and with which day, and with which papers."""

    powers: tuple[str, ...]
    until: dt.date
    papers: tuple[Paper, ...] = ()


async def text_for(visit: UUID, terms: Terms, by: UUID) -> str:
    """The text to be read and signed. Refuses: Denied, NotFound, a colleague, no power, a power that nobody knows,
    a day that is over or too far off.
    """
    found = await seen(visit)
    await its_own(found, by)
    await _possible(terms)
    return await text_of(found, terms)


async def _possible(terms: Terms) -> None:
    rules, today = visit_rules(), clock.local(await clock.now()).date()
    if not terms.powers or not set(terms.powers) <= set(rules.powers):
        raise Refusal("请勾选委托代办员做什么")
    if not today <= terms.until <= today + dt.timedelta(days=rules.mandate_days):
        raise Refusal(f"委托的期限请选今天起 {rules.mandate_days} 天以内")


async def text_of(visit: dict[str, Any], terms: Terms) -> str:
    """The same for the same row and terms, whenever it is asked: its hash is what was signed."""
    [person] = await db.rows("SELECT id_sealed FROM person WHERE id = $1", visit["person"]) or [
        {"id_sealed": b""}
    ]
    powers = visit_rules().powers
    given = [power.name for code, power in powers.items() if code in terms.powers]
    kept_back = [power.name for code, power in powers.items() if code not in terms.powers]
    lines = [
        "代办服务委托书",
        f"申请号：{visit['number']}",
        f"委托人：{secrecy.unseal(visit['name_sealed'])}（证件{secrecy.mask_id(secrecy.unseal(person['id_sealed']))}）",
        f"受托人：{visit['agent_name']}（{visit['hall_name']}）",
        f"事项：{visit['item_name']}",
        f"委托他：{'、'.join(given)}",
        f"不委托他：{'、'.join(kept_back)}" if kept_back else "",
        f"期限：到 {terms.until.year} 年 {terms.until.month} 月 {terms.until.day} 日",
        f"随附材料：{'；'.join(map(str, terms.papers)) or '无'}",
        "代办不收费。委托人随时可以撤销委托，打电话、在手机上或到窗口都行。",
    ]
    return "\n".join(filter(None, lines))


@db.retrying
async def sign(visit: UUID, terms: Terms, by: UUID, text_hash: str, image: bytes = b"") -> UUID:
    """The person signed, by drawing (`image`, a PNG) or on a printed one. Refuses: as `text_for`; a text that is not
    the one that was shown (its hash), a second one.
    """
    async with db.transaction(refusing=TWICE):
        found = await locked(visit)
        await its_own(found, by)
        in_state(found, *STATES)
        await _possible(terms)
        text = await text_of(found, terms)
        if digest(text) != text_hash:
            raise Refusal(CHANGED)
        return await keep(found, terms, (text, text_hash), image, await clock.now())


async def keep(
    visit: dict[str, Any], terms: Terms, text: tuple[str, str], image: bytes, at: dt.datetime
) -> UUID:
    """A part: the signed one, given to who goes there. `text`: as it was shown, and its hash."""
    made = Mandate(
        id=uuid4(), visit=visit["id"], agent=visit["agent"], powers=list(terms.powers), until=terms.until,
        papers=kept(list(terms.papers)), text_sealed=secrecy.seal(text[0]), text_hash=text[1],
        way="drawn" if image else "paper", signature_sealed=sealed(image), signed_at=at,
    )  # fmt: skip
    await Mandate.insert(made)
    state = visit["state"]
    await record(visit["id"], "mandated", state, state, Asker(staff=visit["agent"]), hash=text[1])
    return UUID(str(made.id))


async def mandate_of(visit: UUID) -> dict[str, Any] | None:
    """The one that holds now; None where none was signed or it was taken back."""
    found = await db.rows(LIVE, visit)
    return found[0] if found else None


async def last_of(visit: UUID) -> dict[str, Any] | None:
    """The last one that was signed, whether or not it holds; None where none was."""
    found = await db.rows(LAST, visit)
    return found[0] if found else None


async def holds(visit: dict[str, Any], power: str) -> bool:
    """A part: the agent may do this for the person today."""
    found, today = await mandate_of(visit["id"]), clock.local(await clock.now()).date()
    return bool(
        found and found["agent"] == visit["agent"] and power in found["powers"] and today <= found["until"]
    )


@db.retrying
async def revoke_own(visit: UUID, by: UUID, why: str = "") -> None:
    """撤销委托 by the account that asked. Refuses: NotFound, where none holds."""
    async with db.transaction():
        found = await locked(visit)
        if found["account"] != by:
            raise NotFound(MISSING)
        await _revoke(found, Asker(account=by), why)


@db.retrying
async def revoke(visit: UUID, by: UUID, why: str) -> None:
    """撤销委托 as the person says it to staff. Refuses: Denied, NotFound, where none holds."""
    async with db.transaction():
        found = await locked(visit)
        await may(found, by, *STAFF)
        await _revoke(found, Asker(staff=by), why)


async def _revoke(visit: dict[str, Any], asker: Asker, why: str) -> None:
    if not await lapse(visit["id"], why):
        raise Refusal("现在没有委托书，不用撤销")
    await record(visit["id"], "revoked", visit["state"], visit["state"], asker, why)


async def lapse(visit: UUID, why: str) -> bool:
    """A part: the one that holds ends, such as when somebody else goes there; False where none did."""
    gone: dict[Any, Any] = {Mandate.revoked_at: await clock.now(), Mandate.revoked_why: why}
    ended = Mandate.update(gone).where(Mandate.visit == visit, Mandate.revoked_at.is_null())
    return bool(await ended.returning(Mandate.id))

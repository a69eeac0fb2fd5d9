"""手机传材料: the applicant's own phone joins the sitting by a code on the desk's screen, and sends pages."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from backend import cases, clock, db, files, secrecy
from backend.crossregion.bundle_sitting import cases_of
from backend.crossregion.hand_in import Sheet
from backend.crossregion.intake import intake_of, plan_of
from backend.crossregion.tables import DeskPhone
from backend.refusal import NotFound, Refusal

LENGTH = dt.timedelta(minutes=20)
OVER = "这个码过期了，请办事点再出一个"
NOTHING = "请先选照片或 PDF"
FOUND = """
SELECT p."case", p.staff FROM desk_phone p JOIN service_case c ON c.id = p."case"
WHERE p.token_hash = $1 AND p.until > $2 AND c.state = 'received' AND c.handed_at IS NULL
"""


@db.retrying
async def invite(case: UUID, token: str, by: UUID) -> dt.datetime:
    """A phone may join with this token, until then; an earlier one of the case may not any more. Refuses: Denied,
    NotFound, a case that was handed on or is over.
    """
    async with db.transaction():
        found = await cases.held(case, by)
        await intake_of(case)
        if found["state"] != "received" or found["handed_at"]:
            raise Refusal("已经交给启东，不能再传材料")
        until = await clock.now() + LENGTH
        await DeskPhone.delete().where(DeskPhone.case == case)
        made = DeskPhone(id=uuid4(), case=case, token_hash=secrecy.token_hash(token), staff=by, until=until)
        await DeskPhone.insert(made)
        return until


async def invited(token: str) -> dict[str, Any]:
    """What the phone is shown: the matter, or the 一件事, the papers by name, each once, and which of them are there.
    Refuses: NotFound, a token that is over.
    """
    asking = await _asking(await _case(token))
    intake = next(iter(asking.values()))[0]
    names = dict.fromkeys(name for _, known in asking.values() for name in known)
    there = [{paper["name"] for paper in await cases.papers_of(case)} for case in asking]
    return {
        "item_name": intake["bundle"] or intake["item_name"], "hall_name": intake["hall_name"], "names": list(names),
        "there": {
            name for name in names
            if all(name in laid for laid, (_, known) in zip(there, asking.values(), strict=True) if name in known)
        },
    }  # fmt: skip


async def _asking(case: UUID) -> dict[UUID, tuple[dict[str, Any], list[str]]]:
    """The cases that a phone sends pages to, by what each asks for: this one, and what was taken in with it and still
    lies at the desk.
    """
    found = {}
    for one in {case: None, **dict.fromkeys(await cases_of(case))}:
        intake = await intake_of(one)
        planned = await plan_of(intake)
        if one == case or (intake["state"] == "received" and not intake["handed_at"]):
            found[one] = (intake, [paper.name for paper in planned.papers] + planned.more)
    return found


async def phone_of(token: str) -> tuple[UUID, UUID | None]:
    """The case to which a phone sends pages, and who let it in, if they are there yet. Refuses: NotFound, a token that
    is over.
    """
    found = await db.rows(FOUND, secrecy.token_hash(token), await clock.now())
    if not found:
        raise NotFound(OVER)
    return found[0]["case"], found[0]["staff"]


async def _case(token: str) -> UUID:
    return (await phone_of(token))[0]


async def send(token: str, sheets: list[Sheet]) -> None:
    """Pages from the phone; the desk holds them against the originals afterwards. Refuses: NotFound, nothing, a paper
    that is none of the matter's, what `files.keep` refuses, too many.
    """
    if not any(sheet.files for sheet in sheets):
        raise Refusal(NOTHING)
    known = (await invited(token))["names"]
    if any(sheet.name not in known for sheet in sheets):
        raise Refusal("没有这一样材料，请重新打开这一页")
    shots = [(sheet.name, kept) for sheet in sheets for kept in await cases.kept_of(sheet.files)]
    await _send(token, shots)


@db.retrying
async def _send(token: str, shots: list[tuple[str, files.Kept]]) -> None:
    async with db.transaction():
        for case, (intake, known) in sorted((await _asking(await _case(token))).items()):
            own = [(name, kept) for name, kept in shots if name in known]
            await cases.bring_in(case, cases.Asker(account=intake["account"]), [], own)
        await _case(token)  # handed on meanwhile: then none of it is there

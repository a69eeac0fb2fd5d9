"""转录单: a case as it is keyed into the department's own system, on one page, each value ready to be copied."""

from typing import Any
from uuid import UUID

from backend import clock, db, identity, secrecy
from backend.cases.askers import TAKERS, may
from backend.cases.papers import papers_of
from backend.cases.record import Asker, locked, record
from backend.cases.views import show_to_staff

TITLE = "转录单"


@db.retrying
async def rekey(case: UUID, by: UUID) -> dict[str, Any]:
    """The case with its `lines` (label, value) in full: an act that is written down (个人信息保护法 51). Refuses:
    Denied, NotFound.
    """
    async with db.transaction():
        found = await locked(case)
        await may(found, by, *TAKERS)
        shown = await show_to_staff(case, by)
        papers = await papers_of(case)
        await record(case, "printed", found["state"], found["state"], Asker(staff=by), TITLE)
    return {**shown, "lines": _lines(shown), "papers": papers}


def _lines(one: dict[str, Any]) -> list[tuple[str, str]]:
    """What is empty is left out, so that nobody keys a dash."""
    lines = [
        ("申请人", secrecy.unseal(one["name_sealed"])),
        ("证件类型", identity.ID_TYPES.get(one["id_type"], "")),
        ("证件号码", secrecy.unseal(one["id_sealed"])),
        ("手机号", secrecy.unseal(one["phone_sealed"])),
        ("单位", one["organisation"]),
        ("信用代码", one["uscc"]),
        ("事项编码", one["item_code"]),
        ("事项", one["item_name"]),
        ("办件编号", one["number"]),
        ("收件时间", _at(one["received_at"])),
        ("受理时间", _at(one["accepted_at"])),
        ("寄送地址", secrecy.unseal(one["mail_sealed"]) if one["mail_sealed"] else ""),
    ]
    return [(label, value) for label, value in lines if value]


def _at(moment: Any) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""

"""Documents (文书) of a case, made of what was done to it: a page to print, and in whose seal's name.

Screens mask the name; a copy for the seal bears it in full, and who made one is written down.
"""

import datetime as dt
from itertools import chain
from typing import Any
from uuid import UUID

import msgspec

from backend import db, secrecy
from backend.cases import views
from backend.cases.askers import TAKERS, may
from backend.cases.mailings import mailing_of
from backend.cases.papers import papers_of
from backend.cases.record import Asker, locked, record
from backend.cases.rules import case_rules
from backend.cases.stop import PROCEDURES
from backend.refusal import NotFound

MISSING = "这个办件没有这份文书"
LICENCE = "01"  # 行政许可
# The noun in the address of the first of its kind: its title, the steps it tells of, whose seal.
KINDS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "receipt": ("收件凭证", ("received",), "receipt"),
    "acceptance": ("受理通知书", ("accepted", "deemed", "committed"), "process"),
    "tolerance": ("容缺受理通知书", ("tolerated",), "process"),
    "commitment": ("告知承诺书", ("committed",), ""),
    "declination": ("不予受理通知书", ("declined",), "process"),
    "correction": ("补正材料告知书", ("correcting",), "process"),
    "stop": ("特别程序告知书", ("stopped",), "process"),
    "extension": ("延长办理期限告知书", ("extended",), "process"),
    "decision": ("决定书", ("decided",), "decision"),
    "mending": ("责令限期整改通知书", ("mending",), "process"),
    "revocation": ("撤销决定书", ("revoked",), "decision"),
    "label": ("邮寄单", ("finished",), ""),
    "delivery": ("送达回证", ("finished",), "process"),
    "withdrawal": ("撤回申请回执", ("withdrawn",), "process"),
    "termination": ("终止办理通知书", ("terminated",), "process"),
    "return": ("退件通知书", ("returned",), "receipt"),
}
INTERNAL = ("label", "delivery")  # the hall's, not the applicant's
HELD = ("receipt",)  # the applicant's: the hall prints its own with the number
FAR = {"receipt": "收件告知单"}  # what was received in Shanghai is called otherwise


class Document(msgspec.Struct, frozen=True):
    """One that there is: its kind (of KINDS), its noun in the address, its title, the seal it bears (empty: none), the
    department that had the case then, and the event it tells of.
    """

    kind: str
    noun: str
    title: str
    seal: str
    department: str
    event: dict[str, Any]

    @property
    def procedure(self) -> str:
        """听证, of a 特别程序告知书."""
        return PROCEDURES.get(self.event["says"].get("procedure", ""), "")

    @property
    def until(self) -> dt.datetime | None:
        """When the term ends anew (延长), or until when it is mended; None where it was not yet kept with the step."""
        until = self.event["says"].get("until")
        return dt.datetime.fromisoformat(until) if until else None


def seal_of(case: dict[str, Any], kind: str) -> str:
    """What the seal says, by `cases.toml`; what was received in Shanghai bears that desk's."""
    if kind == "receipt" and case["channel"] == "4":
        kind = "shanghai"
    pattern = getattr(case_rules().seals, kind) if kind else ""
    return str(pattern).replace("{department}", case["department_name"]).replace("{hall}", case["hall_name"])


def documents_of(case: dict[str, Any], *, to_staff: bool) -> list[Document]:
    """Those that there are, in the order in which they came about."""
    nouns = [noun for noun in KINDS if noun not in (HELD if to_staff else INTERNAL)]
    found = [_of_kind(case, noun) for noun in nouns if noun != "label" or case["way"] == "mail"]
    return sorted(chain.from_iterable(found), key=lambda one: one.event["at"])


def _of_kind(case: dict[str, Any], noun: str) -> list[Document]:
    """One for each time that it was done; the second is `stop-2`."""
    events = [event for event in reversed(case["events"]) if event["kind"] in KINDS[noun][1]]
    return [_document(case, noun, n, event) for n, event in enumerate(events, 1)]


def _document(case: dict[str, Any], noun: str, n: int, event: dict[str, Any]) -> Document:
    title, _, seal = KINDS[noun]
    if case["channel"] == "4":
        title = FAR.get(noun, title)
    if noun == "decision":
        verdict = "准予" if case["decision"] == "granted" else "不予"
        title = f"{verdict}{'行政许可' if case['item_type'] == LICENCE else ''}{title}"
    then = views.department_at(case, event["at"])
    sealed = seal_of({**case, "department_name": then}, seal)
    return Document(noun, f"{noun}-{n}" if n > 1 else noun, title, sealed, then, event)


def _one(case: dict[str, Any], noun: str, *, to_staff: bool) -> Document:
    found = [one for one in documents_of(case, to_staff=to_staff) if one.noun == noun]
    if not found:
        raise NotFound(MISSING)
    return found[0]


async def look_at(case: UUID, noun: str, by: UUID) -> tuple[dict[str, Any], Document]:
    """For staff, with the name masked. Refuses: NotFound."""
    shown = await views.show_to_staff(case, by)
    return shown, _one(shown, noun, to_staff=True)


@db.retrying
async def copy(case: UUID, noun: str, by: UUID) -> tuple[dict[str, Any], Document]:
    """A copy for the seal, with name (and address, where it is mailed) in full: an act that is written down (个人信息
    保护法 51). Refuses: Denied, NotFound.
    """
    async with db.transaction():
        found = await locked(case)
        await may(found, by, *TAKERS)
        shown, document = await look_at(case, noun, by)
        await record(case, "printed", found["state"], found["state"], Asker(staff=by), document.title)
        return {**shown, **_clear(shown), "mailing": await mailing_of(case, clear=True)}, document


async def own(case: UUID, noun: str, by: UUID) -> tuple[dict[str, Any], Document]:
    """One's own, with one's name. Refuses: NotFound."""
    shown = await views.show_own(case, by)
    more = {"papers": await papers_of(case), "password": secrecy.unseal(shown["password_sealed"])}
    return {**shown, **_clear(shown), **more}, _one(shown, noun, to_staff=False)


def _clear(case: dict[str, Any]) -> dict[str, Any]:
    name = secrecy.unseal(case["name_sealed"])
    return {
        "who": case["organisation"] or name, "name": name, "clear": True,
        "phone": secrecy.unseal(case["phone_sealed"]),
        "address": secrecy.unseal(case["mail_sealed"]) if case["mail_sealed"] else "",
    }  # fmt: skip

"""What was handed on goes to the department's own system (专窗系统): a JSON file, or a signed POST, until it has it.

At least once, with one `Idempotency-Key` for each department; `outbox.py` keeps what has to go. The document is
`Document`, as JSON; `signing.py` says how it is signed (`X-Desk-…`). A system that answers `{"number": …}` gives the
case its number there, which nobody then has to copy back.
"""

import asyncio
import datetime as dt
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec
import obstore
from obstore.store import from_url

from backend import cases, clock, db, secrecy
from backend.crossregion.intake import intake_of
from backend.crossregion.tables import DeskExport
from backend.refusal import Refusal
from backend.settings import Partner, settings
from backend.signing import signed

FORMAT = "qiban.case/1"
CONNECT, WHOLE = 2.0, 5.0  # seconds
LEASE = dt.timedelta(seconds=30)  # who takes one and dies leaves it to the next after that
FIRST, LONGEST, MOST = 30, 3600, 20  # seconds until the second try, doubled up to an hour; tries
TAKEN = """
UPDATE desk_export SET next_at = $2, tries = tries + 1 WHERE id = $1 AND next_at <= $3
RETURNING "case", tries, department
"""


class Paper(msgspec.Struct, frozen=True):
    """One of the papers: a file by its SHA-256, or paper that lies with the case."""

    name: str
    form: str
    originals: int
    copies: int
    sha256: str
    type: str
    size: int
    checked: bool


class Document(msgspec.Struct, frozen=True):
    """The case as it was handed on; times are ISO 8601 with their offset."""

    format: str
    number: str
    external_case_no: str
    item_code: str
    item: str
    department_code: str
    desk: str
    situation: str
    received_at: str
    handed_at: str
    applicant: str
    id_type: str
    id_number: str
    phone: str
    organisation: str
    uscc: str
    consent: str
    consent_sha256: str
    papers: list[Paper]


class No(Exception):
    """It was not taken; the text is a code, `final` if asking again would be answered alike."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.why, self.final = why, final


async def export_case(row: UUID) -> bool:
    """Try once; returns whether the other side has it now. Safe to run twice and at once."""
    to, now = settings().desk_export, await clock.now()
    taken = await db.rows(TAKEN, row, now + LEASE, now)
    if not taken or not to:
        return False
    [one] = taken
    try:
        found = await document(one["case"])
        number = await _sent(to, f"{row}-{found.department_code}", found)
    except No as no:
        over = no.final or one["tries"] >= MOST
        values: dict[Any, Any] = {"next_at": None if over else now + _pause(one["tries"]), "said": no.why}
        await _note(row, one["department"], values)
        return False
    await _note(row, one["department"], {"next_at": None, "sent_at": now, "said": ""})
    if number:
        await cases.numbered_there(one["case"], one["department"], number)
    return True


async def _note(row: UUID, department: UUID, values: dict[Any, Any]) -> None:
    """What came of it; of a case that was transferred meanwhile nothing, for it goes out anew."""
    await DeskExport.update(values).where(DeskExport.id == row, DeskExport.department == department)


def _pause(tries: int) -> dt.timedelta:
    return dt.timedelta(seconds=min(FIRST * 2 ** (tries - 1), LONGEST))


async def _sent(to: Partner, key: str, found: Document) -> str:
    body = msgspec.json.format(msgspec.json.encode(found), indent=1)
    return await (_posted(to, key, body) if to.secret else _filed(to, found, body))


async def _filed(to: Partner, found: Document, body: bytes) -> str:
    try:
        store: Any = from_url(to.url, mkdir=True) if to.url.startswith("file:") else from_url(to.url)
        await obstore.put_async(store, f"{found.department_code}/{found.number}.json", body)
    except Exception as error:  # obstore raises as many kinds as there are stores
        raise No(type(error).__name__[:40]) from None
    return ""


async def _posted(to: Partner, key: str, body: bytes) -> str:
    seconds = int((await clock.now()).timestamp())
    headers = signed(to, urlsplit(to.url).path or "/", seconds, key, body, "Desk")
    timeout = httpx.Timeout(WHOLE, connect=CONNECT)
    try:
        async with asyncio.timeout(WHOLE), httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
            answer = await client.post(
                to.url, content=body, headers={**headers, "Content-Type": "application/json"}
            )
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise No(type(error).__name__[:40]) from None
    if not answer.is_success:
        raise No(
            f"http-{answer.status_code}", final=answer.status_code in (400, 401, 403, 404, 409, 410, 413, 422)
        )
    return _number(answer.content)


class Answer(msgspec.Struct):
    """What the other system may say."""

    number: str = ""


def _number(body: bytes) -> str:
    """The number there; empty where the answer names none that could be one."""
    try:
        found = msgspec.json.decode(body or b"{}", type=Answer).number.strip()
    except msgspec.MsgspecError:
        return ""
    return found if len(found) <= 40 and found.isprintable() else ""


async def document(case: UUID) -> Document:
    """The case as it goes there; for a caller who has asked whose it is."""
    one, intake = await cases.seen(case), await intake_of(case)
    papers = [
        Paper(
            name=each["name"], form=each["form"], originals=each["originals"], copies=each["copies"],
            sha256=each["sha256"], type=each["type"], size=each["size"], checked=each["checked_at"] is not None,
        )
        for each in await cases.papers_of(case)
    ]  # fmt: skip
    return Document(
        format=FORMAT, number=one["number"], external_case_no=one["external_case_no"], item_code=one["item_code"],
        item=one["item_name"], department_code=one["department_code"], desk=one["hall_name"],
        situation=intake["situation"], received_at=_iso(one["received_at"]), handed_at=_iso(one["handed_at"]),
        applicant=secrecy.unseal(one["name_sealed"]), id_type=one["id_type"],
        id_number=secrecy.unseal(one["id_sealed"]),
        phone=secrecy.unseal(one["phone_sealed"]), organisation=one["organisation"], uscc=one["uscc"],
        consent=intake["consent_way"], consent_sha256=intake["consent_hash"], papers=papers,
    )  # fmt: skip


def _iso(moment: dt.datetime | None) -> str:
    return clock.local(moment).isoformat(timespec="seconds") if moment else ""


async def file_of(case: UUID, by: UUID) -> tuple[str, bytes]:
    """The same document by hand: name and content. Refuses: NotFound, Denied, one that was not handed on."""
    if not (await cases.show_to_staff(case, by))["handed_at"]:
        raise Refusal("交给启东以后才能导出")
    one = await cases.to_rekey(case, by)
    return f"{one['number']}.json", msgspec.json.format(msgspec.json.encode(await document(case)), indent=1)

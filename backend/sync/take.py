"""A device hands over what was done without a network. The same record again gives the same receipt; another content
under the same id is kept beside it. A receipt is given when every document is here, and only then does it let go.
"""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, pieces
from backend.refusal import Denied, NotFound, Refusal
from backend.sync import chain, kinds, opening, seal
from backend.sync.devices import SKEW, THINGS
from backend.sync.tables import SyncAttachment, SyncRecord

MOST_FORGED = 100  # wrongly signed records of one phone that are kept: whoever knows its id could send them
FORGED = "签名不对，这条记录不是这台设备签的"
REVOKED = "{}已经停用，记录先留着，等办公室处理"
TWIN = "同一编号收到过另一份内容，两份都留着，等办公室核对"
STRANGE = "这台设备不登记这一类记录，等办公室处理"
TOO_OLD = "这条记录是很旧的应用做的，等办公室处理"
DEVICE = """
UPDATE sync_device SET seen_at = greatest(seen_at, $2) WHERE id = $1 RETURNING id, staff, role, revoked_at
"""
ROWS = """
SELECT id, hash, genuine, state, reason, answer, receipt, receipt_signature FROM sync_record WHERE record = $1
"""
PAPERS = 'SELECT id, sha256, size, held_at FROM sync_attachment WHERE "row" = $1 ORDER BY sha256'
RECEIPT = """
UPDATE sync_record
SET receipt = $2, receipt_signature = $3, state = CASE state WHEN 'waiting' THEN 'stored' ELSE state END
WHERE id = $1 AND receipt = '' RETURNING state
"""
NAMED = """
SELECT a.size FROM sync_attachment a JOIN sync_record k ON k.id = a."row"
WHERE a.sha256 = $1 AND k.device = $2 AND k.genuine LIMIT 1
"""


class Sent(msgspec.Struct, frozen=True):
    """A record as it was sent: its bytes, their signature, the phone's clock (ms) and who brought it, and when."""

    record: chain.Record
    body: bytes
    signature: bytes
    now: dt.datetime
    clock: int | None = None
    via: str = "phone"

    @property
    def skew(self) -> int:
        """Seconds by which the phone's clock is ahead; what nobody can have done yet tells it, too."""
        skew = round(self.clock / 1000 - self.now.timestamp()) if self.clock else 0
        ahead = round(self.record.at / 1000 - self.now.timestamp())
        skew = ahead if ahead > max(skew, SKEW) else skew
        return max(-(2**31), min(skew, 2**31 - 1))


class Malformed(Refusal):
    """No record at all (422): nothing is kept of it, the phone keeps it."""

    status = 422


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the phone hears. `missing`: documents that are still to come, and from which byte. `receipt`: canonical
    JSON, signed by us; empty until everything is here.
    """

    status: int
    state: str
    reason: str = ""
    receipt: str = ""
    signature: str = ""
    missing: list[dict[str, Any]] = []
    revoked: bool = False


@db.retrying
async def take(
    id: UUID, body: bytes, signature: bytes, phone_clock: int | None = None, via: str = "phone"
) -> Answer:
    """Take one record in. Refuses: Malformed, Denied (a phone that nobody registered, a wrong signature)."""
    record, now = _read(id, body), await clock.now()
    sent = Sent(record, body, signature, now, phone_clock, via)
    key = await db.rows("SELECT public_key FROM sync_device WHERE id = $1", record.device)
    if not key:
        raise Denied("这台设备没有登记过，记录先留在那里，请联系办公室")
    if not seal.genuine(key[0]["public_key"], body, signature):
        await _keep_forged(sent)
        raise Denied(FORGED)
    async with db.transaction():
        now = await clock.now()
        [device] = await db.rows(
            DEVICE, record.device, now
        )  # locks the phone's row: its records come one by one
        row = await _row(sent, device)
        answer = await _answer(row, record, device, now)
    if answer.state == "stored":
        await opening.open_record(row["id"])
        answer = await _again(row["id"], answer)
    return answer


def _read(id: UUID, body: bytes) -> chain.Record:
    try:
        record = chain.read(body)
    except chain.Unreadable:
        record = None
    if record is None or record.id != id:
        raise Malformed("这条记录的格式认不出来，先留在那台设备里，请联系办公室")
    return record


async def _keep_forged(sent: Sent) -> None:
    """Kept to be looked at, and to show that somebody tried. It gets no receipt and takes in no documents."""
    device = sent.record.device
    async with db.transaction():
        await db.rows(DEVICE, device, sent.now)
        [kept] = await db.rows(
            "SELECT count(*) AS n FROM sync_record WHERE device = $1 AND NOT genuine", device
        )
        if kept["n"] < MOST_FORGED:
            await _insert(sent, (403, FORGED), genuine=False)


async def _row(sent: Sent, device: dict[str, Any]) -> dict[str, Any]:
    """The row of this content, made if it is new."""
    known = await db.rows(ROWS, sent.record.id)
    mine = next((row for row in known if row["hash"] == chain.digest(sent.body)), None)
    if mine and mine["genuine"]:
        return mine
    if mine:  # somebody else sent it before, without being able to sign it
        await SyncRecord.delete().where(SyncRecord.id == mine["id"])
    refused = _refused(sent.record, device, any(row["genuine"] for row in known))
    return await _insert(sent, refused, genuine=True)


def _refused(record: chain.Record, device: dict[str, Any], twin: bool) -> tuple[int, str] | None:
    if device["revoked_at"]:
        return 403, REVOKED.format(THINGS[device["role"]])
    if twin:
        return 409, TWIN
    if record.kind not in kinds.KINDS:
        return 422, opening.TOO_NEW
    if kinds.KINDS[record.kind].role != device["role"]:
        return 403, STRANGE
    if not chain.readable(record.schema):
        return 422, opening.TOO_NEW if record.schema > chain.SCHEMA else TOO_OLD
    return None


async def _insert(sent: Sent, refused: tuple[int, str] | None, *, genuine: bool) -> dict[str, Any]:
    record = sent.record
    made: dict[str, Any] = {
        "id": uuid4(), "hash": chain.digest(sent.body), "genuine": genuine,
        "state": "quarantined" if refused else "waiting", "reason": refused[1] if refused else "",
        "answer": refused[0] if refused else 200, "receipt": "", "receipt_signature": b"",
    }  # fmt: skip
    row = SyncRecord(
        **made, record=record.id, device=record.device, seq=record.seq, prev=bytes.fromhex(record.prev),
        schema=record.schema, kind=record.kind, visit=record.visit_id,
        at=dt.datetime.fromtimestamp(record.at / 1000, dt.UTC), received_at=sent.now, skew_seconds=sent.skew,
        body=sent.body, signature=sent.signature[:64], via=sent.via,
    )  # fmt: skip
    target = (SyncRecord.record, SyncRecord.hash)
    await SyncRecord.insert(row).on_conflict(target=target, action="DO NOTHING")
    if genuine and record.attachments:
        await SyncAttachment.insert(*(_paper(made["id"], one) for one in record.attachments))
    return made


def _paper(row: UUID, one: chain.Attachment) -> SyncAttachment:
    return SyncAttachment(id=uuid4(), row=row, sha256=bytes.fromhex(one.sha256), size=one.size)


async def _answer(
    row: dict[str, Any], record: chain.Record, device: dict[str, Any], now: dt.datetime
) -> Answer:
    missing = [] if row["receipt"] or not record.attachments else await _missing(row["id"], now)
    told = {"reason": row["reason"], "revoked": device["revoked_at"] is not None}
    if missing:
        return Answer(status=202, state=row["state"], missing=missing, **told)
    if not row["receipt"]:
        row = {**row, **await _receive(row, record, now)}
    return Answer(
        status=row["answer"], state=row["state"], receipt=row["receipt"],
        signature=seal.encoded(row["receipt_signature"]), **told,
    )  # fmt: skip


async def _missing(row: UUID, now: dt.datetime) -> list[dict[str, Any]]:
    """The documents that are not all here. Those that have come since are noted."""
    papers = [paper for paper in await db.rows(PAPERS, row) if paper["held_at"] is None]
    came = [paper["id"] for paper in papers if await pieces.held(pieces.SYNC, paper["sha256"])]
    if came:
        held: dict[Any, Any] = {SyncAttachment.held_at: now}
        await SyncAttachment.update(held).where(SyncAttachment.id.is_in(came))
    return [
        {"sha256": paper["sha256"].hex(), "offset": await pieces.offset(pieces.SYNC, paper["sha256"])}
        for paper in papers
        if paper["id"] not in came
    ]


async def _receive(row: dict[str, Any], record: chain.Record, now: dt.datetime) -> dict[str, Any]:
    """Sign for it: from here on it is ours to lose."""
    receipt = chain.canonical(
        {
            "attachments": sorted(one.sha256 for one in record.attachments),
            "at": int(now.timestamp() * 1000), "device": str(record.device), "hash": row["hash"].hex(),
            "key": seal.newest(), "record": str(record.id),
        }
    )  # fmt: skip
    signature = seal.sign(receipt)
    [told] = await db.rows(RECEIPT, row["id"], receipt.decode(), signature)
    return {"receipt": receipt.decode(), "receipt_signature": signature, "state": told["state"]}


async def _again(row: UUID, answer: Answer) -> Answer:
    """The same answer with what became of the record when it was opened."""
    [found] = await db.rows("SELECT state, reason, answer FROM sync_record WHERE id = $1", row)
    return msgspec.structs.replace(
        answer, state=found["state"], reason=found["reason"], status=found["answer"]
    )


async def offset_of(device: UUID, sha256: bytes) -> tuple[int, int]:
    """How many bytes of a document are here, and how many it has. Refuses: NotFound, where no record names it."""
    return await pieces.offset(pieces.SYNC, sha256), await _size(device, sha256)


async def add_piece(device: UUID, sha256: bytes, at: int, data: bytes) -> int:
    """One piece of a document that a record of this phone names; how many bytes are here now.
    Refuses: NotFound, Elsewhere, Spoilt.
    """
    return await pieces.append(pieces.SYNC, sha256, await _size(device, sha256), at, data)


async def _size(device: UUID, sha256: bytes) -> int:
    found = await db.rows(NAMED, sha256, device)
    if not found:
        raise NotFound("没有哪条记录提到这份文件，请先传记录")
    return int(found[0]["size"])

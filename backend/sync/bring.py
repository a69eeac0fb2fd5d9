"""求助导出 brought to the office: what a phone could not send itself is handed over from the file that it made.

The file: `QBHELP1`, a line of JSON that lists records and papers, then the papers' bytes one after the other. Nobody
can read it on the way; the records prove themselves by their phone's signature, whoever brings them.
"""

import json
from typing import IO
from uuid import UUID

import msgspec

from backend import identity, pieces
from backend.refusal import Refusal
from backend.sync import chain, seal, take

MARK = b"QBHELP1\n"
LONGEST_LIST = 64_000_000  # bytes of the list: hundreds of records
BRINGERS = ("agent", "supervisor", "clerk", "desk", "manager")
NO_FILE = "这不是求助导出的文件，请在手机上重新导出"


class _Entry(msgspec.Struct):
    body: str
    signature: str


class _Paper(msgspec.Struct):
    sha256: chain.Hex
    size: int


class _List(msgspec.Struct):
    records: list[_Entry]
    papers: list[_Paper]


class Brought(msgspec.Struct):
    """What became of the records of a file."""

    accepted: int = 0
    quarantined: int = 0
    waiting: int = 0
    refused: int = 0


class NoFile(Refusal):
    """Not a file of ours, or cut short (422)."""

    status = 422


async def bring(file: IO[bytes], by: UUID) -> Brought:
    """Hand over what is in the file. Again is as once. Refuses: Denied, NoFile."""
    await identity.require(by, *BRINGERS)
    found = _list(file)
    for entry in found.records:
        await _hand_over(entry)
    for paper in found.papers:
        await _paper(file, paper, _owner(found, paper))
    told = Brought()
    for entry in found.records:
        state = await _hand_over(entry)
        setattr(told, state, getattr(told, state) + 1)
    return told


def _list(file: IO[bytes]) -> _List:
    try:
        if file.read(len(MARK)) != MARK:
            raise NoFile(NO_FILE)
        return msgspec.json.decode(file.readline(LONGEST_LIST), type=_List)
    except msgspec.DecodeError:
        raise NoFile(NO_FILE) from None


async def _hand_over(entry: _Entry) -> str:
    """The field of Brought that this record counts in."""
    try:
        body = entry.body.encode()
        answer = await take.take(chain.read(body).id, body, seal.decoded(entry.signature), via="office")
    except (Refusal, chain.Unreadable, ValueError):
        return "refused"
    states = {"accepted": "accepted", "stored": "accepted", "settled": "accepted"}
    return states.get(answer.state, "waiting" if answer.missing else "quarantined")


def _owner(found: _List, paper: _Paper) -> UUID | None:
    """The phone whose record names the paper."""
    named = (entry.body for entry in found.records if paper.sha256 in entry.body)
    try:
        return UUID(json.loads(next(named))["device"])
    except (StopIteration, ValueError, KeyError, TypeError):
        return None


async def _paper(file: IO[bytes], paper: _Paper, device: UUID | None) -> None:
    """The next bytes of the file, appended to what is here."""
    sha256, left = bytes.fromhex(paper.sha256), paper.size
    at = await pieces.offset(pieces.SYNC, sha256)
    file.seek(min(at, paper.size), 1)
    left -= min(at, paper.size)
    while left > 0:
        data = file.read(min(pieces.PIECE, left))
        if not data:
            raise NoFile("文件不完整，请在手机上重新导出")
        left -= len(data)
        try:
            at = await take.add_piece(device, sha256, at, data) if device else at
        except Refusal:  # not named by a record that was taken in, or spoilt: the record will say so
            file.seek(left, 1)
            return

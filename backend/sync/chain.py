"""A record as its device sealed it, and the chain that a device's records make.

A record is canonical JSON: keys sorted, no white space, printable ASCII, only objects, lists, strings and whole
numbers. Its hash is SHA-256 of exactly these bytes; the phone signs them by ECDSA P-256 (SHA-256, r and s of 32 bytes
each). `seq` counts from 1 on each phone, `prev` is the hash of the record before (zeros before the first). `pwa/src/
sync/chain.ts` does the same; `tests/sync/vectors.json` holds both to it.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Annotated, Any
from uuid import UUID

import msgspec

SCHEMA = 1  # of what is sealed in a record; a newer one has its step in its `Kind`'s upgrades
OLDER = 4  # versions before it that are still read: a phone may lie in a drawer for a season
ZEROS = "0" * 64
LONGEST = 262_144  # bytes of a record: a signature picture and a hand-over list fit many times
Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_PRINTABLE = re.compile(r"[ -~]*")


class Unreadable(Exception):
    """These bytes are no record."""


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed document: SHA-256 and size of the sealed bytes."""

    sha256: Hex
    size: Annotated[int, msgspec.Meta(ge=1, le=20_000_000)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What everybody may read of a record. `kind`: of `kinds.KINDS`; older phones, which knew one only, do not say it.
    `visit`: the one that was asked for, if any; `at`: ms since 1970 by the device's clock; `payload`: sealed,
    base64url.
    """

    id: UUID
    device: UUID
    seq: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    prev: Hex
    schema: Annotated[int, msgspec.Meta(ge=1, le=30_000)]
    at: Annotated[int, msgspec.Meta(ge=0, le=32_503_680_000_000)]
    payload: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]+$")]
    attachments: Annotated[list[Attachment], msgspec.Meta(max_length=40)]
    visit: str = ""
    kind: Annotated[str, msgspec.Meta(pattern="^[a-z]{1,12}$")] = "visit"

    @property
    def visit_id(self) -> UUID | None:
        """The visit that was asked for, if one was."""
        return UUID(self.visit) if self.visit else None


def canonical(value: Any) -> bytes:
    """The one way to write it down. Refuses: Unreadable, whatever has two."""
    _plain(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _plain(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _plain(key)
            _plain(inner)
    elif isinstance(value, list):
        for inner in value:
            _plain(inner)
    elif isinstance(value, str):
        if not _PRINTABLE.fullmatch(value):
            raise Unreadable
    elif type(value) is not int:
        raise Unreadable


def digest(body: bytes) -> bytes:
    """The hash of a record."""
    return hashlib.sha256(body).digest()


def read(body: bytes) -> Record:
    """The record in these bytes. Refuses: Unreadable, also when they are not canonical."""
    try:
        if len(body) > LONGEST or canonical(json.loads(body)) != body:
            raise Unreadable
        found = msgspec.json.decode(body, type=Record)
        _ = found.visit_id
    except (ValueError, RecursionError) as error:  # msgspec's and json's errors among them
        raise Unreadable from error
    if len({one.sha256 for one in found.attachments}) < len(found.attachments):
        raise Unreadable
    return found


def readable(schema: int) -> bool:
    """This version of the app is still, or already, understood."""
    return max(1, SCHEMA - OLDER) <= schema <= SCHEMA


class Link(msgspec.Struct, frozen=True):
    """One record in its chain, as the server holds it. `genuine`: the phone's key signed it."""

    seq: int
    hash: bytes
    prev: bytes
    genuine: bool = True


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong at a place of the chain: gap, fork, reorder, broken or signature."""

    kind: str
    seq: int


def flaws(links: Iterable[Link]) -> list[Flaw]:
    """Everything that is wrong with a chain, by place. A gap is no flaw any more when what was missing has come."""
    places: dict[int, list[Link]] = defaultdict(list)
    forged = set()
    for link in links:
        if link.genuine:
            places[link.seq].append(link)
        else:
            forged.add(Flaw("signature", link.seq))
    found = forged | {flaw for seq in _span(places) for flaw in _at(seq, places)}
    return sorted(found, key=lambda flaw: (flaw.seq, flaw.kind))


def _span(places: dict[int, list[Link]]) -> range:
    return range(1, max(places, default=0) + 1)


def _at(seq: int, places: dict[int, list[Link]]) -> Iterator[Flaw]:
    here = places.get(seq, [])
    if not here:
        yield Flaw("gap", seq)
    if len({link.hash for link in here}) > 1:
        yield Flaw("fork", seq)
    before = {link.hash for link in places.get(seq - 1, [])} if seq > 1 else {bytes(32)}
    elsewhere = {link.hash for links in places.values() for link in links} | {bytes(32)}
    for link in here:
        if link.prev not in before and (before or link.prev in elsewhere):
            yield Flaw("reorder" if link.prev in elsewhere else "broken", seq)

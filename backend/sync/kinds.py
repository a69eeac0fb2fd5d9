"""What the sync has to know of a kind of records; their domains know the rest, and `backend/records.py` tells it."""

import io
from collections.abc import Awaitable, Callable
from typing import IO, Any
from uuid import UUID

import msgspec

from backend import pieces
from backend.refusal import Refusal
from backend.sync import chain, seal

UNOPENED = "这条记录打不开，可能已经损坏。原件已留存，等办公室处理"
UNKNOWN = "这条记录的内容认不出来。原件已留存，等办公室处理"


class Facts(msgspec.Struct, frozen=True):
    """What is sealed in every record: its id once more, and what each attachment shows."""

    record: str
    documents: list[str]


class Opened(msgspec.Struct, frozen=True):
    """A record that is open: what was sealed in it, who made it, and whether the office has looked at it and lets it
    pass although not everything is any more as it was.
    """

    record: chain.Record
    facts: Any
    staff: UUID
    looked_at: bool = False

    @property
    def names(self) -> list[str]:
        """What each attachment shows."""
        return names_of(self.facts, len(self.record.attachments))

    def document(self, n: int) -> IO[bytes]:
        """The nth attachment as it was before it was sealed. Refuses: one that is not there or not readable."""
        try:
            sealed = pieces.read(pieces.SYNC, bytes.fromhex(self.record.attachments[n].sha256))
            return io.BytesIO(seal.opened(sealed, f"attachment {self.record.id}"))
        except (seal.Unopened, FileNotFoundError):
            raise Refusal(UNOPENED) from None


class Kind(msgspec.Struct, frozen=True):
    """One kind of records. `name`: what the office calls one; `role`: of the devices that make it; `facts`: what is
    sealed in it; `complete` does what it tells of, or refuses; `leads`: where it stands now, as words and address,
    for who may read it there; `inside`: what `template` shows of it to who looks. `upgrades`: from the version
    before to this one, each takes what an older app sealed and gives what the next one would have.
    """

    name: str
    role: str
    facts: type[Any]
    complete: Callable[[Opened], Awaitable[None]]
    leads: Callable[[dict[str, Any], UUID], Awaitable[tuple[str, str] | None]]
    inside: Callable[[dict[str, Any], Any], Awaitable[dict[str, Any]]]
    template: str
    upgrades: dict[int, Callable[[Any], Any]] = {}


KINDS: dict[str, Kind] = {}


def know(**kinds: Kind) -> None:
    """Tell, once a process, which kinds there are."""
    KINDS.update(kinds)


def kind_of(name: str) -> Kind:
    """The kind of this name; for a name that this version does not know the oldest one."""
    return KINDS.get(name, KINDS["visit"])


def names_of(facts: Any, n: int) -> list[str]:
    """What each of n attachments shows."""
    listed: list[str] = facts.documents
    return [*listed, *["材料"] * n][:n]


def facts_of(body: bytes) -> Any:
    """Open a record. Refuses: Unreadable; Refusal, in the words that its maker and the office read."""
    record = chain.read(body)
    try:
        kind = KINDS[record.kind]
        told = msgspec.json.decode(seal.opened(seal.decoded(record.payload), f"payload {record.id}"))
        for schema in range(record.schema, chain.SCHEMA):
            told = kind.upgrades[schema](told)
        found = msgspec.convert(told, kind.facts)
    except seal.Unopened:
        raise Refusal(UNOPENED) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(UNKNOWN) from None
    if found.record != str(record.id):
        raise Refusal(UNKNOWN)
    return found

"""One deed of a hall's manager: who, when, under a lock of the halls it touches, and an event for every row."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend import clock, db, identity
from backend.appointments.tables import CapacityEvent
from backend.refusal import NotFound

HALLS = "SELECT id, code FROM hall WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"


class Deed(msgspec.Struct):
    """What is written with every event of one deed; `undoes` is the deed that it takes back."""

    by: UUID
    at: dt.datetime
    id: UUID
    undoes: UUID | None = None
    note: str = ""

    async def record(self, hall: UUID, kind: str, subject: UUID, before: Any, after: Any) -> None:
        """Write what became of one row. A part."""
        db.inside()
        event = CapacityEvent(
            hall=hall, at=self.at, by=self.by, kind=kind, before=_text(before), after=_text(after),
            deed=self.id, subject=subject, undoes=self.undoes, note=self.note,
        )  # fmt: skip
        await CapacityEvent.insert(event)


async def begin(by: UUID, halls: Iterable[UUID], undoes: UUID | None = None, note: str = "") -> Deed:
    """Start a deed: the halls are locked by id, so that no two people change one hall's capacity at once.

    A part. Refuses: NotFound, and Denied to who does not manage every one of them.
    """
    db.inside()
    wanted = sorted(set(halls))
    found = await db.rows(HALLS, wanted)
    if not found or len(found) < len(wanted):
        raise NotFound("没有找到这个大厅")
    for hall in found:
        await identity.require(by, "manager", hall=hall["code"], missing="没有找到这个大厅")
    return Deed(by, await clock.now(), uuid4(), undoes, note)


def _text(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()

"""A city's reference data, from files: what another city changes without a programmer."""

from pathlib import Path

from piccolo.table import Table

from backend import db
from backend.reference import booking, bundles, calendar, check, halls, items, rules, store
from backend.reference.rows import BadReference, Row
from backend.reference.store import Report
from backend.settings import settings

__all__ = ["BadReference", "Report", "load", "read", "rules"]

LOCK = 7_162_616  # one loading at a time


def read(folder: Path | None = None) -> list[Row]:
    """Every row that the files of a folder (the deployment's) state; every file is judged.

    Refuses: BadReference, one line with file, row and field.
    """
    folder = folder or settings().reference
    rules.judge(folder)
    places = list(halls.halls(folder))
    matters = list(items.items(folder, places))
    wanted = [
        *halls.departments(folder),
        *places,
        *halls.villages(folder),
        *booking.queues(folder, places),
        *matters,
        *bundles.bundles(folder, matters),
        *booking.policies(folder),
        *booking.texts(folder),
        *booking.capacity(folder, places),
        *calendar.days(),
    ]
    check.whole(wanted)
    return wanted


async def load(folder: Path | None = None) -> Report:
    """Load a folder (the deployment's): all or nothing, and safe to repeat.

    What was edited in the console stays, and is listed where it differs; rows that no file names any
    more stay and are listed. Refuses: BadReference, with nothing changed.
    """
    wanted = read(folder)
    async with db.transaction():
        await Table.raw("SELECT pg_advisory_xact_lock({})", LOCK)
        return await store.settle(wanted)

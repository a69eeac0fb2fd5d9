"""A world that is put back as it was after each deed: far cheaper than building it anew, and its ids stay the same."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from piccolo.table import sort_table_classes

from backend import clock, db
from backend.piccolo_app import APP_CONFIG

TABLES = [table._meta.tablename for table in sort_table_classes(APP_CONFIG.table_classes)]
KEEP = "CREATE SCHEMA kept;" + "".join(f'CREATE TABLE kept."{name}" AS TABLE "{name}";' for name in TABLES)
EMPTY = "".join(f'DELETE FROM "{name}";' for name in reversed(TABLES))
FILLED = 'SELECT count(*) AS n FROM kept."{}"'


@asynccontextmanager
async def kept() -> AsyncIterator["Kept"]:
    """Keep all rows as they are now."""
    await _run(KEEP)
    try:
        filled = [name for name in TABLES if (await db.rows(FILLED.format(name)))[0]["n"]]
        yield Kept(await clock.now(), filled)
    finally:
        await _run("DROP SCHEMA kept CASCADE")


class Kept:
    """The rows of a moment, and the moment."""

    def __init__(self, at: dt.datetime, filled: list[str]) -> None:
        self.at = at
        self.again = EMPTY + "".join(f'INSERT INTO "{name}" SELECT * FROM kept."{name}";' for name in filled)

    async def put_back(self) -> None:
        """Everything is as it was then, the time of day too."""
        await _run(self.again)
        await clock.move_to(self.at)


async def _run(statements: str) -> None:
    """Several statements as one transaction."""
    pool = db.engine().pool
    assert pool is not None
    async with pool.acquire() as connection:
        await connection.execute(statements)

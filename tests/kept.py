"""A world that is put back as it was: far cheaper than building it anew, and its ids stay the same."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from piccolo.table import sort_table_classes

from backend import clock, db, reference
from backend.piccolo_app import APP_CONFIG
from backend.settings import settings

TABLES = [table._meta.tablename for table in sort_table_classes(APP_CONFIG.table_classes)]
# All rows go, or come from where they were sound: what only a superuser may leave out, is not checked once more.
UNCHECKED = """SELECT set_config('session_replication_role', 'replica', true)
 WHERE current_setting('is_superuser') = 'on';"""
EMPTY = UNCHECKED + "".join(f'DELETE FROM "{name}";' for name in reversed(TABLES))


class Kept:
    """The rows of a moment, which stand in a schema of this name, and the moment."""

    def __init__(self, schema: str, at: dt.datetime, filled: list[str]) -> None:
        self.at = at
        self.again = EMPTY + "".join(
            f'INSERT INTO "{name}" SELECT * FROM {schema}."{name}";' for name in filled
        )

    async def put_back(self) -> None:
        """Everything is as it was then, the time of day too."""
        await _run(self.again)
        await clock.move_to(self.at)


async def keep(schema: str) -> Kept:
    """Keep all rows as they are now, until the database goes or the schema is dropped."""
    copies = "".join(f'CREATE TABLE {schema}."{name}" AS TABLE "{name}";' for name in TABLES)
    await _run(f"CREATE SCHEMA {schema};{copies}")
    filled = [
        name for name in TABLES if (await db.rows(f'SELECT count(*) AS n FROM {schema}."{name}"'))[0]["n"]
    ]
    return Kept(schema, await clock.now(), filled)


_qidong: dict[str, Kept] = {}  # by the address of the server that has the schema


async def qidong() -> None:
    """Nothing but what the files of `backend/reference` say, loaded once a process and server."""
    server = db.engine().config["dsn"]
    if server not in _qidong:
        moment = await clock.now()
        await empty()
        await clock.move_to(moment)
        await reference.load(settings().reference)
        _qidong[server] = await keep("qidong")
    await _qidong[server].put_back()


@asynccontextmanager
async def kept() -> AsyncIterator[Kept]:
    """Keep all rows as they are now, for a while."""
    try:
        yield await keep("kept")
    finally:
        await _run("DROP SCHEMA IF EXISTS kept CASCADE")


async def empty() -> None:
    """No row is left."""
    await _run(EMPTY)


async def _run(statements: str) -> None:
    """Several statements as one transaction."""
    pool = db.engine().pool
    assert pool is not None
    async with pool.acquire() as connection:
        await connection.execute(statements)

"""A world that is put back as it was: far cheaper than building it anew, and its ids stay the same."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from piccolo.table import sort_table_classes

from backend import clock, db, reference
from backend.piccolo_app import APP_CONFIG
from backend.settings import settings
from tests.factories import MONDAY

TABLES = [table._meta.tablename for table in sort_table_classes(APP_CONFIG.table_classes)]
# All rows go, or come from where they were sound: what only a superuser may leave out, is not checked once more.
UNCHECKED = """SELECT set_config('session_replication_role', 'replica', true)
 WHERE current_setting('is_superuser') = 'on';"""
EMPTY = UNCHECKED + "".join(f'DELETE FROM "{name}";' for name in reversed(TABLES))


# A table is written only where it changed, which the transactions tell that its rows are of: rows that go and come
# leave dead ones behind, and whatever is asked later reads those, too. Who may not leave the checks out writes all
# tables, for a row takes others along.
BACK = """
CREATE TABLE {schema}.written (name text PRIMARY KEY, writer xid NOT NULL);
CREATE FUNCTION {schema}.back() RETURNS void LANGUAGE plpgsql AS $back$
DECLARE
  free boolean := current_setting('is_superuser') = 'on';
  changed text[] := '{{}}'; known jsonb; own bigint; other bigint;
BEGIN
  IF free THEN PERFORM set_config('session_replication_role', 'replica', true); END IF;
  SELECT coalesce(jsonb_object_agg(name, writer::text), '{{}}') INTO known FROM {schema}.written;
  {emptied}
  {filled}
  IF changed <> '{{}}' THEN
    INSERT INTO {schema}.written SELECT unnest(changed), pg_current_xact_id()::xid
    ON CONFLICT (name) DO UPDATE SET writer = excluded.writer;
  END IF;
END $back$;
"""
NONE = """
  IF NOT free OR EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;"""
EMPTIED = """
  SELECT count(*) FILTER (WHERE xmin = mine), count(*) FILTER (WHERE xmin <> mine) INTO own, other
  FROM "{name}", (SELECT coalesce(known->>'{name}', '0')::xid AS mine) AS last;
  IF NOT free OR own <> {rows} OR other > 0 THEN
    DELETE FROM "{name}"; changed := changed || '{name}'::text;
  END IF;"""
FILLED = """
  IF '{name}' = ANY (changed) THEN INSERT INTO "{name}" SELECT * FROM {schema}."{name}"; END IF;"""


class Kept:
    """The rows of a moment, which stand in a schema of this name, and the moment."""

    def __init__(self, schema: str, at: dt.datetime) -> None:
        self.at, self.schema = at, schema

    async def put_back(self) -> None:
        """Everything is as it was then, the time of day too."""
        await _run(f"SELECT {self.schema}.back()")
        await clock.move_to(self.at)


async def keep(schema: str) -> Kept:
    """Keep all rows as they are now, until the database goes or the schema is dropped."""
    copies = "".join(f'CREATE TABLE {schema}."{name}" AS TABLE "{name}";' for name in TABLES)
    await _run(f"CREATE SCHEMA {schema};{copies}")
    rows = {name: (await db.rows(f'SELECT count(*) AS n FROM {schema}."{name}"'))[0]["n"] for name in TABLES}
    emptied = "".join(
        (EMPTIED if rows[name] else NONE).format(name=name, rows=rows[name]) for name in reversed(TABLES)
    )
    filled = "".join(FILLED.format(name=name, schema=schema) for name in TABLES if rows[name])
    await _run(BACK.format(schema=schema, emptied=emptied, filled=filled))
    return Kept(schema, await clock.now())


_qidong: dict[str, Kept] = {}  # by the address of the server that has the schema


async def qidong() -> None:
    """Nothing but what the files of `backend/reference` say, loaded once a process and server."""
    server = db.engine().config["dsn"]
    if server not in _qidong:
        await empty()
        await clock.move_to(MONDAY)
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

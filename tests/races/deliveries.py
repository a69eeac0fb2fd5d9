"""Counts deliveries where they cannot be missed: in the database, at each notice that turns delivered."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend import db

# A delivery is the moment `delivered_at` changes; two of one notice are two rows here.
WATCH = """
CREATE TABLE IF NOT EXISTS delivered (notice uuid NOT NULL);
CREATE OR REPLACE FUNCTION note_delivery() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO delivered VALUES (NEW.id); RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER note_delivery AFTER UPDATE OF delivered_at ON notice FOR EACH ROW
  WHEN (NEW.delivered_at IS NOT NULL) EXECUTE FUNCTION note_delivery();
DELETE FROM delivered;
"""


@asynccontextmanager
async def watched() -> AsyncIterator[None]:
    """Count from now on."""
    await _run(WATCH)
    try:
        yield
    finally:
        await _run("DROP TRIGGER note_delivery ON notice; DROP FUNCTION note_delivery; DROP TABLE delivered")


async def _run(script: str) -> None:
    pool = db.engine().pool
    assert pool
    async with pool.acquire() as connection:
        await connection.execute(script)


async def deliveries() -> Counter[str]:
    """How often each notice was delivered."""
    return Counter(str(row["notice"]) for row in await db.rows("SELECT notice FROM delivered"))


async def waiting() -> list[dict[str, object]]:
    """The notices that are due and not delivered."""
    from backend import clock

    return await db.rows(
        "SELECT id, kind, attempts, claimed_until FROM notice"
        " WHERE delivered_at IS NULL AND withdrawn_at IS NULL AND due_at <= $1",
        await clock.now(),
    )

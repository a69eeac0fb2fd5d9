"""Bring a database up to date: migrations, reference data, the demo week."""

import contextlib
import hashlib
import io
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg

from backend.commands import ground
from backend.local import Unusable
from backend.settings import BadSetting, settings

MIGRATIONS = Path(__file__).parents[1] / "migrations"
ONE_AT_A_TIME = 0x71B4  # the advisory lock that two starting processes meet at


async def migrate() -> bool:
    """Run the migrations that have not run yet; safe when two processes start at once. True when one ran.

    Refuses: Unusable.
    """
    async with _alone() as connection:
        if await up_to_date(connection):
            return False
        await _run_them()
        return True


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(settings().database_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", ONE_AT_A_TIME)
        yield connection
    finally:
        await connection.close()


async def up_to_date(connection: asyncpg.Connection) -> bool:
    """Every migration has run."""
    # Asked before Piccolo's machinery is imported, which would take a second of every start.
    try:
        names = await connection.fetch("SELECT name FROM migration WHERE app_name = 'qiban'")
    except asyncpg.UndefinedTableError:
        return False
    ran = {re.sub(r"[-:]", "_", row["name"]).lower() for row in names}
    return {path.stem.removeprefix("qiban_") for path in MIGRATIONS.glob("qiban_*.py")} <= ran


async def _run_them() -> None:
    os.environ["PICCOLO_CONF"] = "backend.piccolo_conf"
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = await run_forwards("all")
    if not result.success:
        raise Unusable(f"migration failed: {' '.join(said.getvalue().split())[-300:]}")


async def load() -> str:
    """Load the reference data of the city; returns what it did, and what it left as edited in the console.

    Refuses: Unusable, with file, row and field, and nothing changed.
    """
    from backend import reference, state  # noqa: PLC0415  (reads piccolo_conf)

    try:
        done = await reference.load(settings().reference)
    except reference.BadReference as error:
        raise Unusable(str(error)) from error
    await state.remember(digest=digest())
    counts = f"新增 {done.inserted} 行，更新 {done.updated} 行，移除 {done.removed} 行"
    return "\n".join([counts, *done.differences, *done.unnamed])


async def load_if_changed() -> None:
    """Load where the files (or the code that reads them) are not those loaded last. Refuses: Unusable."""
    from backend import state  # noqa: PLC0415  (reads piccolo_conf)

    if await state.digest_loaded() != digest():
        await load()


def digest() -> str:
    """Of the city's files and of the code that reads them."""
    found = hashlib.sha256()
    for folder in (settings().reference, Path(__file__).parents[1] / "reference"):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".toml", ".csv")):
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def check() -> None:
    """Production never serves by rules it cannot use, nor a database that a demo was filled into.

    Elsewhere `up` loads first. Refuses: BadSetting, Unusable.
    """
    if not settings().playful:
        _judge_rules()
        ground.run(_refuse_demo)


def _judge_rules() -> None:
    from backend import reference  # noqa: PLC0415  (reads piccolo_conf)

    try:
        reference.rules.judge(settings().reference)
    except reference.BadReference as error:
        raise Unusable(str(error)) from error


async def _refuse_demo() -> None:
    from backend import state  # noqa: PLC0415  (reads piccolo_conf)

    if await state.holds_a_demo():
        raise BadSetting(
            "DATABASE_URL: a demo was filled into this database; production needs one of its own"
        )


async def demo() -> list[Any]:
    """Fill the demo week and return its sign-ins. Refuses: BadSetting in production."""
    from backend import demo, state  # noqa: PLC0415

    if not settings().playful:
        raise BadSetting("the demo week is never loaded in MODE=production")
    await state.remember(demo=True)
    return list(await demo.fill())

"""`doctor`: looks at everything a deployment stands on, says what is wrong in one sentence and what to do about it."""

import asyncio
import json
from collections.abc import AsyncIterator

import asyncpg
import msgspec

from backend import db, hints
from backend.commands.examine import Finding, bad, database, good, keys, redis, relay, signing, site, work
from backend.commands.examine.finding import WORDS

AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError)


async def examine() -> list[Finding]:
    """Every finding. Where the database is away, those that need none."""
    try:
        await db.open_pool(size=2)
    except AWAY as error:
        found = [
            bad(
                "database-reachable",
                f"连不上数据库（{type(error).__name__}）",
                'psql "$DATABASE_URL" -c "SELECT 1"',
            )
        ]
        return [*found, *await _all(redis.examine()), site.front_end(), site.address(), site.text_messages()]
    try:
        return [good("database-reachable", "数据库能连上"), *await _with_database()]
    finally:
        await db.close_pool()
        await hints.close()


async def _with_database() -> list[Finding]:
    found = await _all(database.examine())
    found += await _all(redis.examine())
    if any(one.id == "migrations" and one.level == "bad" for one in found):
        return [*found, site.front_end(), site.address(), site.text_messages()]  # the rest reads tables
    for part in (keys, work, site, signing, relay):
        found += await _all(part.examine())
    return found


async def _all(part: AsyncIterator[Finding]) -> list[Finding]:
    return [one async for one in part]


def doctor(as_json: bool) -> int:
    """Print every finding, the worst first; 1 where something is bad."""
    found = sorted(asyncio.run(examine()), key=lambda one: -list(WORDS).index(one.level))
    print(told(found, as_json))
    return int(any(one.level == "bad" for one in found))


def told(found: list[Finding], as_json: bool) -> str:
    """The findings for people, or for machines."""
    if as_json:
        return json.dumps([msgspec.to_builtins(one) for one in found], ensure_ascii=False, indent=2)
    counts = "，".join(f"{word} {sum(one.level == level for one in found)}" for level, word in WORDS.items())
    return "\n".join([*(one.line() for one in found), counts])

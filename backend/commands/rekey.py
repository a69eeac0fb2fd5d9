"""Replacing a key: everything sealed is sealed with the newest, every blind index is derived from the newest.

Batches of a few hundred rows, each committed by itself: it may be stopped, killed and run again, twice at once, and
beside serving processes, as long as all of them know both keys. An ID's index moves in all tables in one transaction,
under the locks of booking, so that limits are never counted across two indexes.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend import db, secrecy
from backend.commands.keyed import Column, columns
from backend.identity import documents, ids

BATCH = 200
SMALLEST = UUID(int=0)
# Whose ID can still be read: an erased person's index cannot be derived again, and ends by itself.
OLD_IDS = """
SELECT DISTINCT ON (id_index) id_index, id_type, id_sealed FROM person
WHERE length(id_index) > 0 AND get_byte(id_index, 0) <> $1 AND length(id_sealed) > 0 AND id_index > $2
ORDER BY id_index, id LIMIT $3
"""
LOCK_PEOPLE = "SELECT id FROM person WHERE id_index = $1 ORDER BY id FOR UPDATE"


class Report(msgspec.Struct):
    """What moved, by column; what could not, in words without anything personal."""

    moved: Counter[str] = msgspec.field(default_factory=Counter)
    unreadable: Counter[str] = msgspec.field(default_factory=Counter)
    twice: list[str] = msgspec.field(default_factory=list)

    def lines(self) -> list[str]:
        """For people who run it."""
        moved = [f"{name}：换了 {n} 行" for name, n in sorted(self.moved.items()) if n]
        lost = [f"{name}：{n} 行打不开，它们的密钥已经不在" for name, n in sorted(self.unreadable.items())]
        return [*(moved or ["没有要换的"]), *lost, *(f"重复：{each}" for each in self.twice)]


async def rekey(say: Callable[[str], None] = lambda line: None) -> Report:
    """Move every row to the newest keys. `say` is told after each batch."""
    report = Report()
    for column in columns("sealed"):
        await _seal_anew(column, report, say)
    await _move_ids(report, say)
    return report


async def _seal_anew(column: Column, report: Report, say: Callable[[str], None]) -> None:
    index = next((c for c in columns("of") if c.table == column.table and c.how == f"of {column.name}"), None)
    last = SMALLEST
    while rows := await _old(column, index, last):
        last = rows[-1]["id"]
        fresh = [value for row in rows if (value := _fresh(row, column, report))]
        report.moved[str(column)] += await _write(column, index, fresh, report)
        say(f"{column}：{report.moved[str(column)]} 行")


async def _old(column: Column, index: Column | None, after: UUID) -> list[dict[str, Any]]:
    """The next rows where the seal or the index beside it is under an older key."""
    old = f"get_byte({column.name}, 0) <> $1"
    if index:
        old = f"({old} OR {index.name} IS NOT NULL AND get_byte({index.name}, 0) <> {index.newest})"
    sql = f"SELECT id, {column.name} AS old FROM {column.table} WHERE length({column.name}) > 0 AND {old}"  # noqa: S608
    return await db.rows(f"{sql} AND id > $2 ORDER BY id LIMIT $3", column.newest, after, BATCH)


def _fresh(row: dict[str, Any], column: Column, report: Report) -> tuple[UUID, bytes, bytes, bytes] | None:
    try:
        text = secrecy.unseal(row["old"])
    except secrecy.Unreadable:
        report.unreadable[str(column)] += 1
        return None
    return row["id"], row["old"], secrecy.seal(text), secrecy.blind(text)


async def _write(column: Column, index: Column | None, fresh: list[Any], report: Report) -> int:
    """Write them, but over nothing that was changed meanwhile; one by one where an index is there already."""
    both = f", {index.name} = CASE WHEN {index.name} IS NULL THEN NULL ELSE u.blind END" if index else ""
    sql = (
        f"UPDATE {column.table} t SET {column.name} = u.fresh{both} FROM unnest($1::uuid[], $2::bytea[],"  # noqa: S608
        f" $3::bytea[], $4::bytea[]) AS u (id, old, fresh, blind) WHERE t.id = u.id AND t.{column.name} = u.old"
        " RETURNING t.id"
    )
    try:
        return len(await _run(sql, *([row[n] for row in fresh] for n in range(4))))
    except asyncpg.UniqueViolationError:
        if len(fresh) == 1:
            report.twice.append(f"{index} 的 {fresh[0][0]} 与另一行同号，留在旧密钥下")
            return 0
        return sum([await _write(column, index, [row], report) for row in fresh])


@db.retrying
async def _run(sql: str, *values: Any) -> list[dict[str, Any]]:
    return await db.rows(sql, *values)


async def _move_ids(report: Report, say: Callable[[str], None]) -> None:
    newest, last = columns("person")[0].newest, b""
    while rows := await db.rows(OLD_IDS, newest, last, BATCH):
        last = rows[-1]["id_index"]
        for row in rows:
            await _move(row, report)
        say(f"person.id_index：{report.moved['person.id_index']} 行")


async def _move(row: dict[str, Any], report: Report) -> None:
    try:
        number = secrecy.unseal(row["id_sealed"])
        report.moved.update(await _move_everywhere(row["id_index"], row["id_type"], number))
    except secrecy.Unreadable:
        report.unreadable["person.id_index"] += 1
    except asyncpg.UniqueViolationError as twice:
        report.twice.append(f"{twice.constraint_name}：同一证件在新旧密钥下各有一行，留在旧密钥下")


@db.retrying
async def _move_everywhere(old: bytes, id_type: str, number: str) -> dict[str, int]:
    """One ID, in all tables at once: who adds it, books for it or counts it waits, and then finds the new index."""
    new, moved = secrecy.blind(ids.id_key(id_type, number)), {}
    async with db.transaction():
        await documents.lock_id(id_type, number)
        await db.rows(LOCK_PEOPLE, old)
        for index in sorted((old, new)):
            await db.rows("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 1))", index)
        for column in columns("person"):
            sql = f"UPDATE {column.table} SET {column.name} = $2 WHERE {column.name} = $1 RETURNING id"  # noqa: S608
            moved[str(column)] = len(await db.rows(sql, old, new))
    return moved

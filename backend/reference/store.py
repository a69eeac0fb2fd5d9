"""Bringing the database to what the files say, without touching what people edited in the console."""

from typing import Any
from uuid import UUID, uuid5

import msgspec
from piccolo.columns import ForeignKey
from piccolo.table import Table

from backend.reference.kinds import KINDS, Kind, columns, natural
from backend.reference.rows import BadReference, Row

# Ids follow from the natural key, so that a poster's QR code still leads to its item after a fresh start.
NAMESPACE = UUID("0f5b7c1e-6d6f-5e0a-9d5b-716962616e00")
AT_ONCE = 200  # rows an INSERT; PostgreSQL takes 32,767 values
Key = tuple[Any, ...]


class Report(msgspec.Struct):
    """What loading did: counts, kept edits that differ from the files, rows the files no longer name."""

    inserted: int = 0
    updated: int = 0
    removed: int = 0
    differences: list[str] = msgspec.field(default_factory=list)
    unnamed: list[str] = msgspec.field(default_factory=list)


class Memory(msgspec.Struct):
    """Ids, keys and edited rows of the tables settled so far."""

    ids: dict[type[Table], dict[Key, UUID]] = msgspec.field(default_factory=dict)
    keys: dict[type[Table], dict[UUID, Key]] = msgspec.field(default_factory=dict)
    edited: dict[type[Table], set[Key]] = msgspec.field(default_factory=dict)


async def settle(wanted: list[Row]) -> Report:
    """Insert, update and remove, table by table, inside the open transaction."""
    memory, report = Memory(), Report()
    for kind in KINDS:
        await _Settling(kind, memory, report).run([row for row in wanted if row.table is kind.table])
    return report


class _Settling:
    def __init__(self, kind: Kind, memory: Memory, report: Report) -> None:
        self.kind, self.memory, self.report = kind, memory, report
        self.table: Any = kind.table  # Piccolo's columns are attributes that types do not show
        self.foreign = {
            name: column._foreign_key_meta.resolved_references
            for name, column in columns(kind.table).items()
            if isinstance(column, ForeignKey)
        }

    async def run(self, wanted: list[Row]) -> None:
        stored = await self._stored()
        fresh = []
        for row in wanted:
            old = stored.pop(row.key, None)
            if old is None and not self._kept(row.key, row.values):
                fresh.append(self.table(**self._resolved(row)))
            elif old is None:
                self.report.differences.append(f"{self._name(row.key)}: in the files, not in the database")
            elif changed := {name: value for name, value in row.values.items() if old[name] != value}:
                await self._change(row, old, changed)
        for start in range(0, len(fresh), AT_ONCE):
            await self.table.insert(*fresh[start : start + AT_ONCE])
        self.report.inserted += len(fresh)
        for key, old in stored.items():
            await self._leftover(key, old)

    async def _stored(self) -> dict[Key, dict[str, Any]]:
        """What the database holds, in the files' terms; remembered for the tables that refer to it."""
        found = {}
        ids = self.memory.ids.setdefault(self.table, {})
        for old in await self.table.select().output(load_json=True):
            for name, other in self.foreign.items():
                old[name] = self.memory.keys[other][old[name]]
            key = natural(self.table, old)
            found[key], ids[key] = old, old["id"]
        self.memory.keys[self.table] = {id: key for key, id in ids.items()}
        self.memory.edited[self.table] = {key for key, old in found.items() if old.get("edited_at")}
        return found

    def _kept(self, key: Key, values: dict[str, Any]) -> bool:
        whole = self.foreign.get(self.kind.part_of)
        part_of_edited = whole is not None and values[self.kind.part_of] in self.memory.edited[whole]
        return part_of_edited or key in self.memory.edited[self.table]

    def _resolved(self, row: Row) -> dict[str, Any]:
        id = uuid5(NAMESPACE, f"{self.table._meta.tablename}:{':'.join(map(str, row.key))}")
        self.memory.ids[self.table][row.key] = id
        self.memory.keys[self.table][id] = row.key
        return {"id": id, **{name: self._id(name, value, row) for name, value in row.values.items()}}

    def _id(self, name: str, value: Any, row: Row) -> Any:
        if name not in self.foreign:
            return value
        try:
            return self.memory.ids[self.foreign[name]][value]
        except KeyError:
            raise BadReference(f"{row.where}: {name}: there is no {'/'.join(map(str, value))}") from None

    async def _change(self, row: Row, old: dict[str, Any], changed: dict[str, Any]) -> None:
        if self._kept(row.key, row.values):
            for name, value in changed.items():
                said = f"{self._name(row.key)}: {name}: database {old[name]!r}, files {value!r}"
                self.report.differences.append(said)
            return
        values = {name: self._id(name, value, row) for name, value in changed.items()}
        untouched = self.table.id == old["id"]
        if hasattr(self.table, "edited_at"):
            untouched &= self.table.edited_at.is_null()  # somebody may be editing it while we load
        await self.table.update(values).where(untouched)
        self.report.updated += 1

    async def _leftover(self, key: Key, old: dict[str, Any]) -> None:
        if self.kind.removable and not self._kept(key, old):
            await self.table.delete().where(self.table.id == old["id"])
            self.report.removed += 1
        elif self._kept(key, old) and self.kind.part_of:
            self.report.differences.append(f"{self._name(key)}: in the database, not in the files")
        else:
            self.report.unnamed.append(self._name(key))

    def _name(self, key: Key) -> str:
        return f"{self.table._meta.tablename} {' '.join(map(str, key))}"

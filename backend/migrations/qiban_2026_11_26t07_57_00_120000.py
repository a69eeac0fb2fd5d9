"""What piccolo cannot say of the tables of the sync: one kept record of an id, and the order of a phone's records."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T07:57:00:120000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the sync"

FORWARDS = [
    "CREATE UNIQUE INDEX sync_record_kept ON sync_record (record) WHERE state IN ('waiting', 'stored', 'accepted')",
    "CREATE INDEX sync_record_chain ON sync_record (device, seq)",
    "CREATE INDEX sync_record_stored ON sync_record (received_at) WHERE state = 'stored'",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS sync_record_kept",
    "DROP INDEX IF EXISTS sync_record_chain",
    "DROP INDEX IF EXISTS sync_record_stored",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await engine().run_ddl(statement)

    async def back() -> None:
        for statement in reversed(BACKWARDS):
            await engine().run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(back)
    return manager

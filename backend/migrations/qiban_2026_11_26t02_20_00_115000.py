"""What a counter did before is found by an index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T02:20:00:115000"
VERSION = "1.38.0"
DESCRIPTION = "What a counter did before is found by an index"

FORWARDS = [
    "CREATE INDEX ticket_event_by_counter ON ticket_event (counter, at) WHERE counter IS NOT NULL",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS ticket_event_by_counter",
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

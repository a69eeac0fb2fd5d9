"""What another department passed on is found among all that ever happened."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-27T04:00:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "What another department passed on is found among all that ever happened"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        await engine().run_ddl(
            "CREATE INDEX case_event_passed ON case_event (\"case\", at) WHERE kind = 'transferred'"
        )

    async def back() -> None:
        await engine().run_ddl("DROP INDEX IF EXISTS case_event_passed")

    manager.add_raw(run)
    manager.add_raw_backwards(back)
    return manager

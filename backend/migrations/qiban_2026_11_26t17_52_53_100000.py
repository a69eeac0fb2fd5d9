"""What has to go to a department's own system is found at once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T17:52:53:100000"
VERSION = "1.38.0"
DESCRIPTION = "What has to go to a department's own system is found at once"

FORWARDS = ["CREATE INDEX desk_export_due ON desk_export (next_at) WHERE next_at IS NOT NULL"]
BACKWARDS = ["DROP INDEX IF EXISTS desk_export_due"]


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

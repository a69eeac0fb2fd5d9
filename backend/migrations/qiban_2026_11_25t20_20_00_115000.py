"""Indexes for counting the last hour."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-25T20:20:00:115000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes for counting the last hour"

FORWARDS = [
    "CREATE INDEX notice_by_time ON notice USING brin (created_at)",
    "CREATE INDEX dispatch_by_time ON dispatch USING brin (created_at)",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS notice_by_time",
    "DROP INDEX IF EXISTS dispatch_by_time",
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

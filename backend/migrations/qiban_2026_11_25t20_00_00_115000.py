"""Indexes for forgetting: what refers to a place that was held."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-25T20:00:00:115000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes for forgetting"

FORWARDS = [
    "CREATE INDEX waiting_event_by_hold ON waiting_event (hold) WHERE hold IS NOT NULL",
    "CREATE INDEX relocation_by_hold ON relocation (hold) WHERE hold IS NOT NULL",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS waiting_event_by_hold",
    "DROP INDEX IF EXISTS relocation_by_hold",
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

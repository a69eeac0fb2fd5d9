"""Indexes of closings, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-23T23:46:02:960457"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of closings"

FORWARDS = [
    "CREATE UNIQUE INDEX relocation_one_open ON relocation (appointment) WHERE state IN ('pending', 'offered', 'none')",
    "CREATE INDEX relocation_to_treat ON relocation (closing) WHERE state IN ('pending', 'offered', 'none')",
    "CREATE INDEX closing_by_hall_day ON closing (hall, day)",
    "CREATE INDEX closing_to_treat ON closing (state) WHERE state IN ('running', 'undoing')",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS relocation_one_open",
    "DROP INDEX IF EXISTS relocation_to_treat",
    "DROP INDEX IF EXISTS closing_by_hall_day",
    "DROP INDEX IF EXISTS closing_to_treat",
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

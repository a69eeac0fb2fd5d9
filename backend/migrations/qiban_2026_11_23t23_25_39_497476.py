"""Indexes of the waiting list and of held places, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-23T23:25:39:497476"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the waiting list and of held places"

FORWARDS = [
    "CREATE UNIQUE INDEX waiting_once ON waiting (person_index, item) WHERE state IN ('waiting', 'offered')",
    "CREATE INDEX waiting_by_line ON waiting (line, queued_at) WHERE state IN ('waiting', 'offered')",
    "CREATE INDEX place_hold_open ON place_hold (until) WHERE ended_at IS NULL",
    "CREATE INDEX place_hold_by_slot ON place_hold (slot) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX place_hold_one_offer ON place_hold (waiting) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX place_hold_one_for_each ON place_hold (appointment) WHERE ended_at IS NULL AND kind = 'closing'",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS waiting_once",
    "DROP INDEX IF EXISTS waiting_by_line",
    "DROP INDEX IF EXISTS place_hold_open",
    "DROP INDEX IF EXISTS place_hold_by_slot",
    "DROP INDEX IF EXISTS place_hold_one_offer",
    "DROP INDEX IF EXISTS place_hold_one_for_each",
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

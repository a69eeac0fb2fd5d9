"""Indexes of the queue, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-25T23:31:57:848658"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the queue"

FORWARDS = [
    "CREATE UNIQUE INDEX ticket_one_at_counter ON ticket (counter) WHERE state IN ('called', 'serving')",
    "CREATE UNIQUE INDEX ticket_once ON ticket (party, item) WHERE state IN ('waiting', 'called', 'serving', 'held')",
    "CREATE UNIQUE INDEX ticket_one_of_booking ON ticket (appointment) WHERE state NOT IN ('voided', 'withdrawn', 'abandoned')",
    "CREATE INDEX ticket_waiting ON ticket (day, turn_at) WHERE state = 'waiting'",
    "CREATE INDEX ticket_live ON ticket (day) WHERE state IN ('waiting', 'called', 'serving', 'held', 'missed')",
    "CREATE INDEX ticket_party ON ticket (party)",
    "CREATE INDEX ticket_by_person_index ON ticket (person_index, day) WHERE person_index IS NOT NULL",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS ticket_one_at_counter",
    "DROP INDEX IF EXISTS ticket_once",
    "DROP INDEX IF EXISTS ticket_one_of_booking",
    "DROP INDEX IF EXISTS ticket_waiting",
    "DROP INDEX IF EXISTS ticket_live",
    "DROP INDEX IF EXISTS ticket_party",
    "DROP INDEX IF EXISTS ticket_by_person_index",
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

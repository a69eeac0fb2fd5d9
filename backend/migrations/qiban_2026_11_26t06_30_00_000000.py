"""What piccolo cannot say of the tables of cases: partial indexes, and the sequence of numbers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T06:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of cases and the sequence of their numbers"

FORWARDS = [
    "CREATE UNIQUE INDEX case_stop_once ON case_stop (\"case\") WHERE until IS NULL",
    "CREATE INDEX case_work ON service_case (department, promised_due)"
    " WHERE state IN ('received', 'correcting', 'accepted', 'paused', 'decided', 'finished')",
    "CREATE INDEX case_of_hall ON service_case (hall, received_at)",
    "CREATE INDEX case_of_person ON service_case (person_index)",
    "CREATE INDEX case_correct_by ON service_case (correct_by) WHERE state = 'received'",
    "CREATE SEQUENCE case_number MAXVALUE 999999 CYCLE",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS case_stop_once",
    "DROP INDEX IF EXISTS case_work",
    "DROP INDEX IF EXISTS case_of_hall",
    "DROP INDEX IF EXISTS case_of_person",
    "DROP INDEX IF EXISTS case_correct_by",
    "DROP SEQUENCE IF EXISTS case_number",
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

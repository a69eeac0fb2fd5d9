"""Cases are found by the number of another system, and listed when they are over."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T19:00:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "Cases are found by the number of another system, and listed when they are over"

FORWARDS = [
    "CREATE INDEX case_external ON service_case (lower(replace(external_case_no, ' ', '')))"
    " WHERE external_case_no <> ''",
    "CREATE INDEX case_over ON service_case (department, coalesce(ended_at, decided_at, received_at) DESC, id)",
]
BACKWARDS = ["DROP INDEX IF EXISTS case_external", "DROP INDEX IF EXISTS case_over"]


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

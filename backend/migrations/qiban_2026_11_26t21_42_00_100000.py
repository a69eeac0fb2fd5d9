"""One request for a signature at a time about one row, and those that are due."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T21:42:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "One request for a signature at a time about one row, and those that are due"

FORWARDS = [
    "CREATE UNIQUE INDEX signing_request_one ON signing_request (kind, about) WHERE state = 'waiting'",
    "CREATE INDEX signing_request_due ON signing_request (next_at) WHERE next_at IS NOT NULL",
]
BACKWARDS = ["DROP INDEX IF EXISTS signing_request_one", "DROP INDEX IF EXISTS signing_request_due"]


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

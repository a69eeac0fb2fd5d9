"""What is not read yet is found at once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T11:10:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "What is not read yet is found at once"

FORWARDS = [
    "CREATE INDEX visit_news_unread ON visit_news (staff, at) WHERE read_at IS NULL",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS visit_news_unread",
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

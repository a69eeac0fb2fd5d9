"""The same page of a case, sent twice, is one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T08:10:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "The same page of a case, sent twice, is one"

FORWARDS = [
    "CREATE UNIQUE INDEX case_paper_once ON case_paper (\"case\", name, sha256)"
    " WHERE removed_at IS NULL AND sha256 <> ''",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS case_paper_once",
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

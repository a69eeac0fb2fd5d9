"""What stood behind a waiting time holds people ahead and what was remembered, too: older ones teach nothing."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T07:50:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "What stood behind a waiting time is kept whole"

FORWARDS = [
    "UPDATE ticket SET told_raw = NULL WHERE jsonb_array_length(told_raw) = 3",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await engine().run_ddl(statement)

    async def back() -> None:
        return  # a reading of three numbers is gone, and nothing else read it

    manager.add_raw(run)
    manager.add_raw_backwards(back)
    return manager

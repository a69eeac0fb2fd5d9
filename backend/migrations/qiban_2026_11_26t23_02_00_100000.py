"""What the desk far away took in is with its department from the hand-over on; the day for a notice goes by that."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T23:02:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "the day for a notice goes by the hand-over"

# What still lies at the desk is not deemed accepted; what was handed on gets its own day with the next sweep.
FORWARDS = [
    "UPDATE service_case SET correct_by = NULL WHERE channel = '4' AND handed_at IS NULL AND state = 'received'",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await engine().run_ddl(statement)

    manager.add_raw(run)
    return manager

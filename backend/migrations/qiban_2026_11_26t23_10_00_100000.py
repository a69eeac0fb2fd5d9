"""What the desk far away took in is with its department from the hand-over on; the day for a notice goes by that; and its
result is collected once it is there.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T23:10:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "what the desk far away took in goes by its hand-over and its result by its arrival"

# What still lies at the desk is not deemed accepted; whom we told to collect a result, collects it.
FORWARDS = [
    "UPDATE service_case SET correct_by = NULL WHERE channel = '4' AND handed_at IS NULL AND state = 'received'",
    "UPDATE service_case SET result_here_at = ended_at WHERE channel = '4' AND way IN ('', 'counter')"
    " AND state = 'finished'",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await engine().run_ddl(statement)

    manager.add_raw(run)
    return manager

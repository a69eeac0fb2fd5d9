"""A decision may be revoked; gaps and verifications that are due are found by index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T10:47:19:952463"
VERSION = "1.38.0"
DESCRIPTION = "A decision may be revoked; gaps and verifications that are due are found by index"

BEFORE = (
    "'received', 'correcting', 'accepted', 'paused', 'decided', 'finished', 'delivered', 'filed',"
    " 'declined', 'withdrawn', 'terminated', 'returned'"
)
FORWARDS = [
    "ALTER TABLE service_case DROP CONSTRAINT case_state_known",
    f"ALTER TABLE service_case ADD CONSTRAINT case_state_known CHECK (state IN ({BEFORE}, 'revoked'))",
    "CREATE INDEX case_gaps_due ON service_case (gaps_until) WHERE gaps_light IN ('open', 'soon')",
    "CREATE INDEX case_commitment_due ON case_commitment (verify_by) WHERE outcome IN ('', 'mending')",
]
BACKWARDS = [
    "ALTER TABLE service_case DROP CONSTRAINT case_state_known",
    # What was revoked had been granted and filed.
    "UPDATE service_case SET state = 'filed' WHERE state = 'revoked'",
    f"ALTER TABLE service_case ADD CONSTRAINT case_state_known CHECK (state IN ({BEFORE}))",
    "DROP INDEX IF EXISTS case_gaps_due",
    "DROP INDEX IF EXISTS case_commitment_due",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await engine().run_ddl(statement)

    async def back() -> None:
        for statement in BACKWARDS:
            await engine().run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(back)
    return manager

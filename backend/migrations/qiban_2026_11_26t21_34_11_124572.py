"""A case may be on its way by mail, or wanted online; one mailing of a case at a time, one file of a result once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T21:34:11:124572"
VERSION = "1.38.0"
DESCRIPTION = "A case may be on its way by mail, or wanted online; one mailing and one file of a result once"

BEFORE = (
    "'received', 'correcting', 'accepted', 'paused', 'decided', 'finished', 'delivered', 'filed',"
    " 'declined', 'withdrawn', 'terminated', 'returned', 'revoked'"
)
WORK = "'received', 'correcting', 'accepted', 'paused', 'decided', 'finished'"
INDEX = "CREATE INDEX case_work ON service_case (department, promised_due) WHERE state IN"
FORWARDS = [
    "ALTER TABLE service_case DROP CONSTRAINT case_state_known",
    f"ALTER TABLE service_case ADD CONSTRAINT case_state_known CHECK (state IN ({BEFORE}, 'mailed'))",
    "ALTER TABLE service_case DROP CONSTRAINT case_way_known",
    "ALTER TABLE service_case ADD CONSTRAINT case_way_known CHECK (way IN ('', 'counter', 'mail', 'online'))",
    "DROP INDEX IF EXISTS case_work",
    f"{INDEX} ({WORK}, 'mailed')",
    'CREATE UNIQUE INDEX case_mailing_once ON case_mailing ("case") WHERE state = \'sent\'',
    'CREATE UNIQUE INDEX case_result_once ON case_result ("case", sha256) WHERE removed_at IS NULL',
]
BACKWARDS = [
    "DROP INDEX IF EXISTS case_result_once",
    "DROP INDEX IF EXISTS case_mailing_once",
    "DROP INDEX IF EXISTS case_work",
    "ALTER TABLE service_case DROP CONSTRAINT case_way_known",
    "ALTER TABLE service_case DROP CONSTRAINT case_state_known",
    # What was mailed was called delivered, and nobody could want a result online.
    "UPDATE service_case SET way = '' WHERE way = 'online'",
    "UPDATE service_case SET state = 'delivered' WHERE state = 'mailed'",
    "ALTER TABLE service_case ADD CONSTRAINT case_way_known CHECK (way IN ('', 'counter', 'mail'))",
    f"ALTER TABLE service_case ADD CONSTRAINT case_state_known CHECK (state IN ({BEFORE}))",
    f"{INDEX} ({WORK})",
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

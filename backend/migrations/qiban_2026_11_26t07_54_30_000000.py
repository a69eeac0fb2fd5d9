"""What piccolo cannot say of the tables of visits: one agent at one door at a time, partial indexes, the sequence."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T07:54:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints and indexes of visits, and the sequence of their numbers"

FORWARDS = [
    "CREATE TYPE uuidrange AS RANGE (subtype = uuid)",
    "ALTER TABLE visit ADD CONSTRAINT visit_one_at_a_time EXCLUDE USING gist"
    " (uuidrange(agent, agent, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (state = 'agreed')",
    "CREATE UNIQUE INDEX visit_once ON visit (person, item)"
    " WHERE state IN ('requested', 'taken', 'agreed', 'paused', 'done')",
    "CREATE UNIQUE INDEX visit_mandate_once ON visit_mandate (visit) WHERE revoked_at IS NULL",
    "CREATE UNIQUE INDEX visit_pause_once ON visit_paper (visit) WHERE kind = 'pause' AND ended_at IS NULL",
    "CREATE INDEX visit_waiting ON visit (circle_until) WHERE state = 'requested'",
    "CREATE INDEX visit_call_open ON visit_call (due_at) WHERE called_at IS NULL",
    "CREATE SEQUENCE visit_number MAXVALUE 999999 CYCLE",
]
BACKWARDS = [
    "DROP TYPE IF EXISTS uuidrange",
    "ALTER TABLE IF EXISTS visit DROP CONSTRAINT IF EXISTS visit_one_at_a_time",
    "DROP INDEX IF EXISTS visit_once",
    "DROP INDEX IF EXISTS visit_mandate_once",
    "DROP INDEX IF EXISTS visit_pause_once",
    "DROP INDEX IF EXISTS visit_waiting",
    "DROP INDEX IF EXISTS visit_call_open",
    "DROP SEQUENCE IF EXISTS visit_number",
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

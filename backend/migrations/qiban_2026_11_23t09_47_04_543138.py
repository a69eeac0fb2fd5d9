"""Partial and several-column indexes, and the sequence of voucher numbers, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-23T09:47:04:543138"
VERSION = "1.38.0"
DESCRIPTION = "Indexes that Piccolo cannot declare"

FORWARDS = [
    "CREATE UNIQUE INDEX person_one_self ON person (account) WHERE relation = 'self' AND removed_at IS NULL",
    "CREATE UNIQUE INDEX person_id_once ON person (account, id_index) WHERE removed_at IS NULL",
    "CREATE INDEX notice_waiting ON notice (due_at) WHERE delivered_at IS NULL AND withdrawn_at IS NULL",
    "CREATE INDEX notice_inbox ON notice (account, delivered_at DESC) WHERE delivered_at IS NOT NULL",
    "CREATE INDEX notice_unread ON notice (account) WHERE delivered_at IS NOT NULL AND read_at IS NULL AND "
    "withdrawn_at IS NULL",
    "CREATE UNIQUE INDEX appointment_once ON appointment (person_index, item, day) WHERE state = 'booked'",
    "CREATE INDEX appointment_by_person_index ON appointment (person_index, day)",
    "CREATE INDEX slot_by_hall_day ON slot (hall, day)",
    "CREATE INDEX slot_by_line_day ON slot (line, day)",
    "CREATE INDEX capacity_exception_by_hall_day ON capacity_exception (hall, day)",
    "CREATE SEQUENCE appointment_number START 10000001",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS person_one_self",
    "DROP INDEX IF EXISTS person_id_once",
    "DROP INDEX IF EXISTS notice_waiting",
    "DROP INDEX IF EXISTS notice_inbox",
    "DROP INDEX IF EXISTS notice_unread",
    "DROP INDEX IF EXISTS appointment_once",
    "DROP INDEX IF EXISTS appointment_by_person_index",
    "DROP INDEX IF EXISTS slot_by_hall_day",
    "DROP INDEX IF EXISTS slot_by_line_day",
    "DROP INDEX IF EXISTS capacity_exception_by_hall_day",
    "DROP SEQUENCE IF EXISTS appointment_number",
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

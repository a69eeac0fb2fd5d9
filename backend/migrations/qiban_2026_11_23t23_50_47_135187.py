"""Indexes of no-shows, pauses and appeals, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-23T23:50:47:135187"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of no-shows, pauses and appeals"

FORWARDS = [
    "CREATE INDEX appointment_still_booked ON appointment (day) WHERE state = 'booked'",
    "CREATE INDEX no_show_by_person_index ON no_show (person_index, at) WHERE withdrawn_at IS NULL",
    "CREATE INDEX booking_pause_by_person_index ON booking_pause (person_index) WHERE state = 'running'",
    "CREATE INDEX booking_appeal_open ON booking_appeal (hall) WHERE state = 'open'",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS appointment_still_booked",
    "DROP INDEX IF EXISTS no_show_by_person_index",
    "DROP INDEX IF EXISTS booking_pause_by_person_index",
    "DROP INDEX IF EXISTS booking_appeal_open",
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

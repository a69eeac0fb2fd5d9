"""Indexes of text messages, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-25T19:51:22:288221"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of text messages"

FORWARDS = [
    "CREATE INDEX sms_waiting ON sms (due_at) WHERE state = 'waiting'",
    "CREATE INDEX sms_latest ON sms (created_at)",
    "CREATE INDEX sms_event_attempts ON sms_event (provider, at) WHERE took_ms IS NOT NULL",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS sms_waiting",
    "DROP INDEX IF EXISTS sms_latest",
    "DROP INDEX IF EXISTS sms_event_attempts",
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

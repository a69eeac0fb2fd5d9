"""Indexes of push subscriptions and dispatches, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-25T19:55:57:107842"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of push subscriptions and dispatches"

FORWARDS = [
    "CREATE INDEX notice_by_arrival ON notice (delivered_at) WHERE delivered_at IS NOT NULL",
    "CREATE INDEX notice_by_account_about ON notice (account, about)",
    "CREATE INDEX push_subscription_live ON push_subscription (account) WHERE revoked_at IS NULL",
    "CREATE UNIQUE INDEX dispatch_once_push ON dispatch (notice, subscription) WHERE channel = 'push'",
    "CREATE UNIQUE INDEX dispatch_once_sms ON dispatch (notice) WHERE channel = 'sms'",
    "CREATE INDEX dispatch_waiting ON dispatch (channel, urgent DESC, due_at) WHERE state = 'waiting'",
    "CREATE INDEX dispatch_unseen ON dispatch (notice) WHERE state IN ('waiting', 'sent') AND shown_at IS NULL",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS notice_by_arrival",
    "DROP INDEX IF EXISTS notice_by_account_about",
    "DROP INDEX IF EXISTS push_subscription_live",
    "DROP INDEX IF EXISTS dispatch_once_push",
    "DROP INDEX IF EXISTS dispatch_once_sms",
    "DROP INDEX IF EXISTS dispatch_waiting",
    "DROP INDEX IF EXISTS dispatch_unseen",
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

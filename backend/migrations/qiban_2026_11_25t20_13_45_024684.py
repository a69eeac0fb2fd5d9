"""Indexes of linked identities, which Piccolo cannot declare."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-25T20:13:45:024684"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of linked identities"

FORWARDS = [
    "CREATE UNIQUE INDEX identity_opens_one ON linked_identity (subject_index) WHERE unlinked_at IS NULL",
    "CREATE UNIQUE INDEX identity_once_an_account ON linked_identity (account, issuer) WHERE unlinked_at IS NULL",
]
BACKWARDS = [
    "DROP INDEX IF EXISTS identity_opens_one",
    "DROP INDEX IF EXISTS identity_once_an_account",
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

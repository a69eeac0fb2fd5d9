"""One handoff of a case at a time, one session and one ringing offer of an officer, one accepted of a handoff."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-27T10:10:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "One handoff of a case at a time and one session of an officer"
INDEXES = {
    "handoff_case_once": "UNIQUE INDEX handoff_case_once ON handoff (\"case\") WHERE ended_at IS NULL",
    "handoff_officer_once": "UNIQUE INDEX handoff_officer_once ON handoff (officer)"
    " WHERE state IN ('connecting', 'live', 'interrupted', 'deciding')",
    "handoff_due": "INDEX handoff_due ON handoff (due_at) WHERE due_at IS NOT NULL",
    "handoff_offer_once": "UNIQUE INDEX handoff_offer_once ON handoff_offer (officer) WHERE state = 'ringing'",
    "handoff_offer_accepted": "UNIQUE INDEX handoff_offer_accepted ON handoff_offer (handoff)"
    " WHERE state = 'accepted'",
}  # fmt: skip


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        for statement in INDEXES.values():
            await engine().run_ddl(f"CREATE {statement}")

    async def back() -> None:
        for name in INDEXES:
            await engine().run_ddl(f"DROP INDEX IF EXISTS {name}")

    manager.add_raw(run)
    manager.add_raw_backwards(back)
    return manager

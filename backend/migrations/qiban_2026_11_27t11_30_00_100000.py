"""One page at each end of a session, one seat of each who looks on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-27T11:30:00:100000"
VERSION = "1.38.0"
DESCRIPTION = "One page at each end of a session"
INDEXES = {
    "handoff_seat_once": "UNIQUE INDEX handoff_seat_once ON handoff_seat (handoff, role) WHERE role <> 'observer'",
    "handoff_observer_once": "UNIQUE INDEX handoff_observer_once ON handoff_seat (handoff, staff)"
    " WHERE role = 'observer'",
    "handoff_seat_page": "UNIQUE INDEX handoff_seat_page ON handoff_seat (page) WHERE page IS NOT NULL",
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

"""The one Piccolo app: every domain's tables, one linear history of migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="qiban",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(
        modules=[
            "backend.clock",
            "backend.state",
            "backend.catalog.tables",
            "backend.sms.tables",
            "backend.identity.tables",
            "backend.notify.tables",
            "backend.appointments.tables",
            "backend.queue.tables",
            "backend.cases.tables",
            "backend.cases.commitment_tables",
            "backend.cases.custody_tables",
            "backend.esign.tables",
            "backend.cases.delivery_tables",
            "backend.crossregion.tables",
            "backend.handoff.tables",
            "backend.handoff.sitting_tables",
            "backend.handoff.recording_tables",
            "backend.upkeep.tables",
            "backend.sync.tables",
            "backend.visits.tables",
            "backend.visits.news_tables",
        ],
        exclude_imported=True,
    ),
)

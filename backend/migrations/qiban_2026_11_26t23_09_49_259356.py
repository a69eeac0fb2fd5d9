from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-26T23:09:49:259356"
VERSION = "1.38.0"
DESCRIPTION = "the result is at the desk far away"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="qiban", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Case",
        tablename="service_case",
        column_name="result_here_at",
        db_column_name="result_here_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    return manager

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-26T07:26:29:042920"
VERSION = "1.38.0"
DESCRIPTION = "A kiosk asks before it gives one more number without an ID"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Rules",
        tablename="queue_rules",
        column_name="anonymous_seconds",
        db_column_name="anonymous_seconds",
        column_class_name="SmallInt",
        column_class=SmallInt,
        params={
            "default": 20,
            "null": False,
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

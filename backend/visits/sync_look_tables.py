"""Who looked at a sealed record (上门记录) or at a photograph of it."""

from uuid import uuid4

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from backend.identity.tables import Staff
from backend.visits.sync_tables import SyncRecord


class SyncOpening(Table, tablename="sync_opening"):
    """One look. `what`: the photograph's name; empty for the record itself."""

    id = UUID(primary_key=True, default=uuid4)
    row = ForeignKey(SyncRecord, on_delete=OnDelete.cascade, null=False, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    what = Varchar(length=80, default="")

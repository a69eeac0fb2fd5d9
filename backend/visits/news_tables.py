"""The table of what those who go to doors are told."""

from uuid import uuid4

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.identity.tables import Staff
from backend.visits.tables import Visit, VisitEvent

KINDS = ("asked", "given", "gone", "withdrawn", "paused", "terminated")


class VisitNews(Table, tablename="visit_news"):
    """One member of staff is told of one event: somebody asks (`asked`, all who may take it), it was given to them or
    to somebody else (`gone`), or it stops. Theirs until they have read it.
    """

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=False)
    visit = ForeignKey(Visit, on_delete=OnDelete.cascade, null=False, index=True)
    event = ForeignKey(VisitEvent, on_delete=OnDelete.cascade, null=False, index=False)
    kind = Varchar(length=12)
    at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)

    visit_news_once = Unique([staff, event])
    visit_news_known = Check(f"kind IN {KINDS}")


RAW_CONSTRAINTS = ["CREATE INDEX visit_news_unread ON visit_news (staff, at) WHERE read_at IS NULL"]

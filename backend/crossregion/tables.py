"""What the desk in Shanghai keeps of its own: cases, papers and bookings lie with their domains."""

from uuid import uuid4

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from backend.catalog.tables import Hall, Item
from backend.identity.tables import Staff


class DeskAsking(Table, tablename="desk_asking"):
    """Somebody asked at the desk for what it does not take in: an item, or, where there is none, in which words."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.cascade, null=False, index=False)
    item = ForeignKey(Item, on_delete=OnDelete.cascade, null=True, default=None, index=True)
    words = Varchar(length=60)
    staff = ForeignKey(Staff, on_delete=OnDelete.set_null, null=True, default=None, index=False)
    at = Timestamptz(index=True)

    desk_asking_for_one = Check("(item IS NULL) <> (words = '')")

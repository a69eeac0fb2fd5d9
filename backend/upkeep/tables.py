"""What was changed of the catalogue in the console: who, when, from what to what. Undo reads these rows."""

from uuid import uuid4

from piccolo.columns import JSONB, UUID, ForeignKey, OnDelete, Timestamptz
from piccolo.table import Table

from backend.catalog.tables import Hall, Item, Material
from backend.identity.tables import Staff


class ItemEvent(Table, tablename="item_event"):
    """A change of an item's texts and channels, or of one of its materials; only the fields that changed.

    `undoes` names the change that this one took back; each is taken back once.
    """

    id = UUID(primary_key=True, default=uuid4)
    item = ForeignKey(Item, on_delete=OnDelete.restrict, null=False, index=True)
    material = ForeignKey(Material, on_delete=OnDelete.restrict, null=True, default=None, index=False)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    before = JSONB()
    after = JSONB()
    undoes: ForeignKey = ForeignKey(
        "self", on_delete=OnDelete.no_action, null=True, default=None, unique=True, index=False
    )


class HoursEvent(Table, tablename="hours_event"):
    """A change of a hall's opening hours; `before` and `after` are whole weeks."""

    id = UUID(primary_key=True, default=uuid4)
    hall = ForeignKey(Hall, on_delete=OnDelete.restrict, null=False, index=True)
    at = Timestamptz()
    by = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=False)
    before = JSONB()
    after = JSONB()
    undoes: ForeignKey = ForeignKey(
        "self", on_delete=OnDelete.no_action, null=True, default=None, unique=True, index=False
    )


RAW_CONSTRAINTS: list[str] = []

"""What the bureau keeps up to date in the console: items' texts and channels, halls' hours; with history and undo.

Stands above the catalogue, because whoever changes it must be known to identity, and what a change means for
bookings is asked of appointments.
"""

from backend.upkeep.hours import change_hours, undo_hours_change
from backend.upkeep.items import change_item, change_material, undo_item_change

__all__ = [
    "change_hours",
    "change_item",
    "change_material",
    "undo_hours_change",
    "undo_item_change",
]

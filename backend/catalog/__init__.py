"""What can be done, where, and what to bring. Imports no other domain."""

from backend.catalog.look_up import item, materials, places
from backend.catalog.matching import Entry
from backend.catalog.search import departments, most_asked, offered, search
from backend.catalog.site import FootEntry, footer, texts

__all__ = [
    "Entry",
    "FootEntry",
    "departments",
    "footer",
    "item",
    "materials",
    "most_asked",
    "offered",
    "places",
    "search",
    "texts",
]

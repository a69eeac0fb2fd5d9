"""What can be done, where, and what to bring. Imports no other domain."""

from backend.catalog.hours import said
from backend.catalog.look_up import item, materials, places
from backend.catalog.matching import Entry
from backend.catalog.search import departments, most_asked, offered, search
from backend.catalog.site import FootEntry, footer, texts
from backend.catalog.sounds import sounds
from backend.catalog.ways import term
from backend.catalog.words import DEPTHS, KINDS, TYPES, UNITS

__all__ = [
    "DEPTHS",
    "KINDS",
    "TYPES",
    "UNITS",
    "Entry",
    "FootEntry",
    "departments",
    "footer",
    "item",
    "materials",
    "most_asked",
    "offered",
    "places",
    "said",
    "search",
    "sounds",
    "term",
    "texts",
]

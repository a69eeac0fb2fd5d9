"""One search box: name, everyday words, pinyin and initials, department."""

from typing import Literal

from backend.catalog import ranking
from backend.catalog.matching import Entry
from backend.catalog.snapshot import snapshot


async def search(text: str, limit: int = 10) -> list[Entry]:
    """What the text may mean, best first; what people ask for most when it is empty.

    A department's name lists all of its items. Nothing near: an empty list.
    """
    return ranking.rank((await snapshot()).index, text, limit)


async def most_asked(limit: int = 10) -> list[Entry]:
    """What people ask for most."""
    return ranking.most_asked((await snapshot()).index, limit)


async def offered(way: Literal["doorstep", "shanghai"]) -> list[Entry]:
    """What can be done at the doorstep or at the desk in Shanghai, the most asked first."""
    index = (await snapshot()).index
    return [entry for entry in ranking.most_asked(index, len(index.entries)) if getattr(entry, way)]


async def departments() -> list[str]:
    """The departments that have items, those asked most first."""
    index = (await snapshot()).index
    asked = {name: sum(index.entries[n].asked for n in own) for name, own in index.departments.items()}
    return sorted(asked, key=lambda name: -asked[name])

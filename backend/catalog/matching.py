"""The index behind the search box: items by the pieces of their texts, rare pieces counting more."""

import math
from collections.abc import Iterable, Iterator
from uuid import UUID

import msgspec

from backend.catalog import ways
from backend.catalog.meaning import known

PLAIN, WHOLE, OTHER = 1.0, 0.9, 0.4  # weight of the name, of an everyday phrase, of department and conditions


class Entry(msgspec.Struct, frozen=True):
    """What is known of an item for finding it and for showing it as a line of a list."""

    id: UUID
    name: str
    department: str = ""
    words: tuple[str, ...] = ()
    pinyin: str = ""
    conditions: str = ""
    asked: int = 0
    promised_days: int = 0
    promised_unit: str = "working"
    window: bool = False
    online: bool = False
    kiosk: bool = False
    doorstep: bool = False
    shanghai: bool = False
    bookable: bool = False

    @property
    def pace(self) -> str:
        """当场办结, 20 个工作日内办结."""
        return ways.pace(self)

    @property
    def line(self) -> str:
        """当场办结 · 网上可办 · 可上门."""
        return " · ".join([self.pace, *ways.ways(self)])


class Index(msgspec.Struct, frozen=True):
    """Items by the pieces of their texts."""

    entries: list[Entry]
    pieces: dict[str, dict[int, float]]  # piece → item → weight
    rarity: dict[str, float]  # of each piece
    phrases: list[
        list[tuple[frozenset[str], float]]
    ]  # of each item: the pieces, and how rare they are together
    sounds: list[list[tuple[str, str]]]  # of each item: pinyin, initials
    departments: dict[str, list[int]]


def index(entries: Iterable[Entry]) -> Index:
    """Build the index; some milliseconds for a city."""
    found = Index(list(entries), {}, {}, [], [], {})
    phrases = [[known(text) for text in (one.name, *one.words)] for one in found.entries]
    for number, (entry, own) in enumerate(zip(found.entries, phrases, strict=True)):
        others = [known(text) for text in (entry.department, entry.conditions)]
        weights = [PLAIN, *[WHOLE] * len(entry.words), OTHER, OTHER]
        for some, weight in zip([*own, *others], weights, strict=True):
            for piece in some:
                held = found.pieces.setdefault(piece, {})
                held[number] = max(weight, held.get(number, 0))
        found.sounds.append(list(_sounds(entry.pinyin)))
        found.departments.setdefault(entry.department, []).append(number)
    found.rarity.update(
        {piece: rarity_of(piece, len(held), len(phrases)) for piece, held in found.pieces.items()}
    )
    found.phrases.extend(
        [(some, sum(map(found.rarity.__getitem__, some))) for some in own] for own in phrases
    )
    return found


def rarity_of(piece: str, having: int, all_items: int) -> float:
    """How much it says that this piece is found. One that no item has counts too: what we know nothing of
    makes a likeness less likely.
    """
    return (1.0 if len(piece) == 2 else 0.5) * -math.log(max(having / (all_items + 10), 0.004))


def _sounds(pinyin: str) -> Iterator[tuple[str, str]]:
    for phrase in pinyin.split("|"):
        yield phrase.replace(" ", ""), "".join(syllable[0] for syllable in phrase.split())

"""A seeded sample where `--long` asks everything: stable, for where it begins follows from what is asked alone."""

from collections.abc import Iterable
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")
whole: list[bool] = []  # that everything is asked; said once, before the first test
counts = {"asked": 0, "all": 0}


def some(about: object, many: Iterable[T], every: int) -> list[T]:
    """One in `every`, at least one where there is any; all with `--long`."""
    found = list(many)
    chosen = found if whole else found[crc32(str(about).encode()) % min(every, len(found) or 1) :: every]
    counts["asked"] += len(chosen)
    counts["all"] += len(found)
    return chosen


def said() -> str:
    """What the report says of the run."""
    if not counts["all"]:
        return ""
    return f"sampled {counts['asked']} of {counts['all']} questions" + ("" if whole else ", --long for all")

"""What somebody may mean: a pure function of the index and a text.

Evidence is the weight of the shared pieces. An item needs enough of it to be shown at all; the order
follows from how much of the question and of the item's nearest phrase it covers. Letters are tried
as pinyin and as initials.
"""

from backend.catalog.matching import Entry, Index, rarity_of
from backend.catalog.meaning import bare as stripped
from backend.catalog.meaning import pieces, reduced

LEAST = 3.0  # evidence; with less, a likeness is chance
NEAR_BEST = 0.45  # of the best score


def rank(found: Index, text: str, limit: int = 10) -> list[Entry]:
    """The items that `text` may mean, best first; empty where nothing is near."""
    if not text.strip():
        return most_asked(found, limit)
    bare = stripped(text)
    if not bare:
        return []
    scores = _by_sound(found, bare) if bare.isascii() else _by_meaning(found, bare)
    best = max(scores.values(), default=0)
    kept = [number for number, score in scores.items() if score >= best * NEAR_BEST]
    kept.sort(key=lambda number: (-scores[number], -found.entries[number].asked))
    if len(bare) >= 2 and (whole := _department(found, bare)):
        return [found.entries[number] for number in whole]
    return [found.entries[number] for number in kept[:limit]]


def most_asked(found: Index, limit: int) -> list[Entry]:
    """What people ask for most."""
    return sorted(found.entries, key=lambda entry: (-entry.asked, entry.name))[:limit]


def _department(found: Index, bare: str) -> list[int]:
    named = [name for name in found.departments if name and _names(bare, name)]
    numbers = [number for name in named for number in found.departments[name]]
    return sorted(numbers, key=lambda number: -found.entries[number].asked)


def _names(bare: str, department: str) -> bool:
    """民政局, 民政, and 人社局 for 人力资源和社会保障局."""
    rest = iter(department)
    shortened = bare[-1] in "局委联处" and bare[0] == department[0] and all(char in rest for char in bare)
    return shortened or bare in (department, department.rstrip("局"))


def _by_meaning(found: Index, bare: str) -> dict[int, float]:
    asked = {piece: found.rarity.get(piece, rarity_of(piece, 0, 1)) for piece in pieces(reduced(bare))}
    evidence: dict[int, float] = {}
    for piece, rarity in asked.items():
        for number, weight in found.pieces.get(piece, {}).items():
            evidence[number] = evidence.get(number, 0) + rarity * weight
    whole = sum(asked.values()) or 1
    enough = min(LEAST, 0.9 * whole)  # a short question cannot give more evidence than it holds
    likely = [
        number for number in sorted(evidence, key=lambda n: -evidence[n])[:60] if evidence[number] >= enough
    ]
    return {
        number: (evidence[number] / whole + _nearest(found, number, asked, whole)) / 2
        + found.entries[number].asked / 4000
        for number in likely
    }


def _nearest(found: Index, number: int, asked: dict[str, float], whole: float) -> float:
    """How alike the nearest of the item's phrases is, from 0 to 1."""
    return max(
        2 * sum(asked[piece] for piece in asked.keys() & phrase) / (whole + theirs)
        for phrase, theirs in found.phrases[number]
    )


def _by_sound(found: Index, bare: str) -> dict[int, float]:
    scores = {}
    for number, phrases in enumerate(found.sounds):
        score = max((_heard(bare, *phrase) - place / 100 for place, phrase in enumerate(phrases)), default=0)
        if score > 0:
            scores[number] = score + found.entries[number].asked / 4000
    return scores


def _heard(bare: str, pinyin: str, initials: str) -> float:
    if bare in (pinyin, initials):
        return 1
    if initials.startswith(bare) or (len(bare) > 2 and pinyin.startswith(bare)):
        return 0.9
    return 0.7 if len(bare) > 2 and (bare in initials or bare in pinyin) else 0

"""Finding an item by what people say: a pure function of rows and text, without a dictionary of words.

Text is reduced to what carries meaning (fillers out, sayings to the catalogue's word), then compared by
overlapping characters and pairs of characters, rare ones counting more. Letters are tried as pinyin
and as initials.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

FILLERS = (
    "请问|你好|我想要|我想|想要|我要|怎么办理|怎么办|怎么弄|怎么|如何|咋办|咋|哪里|哪儿|在哪|哪个|什么|需要|要带|"
    "手续|流程|材料|办理|申请|申领|领取|一下|可不可以|可以|能不能|能否|应该|应当|帮我|我家|家里|的话|时候|事情|我们|他们|"
    "[的了吗呢啊吧呀嘛么我你他她它要去想办给把被是有在到个和与及这那就还也都得着过让帮又很太该会能请人]"
)
PLAIN, WHOLE, OTHER = 1.0, 0.9, 0.4  # weight of the name, of an everyday phrase, of department and conditions
LEAST = 3.0  # evidence (see `_rarity`); with less, a likeness is chance
NEAR_BEST = 0.45  # of the best score


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
    online: bool = False
    doorstep: bool = False
    shanghai: bool = False
    bookable: bool = False


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


@cache
def _vocabulary() -> tuple[re.Pattern[str], dict[str, str]]:
    lines = (Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    groups = [line.split() for line in lines if line and not line.startswith("#")]
    meant = {said: group[0] for group in groups for said in group}
    longest_first = sorted(meant, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), meant


def reduced(text: str) -> str:
    """What carries meaning, in the catalogue's words."""
    pattern, meant = _vocabulary()
    text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())
    text = pattern.sub(lambda found: f" {meant[found[0]]} ", text)
    return "".join(part if part in meant else re.sub(FILLERS, "", part) for part in text.split())


def pieces(text: str) -> frozenset[str]:
    """Characters and pairs of neighbouring characters."""
    return frozenset(text) | {text[n : n + 2] for n in range(len(text) - 1)}


def index(entries: Iterable[Entry]) -> Index:
    """Build the index; some milliseconds for a city."""
    found = Index(list(entries), {}, {}, [], [], {})
    phrases = [[pieces(reduced(text)) for text in (one.name, *one.words)] for one in found.entries]
    for number, (entry, own) in enumerate(zip(found.entries, phrases, strict=True)):
        others = [pieces(reduced(text)) for text in (entry.department, entry.conditions)]
        weights = [PLAIN, *[WHOLE] * len(entry.words), OTHER, OTHER]
        for some, weight in zip([*own, *others], weights, strict=True):
            for piece in some:
                held = found.pieces.setdefault(piece, {})
                held[number] = max(weight, held.get(number, 0))
        found.sounds.append(list(_sounds(entry.pinyin)))
        found.departments.setdefault(entry.department, []).append(number)
    found.rarity.update(
        {piece: _rarity(piece, len(held), len(phrases)) for piece, held in found.pieces.items()}
    )
    found.phrases.extend(
        [(some, sum(map(found.rarity.__getitem__, some))) for some in own] for own in phrases
    )
    return found


def _rarity(piece: str, having: int, all_items: int) -> float:
    # A piece that no item has counts too: what we know nothing of makes a likeness less likely.
    return (1.0 if len(piece) == 2 else 0.5) * -math.log(max(having / (all_items + 10), 0.004))


def _sounds(pinyin: str) -> Iterator[tuple[str, str]]:
    for phrase in pinyin.split("|"):
        yield phrase.replace(" ", ""), "".join(syllable[0] for syllable in phrase.split())


def rank(found: Index, text: str, limit: int = 10) -> list[Entry]:
    """The items that `text` may mean, best first; empty where nothing is near."""
    if not text.strip():
        return most_asked(found, limit)
    bare = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())
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
    asked = {piece: found.rarity.get(piece, _rarity(piece, 0, 1)) for piece in pieces(reduced(bare))}
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

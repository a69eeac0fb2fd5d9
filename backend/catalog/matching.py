"""Finding an item by what people say: a pure function of rows and text, without a dictionary of words.

Text is reduced to what carries meaning (fillers out, sayings to the catalogue's word), then compared by
overlapping characters and pairs of characters, rare ones counting more. Letters are tried as pinyin
and as initials.
"""

import math
import re
import unicodedata
from collections import Counter
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
LEAST = 0.34  # below it, a likeness is chance
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
    phrases: list[list[frozenset[str]]]  # of each item
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
    found = Index(list(entries), {}, [], [], {})
    for number, entry in enumerate(found.entries):
        texts = [(entry.name, PLAIN), *((phrase, WHOLE) for phrase in entry.words)]
        own = [pieces(reduced(text)) for text, _ in texts]
        for text, weight in [*texts, (entry.department, OTHER), (entry.conditions, OTHER)]:
            for piece in pieces(reduced(text)):
                held = found.pieces.setdefault(piece, {})
                held[number] = max(weight, held.get(number, 0))
        found.phrases.append([phrase for phrase in own if phrase])
        found.sounds.append(list(_sounds(entry.pinyin)))
        found.departments.setdefault(entry.department, []).append(number)
    return found


def _sounds(pinyin: str) -> Iterator[tuple[str, str]]:
    for phrase in pinyin.split("|"):
        yield phrase.replace(" ", ""), "".join(syllable[0] for syllable in phrase.split())


def rank(found: Index, text: str, limit: int = 10) -> list[Entry]:
    """The items that `text` may mean, best first; empty where nothing is near."""
    bare = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())
    if not bare:
        return most_asked(found, limit)
    scores = _by_sound(found, bare) if bare.isascii() else _by_meaning(found, bare)
    best = max(scores.values(), default=0)
    kept = [number for number, score in scores.items() if score >= max(LEAST, best * NEAR_BEST)]
    kept.sort(key=lambda number: (-scores[number], -found.entries[number].asked))
    if len(bare) >= 2 and (whole := _department(found, bare)):
        return [found.entries[number] for number in whole]
    return [found.entries[number] for number in kept[:limit]]


def most_asked(found: Index, limit: int) -> list[Entry]:
    """What people ask for most."""
    return sorted(found.entries, key=lambda entry: (-entry.asked, entry.name))[:limit]


def _department(found: Index, bare: str) -> list[int]:
    named = [name for name in found.departments if name and (bare == name or bare == name.rstrip("局部会"))]
    numbers = [number for name in named for number in found.departments[name]]
    return sorted(numbers, key=lambda number: -found.entries[number].asked)


def _by_meaning(found: Index, bare: str) -> dict[int, float]:
    asked = pieces(reduced(bare))
    rarity = {piece: _rarity(found, piece) for piece in asked}
    covered: Counter[int] = Counter()
    for piece in asked:
        for number, weight in found.pieces.get(piece, {}).items():
            covered[number] += rarity[piece] * weight  # type: ignore[assignment]  # a Counter of floats
    whole = sum(rarity.values()) or 1
    return {
        number: (score / whole + _nearest(found, number, asked, rarity)) / 2
        + found.entries[number].asked / 4000
        for number, score in covered.most_common(40)
    }


def _rarity(found: Index, piece: str) -> float:
    # A piece that no item has still counts: what we know nothing of makes a match less likely.
    common = len(found.pieces.get(piece, {})) / (len(found.entries) or 1)
    return (1.0 if len(piece) == 2 else 0.5) * -math.log(max(common, 0.004))


def _nearest(found: Index, number: int, asked: frozenset[str], rarity: dict[str, float]) -> float:
    return max((_alike(asked, phrase, found, rarity) for phrase in found.phrases[number]), default=0)


def _alike(asked: frozenset[str], phrase: frozenset[str], found: Index, rarity: dict[str, float]) -> float:
    shared = sum(rarity[piece] for piece in asked & phrase)
    theirs = sum(rarity.get(piece) or _rarity(found, piece) for piece in phrase)
    return 2 * shared / ((sum(rarity.values()) + theirs) or 1)


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
